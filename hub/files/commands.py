"""Commands that change files. Commands flush; only the edge commits.

An upload reserves rows for its bytes (`reserve_blobs`), puts the bytes into the store, and adds the row of the file
(`add_file`). If it stops in between, the sweeper deletes the reserved rows together with their bytes.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, delete, exists, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import SQLModel

from hub.auth.principal import Principal, Scope
from hub.content.commands import lock_documents
from hub.content.file_models import StoredFile
from hub.content.models import Document
from hub.db import table
from hub.domain.lifecycle import DocumentState
from hub.errors import FileLimit, NotFound, StorageUnavailable, TransitionConflict
from hub.files.models import FileBlob, KeptOriginal
from hub.files.rows import FILE, FILE_COLUMNS, SIZE, SIZE_COLUMNS, FileRow, SizeRow
from hub.files.upload import CheckedUpload, PendingBlob
from hub.files.views import FileView, file_view
from hub.manage.models import AuditEntry
from hub.problem_texts.templates import fill
from hub.settings import Settings
from hub.times import now

BLOB, DOCUMENT, ORIGINAL = table(FileBlob), table(Document), table(KeptOriginal)

RESERVATION = timedelta(hours=1)
"""Time that an upload may take to store its bytes; they are not swept before."""

_FINAL = (DocumentState.gone, DocumentState.redirected)


async def check_quota(
    session: AsyncSession | AsyncConnection, by: Principal, document_id: UUID, settings: Settings, size: int = 0
) -> None:
    """Check that a principal may add a file of this size to a document, in one statement.

    Raises `NotFound`, `Forbidden`, `TransitionConflict` or `FileLimit`.
    """
    counted = (
        select(func.count().label("files"), func.coalesce(func.sum(FILE.c.size), 0).label("bytes"))
        .where(FILE.c.document_id == document_id)
        .subquery()
    )
    query = select(DOCUMENT.c.owner, DOCUMENT.c.state, counted.c.files, counted.c.bytes)
    row = (
        await session.execute(query.join_from(DOCUMENT, counted, true()).where(DOCUMENT.c.id == document_id))
    ).one_or_none()
    if row is None:
        raise NotFound("There is no document with this id.", field="id")
    owner, state, count, total = row
    by.require_for_document(Scope.write, owner, is_public=state != DocumentState.unpublished)
    if state in _FINAL:
        raise TransitionConflict(fill("The document is {state}; it is final.", state=state), field="state")
    if count >= settings.max_document_files:
        raise FileLimit(
            fill("The document already has {count} files.", count=count),
            field="id",
            expected=fill("at most {max_document_files} files", max_document_files=settings.max_document_files),
        )
    if total + size > settings.max_document_file_bytes:
        raise FileLimit(
            fill("With this file, the files of the document would have {total} bytes.", total=total + size),
            field="body",
            expected=fill(
                "at most {max_document_file_bytes} bytes of files",
                max_document_file_bytes=settings.max_document_file_bytes,
            ),
        )


async def reserve_blobs(session: AsyncSession, parts: Sequence[PendingBlob]) -> None:
    """Reserve blobs before their bytes are stored. Waits for a sweeper that is deleting the same bytes."""
    rows = {
        part.sha256: {"sha256": part.sha256, "size": part.size, "held_until": now() + RESERVATION} for part in parts
    }
    statement = insert(BLOB).values([rows[digest] for digest in sorted(rows)])
    await session.execute(
        statement.on_conflict_do_update(index_elements=["sha256"], set_={"held_until": statement.excluded.held_until})
    )


async def release_blobs(session: AsyncSession, parts: Sequence[PendingBlob]) -> None:
    """Release reserved blobs: the sweeper may delete the bytes unless a file uses them."""
    digests = sorted({part.sha256 for part in parts})
    await session.execute(update(BLOB).where(BLOB.c.sha256.in_(digests)).values(held_until=None))


async def add_file(
    session: AsyncSession,
    by: Principal,
    document_id: UUID,
    intake: CheckedUpload,
    settings: Settings,
    *,
    file_id: UUID | None = None,
) -> tuple[FileView, bool]:
    """Add the row of a file whose bytes are stored; returns its view, and true if it is new.

    Deduplicates by SHA-256 and name within a document. Raises as `check_quota`, or `StorageUnavailable` if the
    reservation expired.
    """
    await lock_documents(session, [document_id])
    same = select(*FILE_COLUMNS).where(
        FILE.c.document_id == document_id, FILE.c.sha256 == intake.file.sha256, FILE.c.name == intake.name
    )
    found = (await session.execute(same)).one_or_none()
    new = found is None
    if found is None:
        await check_quota(session, by, document_id, settings, intake.file.size)
        await _insert_file(session, by, document_id, intake, file_id or uuid4())
        found = (await session.execute(same)).one()
    await release_blobs(session, intake.blobs)
    file = FileRow(*found)
    sizes = await session.execute(select(*SIZE_COLUMNS).where(SIZE.c.file_id == file.id).order_by(SIZE.c.width))
    return file_view(file, [SizeRow(*size) for size in sizes]), new


async def _insert_file(
    session: AsyncSession, by: Principal, document_id: UUID, intake: CheckedUpload, file_id: UUID
) -> None:
    wanted = {part.sha256 for part in intake.blobs}
    reserved = select(BLOB.c.sha256).where(BLOB.c.sha256.in_(wanted)).with_for_update(read=True, key_share=True)
    if len(list(await session.execute(reserved))) < len(wanted):
        raise StorageUnavailable("The upload took too long and its bytes were deleted; upload the file again.")
    file = intake.file
    session.add(
        StoredFile(
            id=file_id,
            document_id=document_id,
            sha256=file.sha256,
            name=intake.name,
            media_type=file.media_type,
            size=file.size,
            width=file.width,
            height=file.height,
            placeholder=intake.placeholder,
            uploaded_by=by.id,
        )
    )
    await session.flush()
    for part in intake.sizes:
        row = {"file_id": file_id, "width": part.width, "height": part.height, "sha256": part.sha256}
        await session.execute(insert(SIZE).values(**row, media_type=part.media_type, size=part.size))
    owner = select(DOCUMENT.c.owner).where(DOCUMENT.c.id == document_id)
    session.add(
        AuditEntry(
            actor=by.id,
            label=by.label,
            agency=(await session.execute(owner)).scalar_one(),
            verb="upload",
            document_id=document_id,
            details={"file": str(file_id), "sha256": file.sha256, "size": file.size},
        )
    )
    await session.flush()


async def set_placeholders(session: AsyncSession, colours: Sequence[tuple[UUID, str]]) -> None:
    """Store the mean colours of pictures that have none yet."""
    for file_id, colour in colours:
        missing = (FILE.c.id == file_id, FILE.c.placeholder.is_(None))
        await session.execute(update(FILE).where(*missing).values(placeholder=colour))


async def delete_files_of_gone(session: AsyncSession, document_ids: Collection[UUID]) -> int:
    """Delete the files of documents that are gone; returns their number. `delete_orphaned_blobs` deletes the bytes."""
    gone = select(DOCUMENT.c.id).where(DOCUMENT.c.id.in_(document_ids), DOCUMENT.c.state == DocumentState.gone)
    found = await session.execute(delete(FILE).where(FILE.c.document_id.in_(gone)).returning(FILE.c.id))
    await session.execute(delete(ORIGINAL).where(ORIGINAL.c.document_id.in_(gone)))
    return len(found.all())


async def delete_unused_files(session: AsyncSession, *, before: datetime) -> int:
    """Delete files uploaded before a time to which no edition has ever referred; returns their number."""
    found = await session.execute(delete(FILE).where(~FILE.c.used, FILE.c.uploaded_at < before).returning(FILE.c.id))
    return len(found.all())


def list_references() -> list[Column[Any]]:
    """List the columns with a foreign key to blobs, in all tables that the process knows.

    The keys themselves keep a blob that a table unknown to this process refers to: deleting it fails.
    """
    tables = SQLModel.metadata.tables.values()
    return [key.parent for found in tables for key in found.foreign_keys if key.target_fullname == "file_blob.sha256"]


async def delete_orphaned_blobs(session: AsyncSession, limit: int) -> list[str]:
    """Delete rows of blobs that nothing uses and no upload has reserved; returns their SHA-256 digests.

    A use is a row of any table with a foreign key to a blob. Locks the rows with SKIP LOCKED. The caller deletes the
    bytes before it commits.
    """
    free = (
        select(BLOB.c.sha256)
        .where(
            or_(BLOB.c.held_until.is_(None), BLOB.c.held_until < now()),
            *(~exists().where(column == BLOB.c.sha256) for column in list_references()),
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = await session.execute(delete(BLOB).where(BLOB.c.sha256.in_(free)).returning(BLOB.c.sha256))
    return list(found.scalars())
