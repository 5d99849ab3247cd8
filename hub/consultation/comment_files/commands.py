"""Changes of files of a comment by its author, with the code of the comment, while the consultation is open.

A file is cleaned and sealed first, then its bytes are stored, then its row: as with files of documents, the sweeper
deletes bytes whose upload stopped in between.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.consultation.comment_files.cleaner import clean_upload
from hub.consultation.comment_files.errors import StorageReserved
from hub.consultation.comment_files.names import clean_name
from hub.consultation.comment_files.scan import scan_cleaned
from hub.consultation.comment_files.sealed_files import seal_file
from hub.consultation.comments.attempts import count_attempt
from hub.consultation.comments.file_views import CommentFileView
from hub.consultation.comments.keys import KeyErased
from hub.consultation.comments.models import (
    Comment,
    CommentFile,
    CommentState,
    HoldReason,
    KeyPurpose,
)
from hub.consultation.models import Consultation
from hub.consultation.records import CONSULTATION
from hub.consultation.submission.arrival_time import require_open
from hub.consultation.submission.commands import COMMENT, count_public_change, lock_for_comment
from hub.consultation.submission.errors import CommentNotFound
from hub.consultation.submission.own_comments import MAX_CHANGES, CommentOwner
from hub.db import table
from hub.errors import FileLimit, NotFound, TransitionConflict
from hub.files.commands import release_blobs, reserve_blobs
from hub.files.store import FileStore
from hub.files.upload import PendingBlob
from hub.problem_texts.templates import fill
from hub.state import AppState
from hub.temporary_folders import open_temporary_folder

FILE = table(CommentFile)
MAX_FILES = 5
CHANGEABLE = frozenset({CommentState.waiting, CommentState.public})


@dataclass(frozen=True)
class ReceivedFile:
    """A file as it was sent."""

    name: str
    body: bytes


class CommentFileOwner:
    """One request of an author about the files of a comment."""

    def __init__(self, parts: AppState, owner: CommentOwner):
        self.parts = parts
        self.database = parts.database
        self.owner = owner

    async def admit(self) -> Any:
        """Return the row of the comment if it may get another file now, before any of it is read.

        Raises `CommentNotFound`, `ConsultationNotOpen`, `TransitionConflict`, `FileLimit`, `RateLimited` or
        `StorageReserved`.
        """
        async with self.database.read() as connection:
            row = await self.owner.find(connection)
            query = select(CONSULTATION).where(CONSULTATION.c.id == self.owner.consultation_id)
            await require_open(
                connection, (await connection.execute(query)).one(), self.owner.arrival, is_counted=False
            )
            _require_changeable(row)
            _free_position(await _list_positions(connection, row.id))
        await require_room(self.parts.files.store, self.parts.settings.files_reserve_bytes)
        async with self.database.write() as session:
            await count_attempt(session, row.id)
        return row

    async def add(self, row: Any, received: ReceivedFile) -> CommentFileView:
        """Clean, scan, seal and store a file. Raises as `admit` and `clean_upload`, or `FileInfected`."""
        cleaned = await clean_upload(received.body, self.parts.settings)
        state = await scan_cleaned(cleaned.body, self.parts.files.scanner)
        name = clean_name(received.name, cleaned.kind)
        file_id = uuid4()
        async with self.database.read() as connection:
            try:
                key = await self.owner.keys.load_one(connection, row.id, KeyPurpose.content)
            except KeyErased:
                raise _gone() from None
        sealed = seal_file(key, file_id, name, cleaned.body)
        digest = sha256(sealed.body).hexdigest()
        file = CommentFile(
            id=file_id,
            comment_id=row.id,
            position=0,
            media_type=cleaned.kind.value,
            size=len(cleaned.body),
            state=state.value,
            name_sealed=sealed.name,
            blob_sha256=digest,
        )
        with open_temporary_folder("comment") as folder:
            path = folder / "sealed"
            path.write_bytes(sealed.body)
            position = await self._store(row, file, PendingBlob(path, digest, len(sealed.body), cleaned.kind.value))
        return CommentFileView(
            position=position,
            name=name,
            media_type=cleaned.kind.value,
            size=len(cleaned.body),
            state=state,
            reason=None,
        )

    async def _store(self, row: Any, file: CommentFile, blob: PendingBlob) -> int:
        async with self.database.write() as session:
            await reserve_blobs(session, [blob])
        try:
            await self.parts.files.store.put(blob.sha256, blob.path)
            async with self.database.write() as session:
                consultation, comment = await self._lock(session, row)
                file.position = _free_position(await _list_positions(session, row.id))
                session.add(file)
                await session.flush()
                await release_blobs(session, [blob])
                await self._record_change(session, consultation, comment)
                return file.position
        except Exception:
            async with self.database.write() as session:
                await release_blobs(session, [blob])
            raise

    async def delete(self, position: int) -> None:
        """Delete a file; its bytes follow with the next sweep.

        Raises `CommentNotFound`, `ConsultationNotOpen`, `TransitionConflict` or `NotFound`.
        """
        async with self.database.read() as connection:
            row = await self.owner.find(connection)
        async with self.database.write() as session:
            consultation, comment = await self._lock(session, row)
            query = select(CommentFile).where(FILE.c.comment_id == row.id, FILE.c.position == position)
            file = (await session.execute(query)).scalar_one_or_none()
            if file is None:
                raise NotFound("The comment has no file at this position.", field="position")
            await session.delete(file)
            await self._record_change(session, consultation, comment, adds=False)

    async def _lock(self, session: AsyncSession, row: Any) -> tuple[Consultation, Comment]:
        """Lock the consultation and then the comment, and check again what may have changed meanwhile."""
        consultation = await lock_for_comment(session, self.owner.consultation_id)
        query = select(Comment).where(COMMENT.c.id == row.id, COMMENT.c.code_sha256 == row.code_sha256)
        locked = query.with_for_update().execution_options(populate_existing=True)
        comment = (await session.execute(locked)).scalar_one_or_none()
        if comment is None:
            raise _gone()
        await require_open(session, consultation, self.owner.arrival, is_counted=False)
        _require_changeable(comment)
        return consultation, comment

    async def _record_change(
        self, session: AsyncSession, consultation: Consultation, comment: Comment, *, adds: bool = True
    ) -> None:
        was_public = comment.state == CommentState.public
        if was_public and adds and consultation.review_first:
            # A file is content like the text: what is reviewed before it is public is reviewed with it.
            comment.state, comment.held_for = CommentState.waiting, [HoldReason.review_first.value]
        comment.changed_at, comment.version = self.owner.arrival.milliseconds, comment.version + 1
        await session.flush()
        if was_public:
            # Also for a file that waits: the public sees `changed_at`.
            await count_public_change(session, consultation.id)


async def require_room(store: FileStore, reserve: int) -> None:
    """Raise `StorageReserved` while less room is left than is kept for editors."""
    free = await store.free_bytes()
    if free is not None and free < reserve:
        raise StorageReserved(expected="the comment without a file, or the same request later")


async def _list_positions(connection: AsyncConnection | AsyncSession, comment_id: UUID) -> set[int]:
    query = select(FILE.c.position).where(FILE.c.comment_id == comment_id)
    return set((await connection.execute(query)).scalars())


def _free_position(taken: set[int]) -> int:
    """Return the lowest free position. Raises `FileLimit`."""
    free = sorted(set(range(1, MAX_FILES + 1)) - taken)
    if not free:
        raise FileLimit(
            fill("The comment already has {count} files.", count=len(taken)),
            field="body",
            expected=fill("at most {max_files} files", max_files=MAX_FILES),
        )
    return free[0]


def _require_changeable(comment: Any) -> None:
    if comment.state not in CHANGEABLE:
        raise TransitionConflict(
            fill("The comment is {state}.", state=CommentState(comment.state).value),
            field="state",
            expected="waiting or public",
        )
    if comment.version > MAX_CHANGES:
        raise TransitionConflict(
            fill("A comment can be changed {max_changes} times.", max_changes=MAX_CHANGES), expected="a new comment"
        )


def _gone() -> CommentNotFound:
    return CommentNotFound(
        "No comment of this consultation has this code, or it was erased.",
        field="Comment-Code",
        expected="the code from the answer to the comment",
    )
