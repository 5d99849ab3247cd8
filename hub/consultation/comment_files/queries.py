"""Reads of files of comments: by the public, by the author, and by editors of the consultation's agency."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.auth.principal import Principal, Scope
from hub.consultation.comment_files.names import public_file_name
from hub.consultation.comment_files.sealed_files import read_file
from hub.consultation.comments.file_views import CommentFileList, CommentFileState
from hub.consultation.comments.keys import CommentKeys, DataKey, SealBroken
from hub.consultation.comments.models import Comment, CommentFile, CommentState, KeyPurpose
from hub.consultation.comments.own_files import file_view, list_file_rows
from hub.consultation.queries import is_public
from hub.consultation.records import CONSULTATION
from hub.db import Database, table
from hub.errors import NotFound
from hub.files.models import FileBlob
from hub.files.sniff import FileType
from hub.files.store import FileStore

log = structlog.get_logger()

COMMENT, FILE, BLOB = table(Comment), table(CommentFile), table(FileBlob)
UNSCANNED_PREFIX = "not-scanned-"
"""Begin of the name under which editors get a file that was not scanned."""
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
    """Return a file to an editor, or to a moderator if its comment is not public; the name says if it was not scanned.

    Raises `NotFound`, `Forbidden` or `StorageUnavailable`.
    """
    query = _select_file(consultation_id, comment_id, position).where(COMMENT.c.state.not_in(_WITHDRAWN))
    async with database.read() as connection:
        await require_editor(connection, by, consultation_id, comment_id)
        row = (await connection.execute(query)).one_or_none()
        key = None if row is None else await _load_key(connection, keys, comment_id)
    if row is None or key is None:
        raise _no_file()
    kind = FileType(row.media_type)
    prefix = UNSCANNED_PREFIX if row.state == CommentFileState.waiting else ""
    return OpenedFile(prefix + public_file_name(row.number, position, kind), kind, await _read(store, key, row))


async def list_managed_files(
    connection: AsyncConnection, by: Principal, consultation_id: UUID, comment_id: UUID
) -> CommentFileList:
    """List the files of a comment without their names, as `open_managed_file` opens them.

    Raises `NotFound` or `Forbidden`.
    """
    await require_editor(connection, by, consultation_id, comment_id)
    return CommentFileList(items=[file_view(row, None) for row in await list_file_rows(connection, comment_id)])


async def require_editor(connection: AsyncConnection, by: Principal, consultation_id: UUID, comment_id: UUID) -> None:
    """Check that a principal may read the files of a comment that are not public.

    With `read:working` those of a public comment, with `moderate` also of one that waits or was hidden. Raises
    `NotFound` or `Forbidden`.
    """
    query = (
        select(CONSULTATION.c.agency, COMMENT.c.state)
        .outerjoin(COMMENT, and_(COMMENT.c.consultation_id == CONSULTATION.c.id, COMMENT.c.id == comment_id))
        .where(CONSULTATION.c.id == consultation_id)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no consultation with this id.", field="id")
    is_enough = row.state == CommentState.public and Scope.moderate not in by.scopes
    by.require(Scope.read_working if is_enough else Scope.moderate, row.agency)
    if row.state is None or row.state in _WITHDRAWN:
        raise NotFound("The consultation has no such comment.", field="comment")


async def _load_key(connection: AsyncConnection, keys: CommentKeys, comment_id: UUID) -> DataKey | None:
    return (await keys.load(connection, [comment_id], KeyPurpose.content)).get(comment_id)


async def _read(store: FileStore, key: DataKey, row: Any) -> bytes:
    try:
        return await read_file(store, key, row)
    except SealBroken:
        log.error("comment_file_unreadable", file=str(row.id))  # noqa: TRY400
        raise _no_file() from None


def _no_file() -> NotFound:
    return NotFound("There is no such file.", field="position")
