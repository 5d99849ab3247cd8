"""Reads of files of comments: by the public, by the author, and by editors of the consultation's agency."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.auth.principal import Principal, Scope
from hub.consultation.comment_files.names import public_file_name
from hub.consultation.comment_files.sealed_files import open_name, read_file
from hub.consultation.comment_files.views import CommentFileList, CommentFileState, CommentFileView
from hub.consultation.comments.keys import CommentKeys, DataKey, SealBroken
from hub.consultation.comments.models import Comment, CommentFile, CommentState, KeyPurpose
from hub.consultation.records import CONSULTATION
from hub.consultation.submission.draft_nodes import is_public
from hub.db import Database, table
from hub.errors import NotFound
from hub.files.models import FileBlob
from hub.files.sniff import FileType
from hub.files.store import FileStore

log = structlog.get_logger()

COMMENT, FILE, BLOB = table(Comment), table(CommentFile), table(FileBlob)
UNSCANNED_PREFIX = "not-scanned-"
"""Begin of the name under which editors get a file that no scanner has seen."""
_WITHDRAWN = (CommentState.withdrawn, CommentState.erased)


@dataclass(frozen=True)
class OpenedFile:
    """A file in clear, for one answer."""

    name: str
    kind: FileType
    body: bytes


def _select_file(consultation_id: UUID, comment_id: UUID, position: int) -> Select[Any]:
    return (
        select(FILE, BLOB.c.size.label("blob_size"), COMMENT.c.number, CONSULTATION.c.agency)
        .join(COMMENT, COMMENT.c.id == FILE.c.comment_id)
        .join(CONSULTATION, CONSULTATION.c.id == COMMENT.c.consultation_id)
        .join(BLOB, BLOB.c.sha256 == FILE.c.blob_sha256)
        .where(COMMENT.c.consultation_id == consultation_id, COMMENT.c.id == comment_id, FILE.c.position == position)
    )


async def open_public_file(
    database: Database, keys: CommentKeys, store: FileStore, consultation_id: UUID, comment_id: UUID, position: int
) -> OpenedFile:
    """Return a clean file of a public comment in a public consultation. Raises `NotFound` or `StorageUnavailable`."""
    query = _select_file(consultation_id, comment_id, position).where(
        FILE.c.state == CommentFileState.clean,
        COMMENT.c.state == CommentState.public,
        is_public(CONSULTATION.c.id),
    )
    async with database.read() as connection:
        row = (await connection.execute(query)).one_or_none()
        key = None if row is None else await _load_key(connection, keys, comment_id)
    if row is None or key is None:
        raise _no_file()
    kind = FileType(row.media_type)
    return OpenedFile(public_file_name(row.number, position, kind), kind, await _read(store, key, row))


async def open_managed_file(
    database: Database,
    keys: CommentKeys,
    store: FileStore,
    by: Principal,
    consultation_id: UUID,
    comment_id: UUID,
    position: int,
) -> OpenedFile:
    """Return a file to an editor, also of a comment that waits or was hidden; the name of one without a scan says so.

    Raises `NotFound`, `Forbidden` or `StorageUnavailable`.
    """
    query = _select_file(consultation_id, comment_id, position).where(COMMENT.c.state.not_in(_WITHDRAWN))
    async with database.read() as connection:
        await require_editor(connection, by, consultation_id)
        row = (await connection.execute(query)).one_or_none()
        key = None if row is None else await _load_key(connection, keys, comment_id)
    if row is None or key is None:
        raise _no_file()
    body = await _read(store, key, row)
    name = _open_name(key, row) or public_file_name(row.number, position, FileType(row.media_type))
    prefix = UNSCANNED_PREFIX if row.state == CommentFileState.waiting else ""
    return OpenedFile(prefix + name, FileType(row.media_type), body)


async def list_managed_files(
    connection: AsyncConnection, keys: CommentKeys, by: Principal, consultation_id: UUID, comment_id: UUID
) -> CommentFileList:
    """List the files of a comment for an editor. Raises `NotFound` or `Forbidden`."""
    await require_editor(connection, by, consultation_id)
    query = select(COMMENT.c.id).where(COMMENT.c.id == comment_id, COMMENT.c.consultation_id == consultation_id)
    if (await connection.execute(query.where(COMMENT.c.state.not_in(_WITHDRAWN)))).first() is None:
        raise NotFound("The consultation has no such comment.", field="comment")
    return await list_files(connection, keys, comment_id)


async def list_files(connection: AsyncConnection, keys: CommentKeys, comment_id: UUID) -> CommentFileList:
    """List the files of a comment with their names, without checking any right."""
    rows = (
        await connection.execute(select(FILE).where(FILE.c.comment_id == comment_id).order_by(FILE.c.position))
    ).all()
    key = await _load_key(connection, keys, comment_id) if rows else None
    return CommentFileList(
        items=[
            CommentFileView(
                position=row.position,
                name=None if key is None else _open_name(key, row),
                media_type=row.media_type,
                size=row.size,
                state=row.state,
                reason=row.reason,
            )
            for row in rows
        ]
    )


async def require_editor(connection: AsyncConnection, by: Principal, consultation_id: UUID) -> None:
    """Raise `NotFound`, or `Forbidden` for whoever may not read working texts of the consultation's agency."""
    query = select(CONSULTATION.c.agency).where(CONSULTATION.c.id == consultation_id)
    agency = (await connection.execute(query)).scalar_one_or_none()
    if agency is None:
        raise NotFound("There is no consultation with this id.", field="id")
    by.require(Scope.read_working, agency)


async def _load_key(connection: AsyncConnection, keys: CommentKeys, comment_id: UUID) -> DataKey | None:
    return (await keys.load(connection, [comment_id], KeyPurpose.content)).get(comment_id)


def _open_name(key: DataKey, row: Any) -> str | None:
    try:
        return open_name(key, row.id, row.name_sealed) if row.name_sealed else None
    except SealBroken:
        log.error("comment_file_unreadable", file=str(row.id))  # noqa: TRY400
        return None


async def _read(store: FileStore, key: DataKey, row: Any) -> bytes:
    try:
        return await read_file(store, key, row)
    except SealBroken:
        log.error("comment_file_unreadable", file=str(row.id))  # noqa: TRY400
        raise _no_file() from None


def _no_file() -> NotFound:
    return NotFound("There is no such file.", field="position")
