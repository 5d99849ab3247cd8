"""Files of one comment as their author sees them: also those that wait for a scan or were refused, with their names."""

from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.consultation.comments.file_views import CommentFileView
from hub.consultation.comments.keys import CommentKeys, DataKey, SealBroken, context_of
from hub.consultation.comments.models import CommentFile, KeyPurpose
from hub.consultation.comments.sealed_content import FILE_NAME_COLUMN
from hub.db import table

log = structlog.get_logger()

FILE = table(CommentFile)


async def list_own_files(connection: AsyncConnection, keys: CommentKeys, comment_id: UUID) -> list[CommentFileView]:
    """List the files of a comment for its author; the caller has checked the code."""
    rows = await list_file_rows(connection, comment_id)
    key = (await keys.load(connection, [comment_id], KeyPurpose.content)).get(comment_id) if rows else None
    return [file_view(row, None if key is None else _open_name(key, row)) for row in rows]


async def list_file_rows(connection: AsyncConnection, comment_id: UUID) -> list[Any]:
    """Return the rows of the files of a comment, by position."""
    query = select(FILE).where(FILE.c.comment_id == comment_id).order_by(FILE.c.position)
    return list(await connection.execute(query))


def file_view(row: Any, name: str | None) -> CommentFileView:
    """Return the view of a file, with its name if the reader may know it."""
    return CommentFileView(
        position=row.position,
        name=name,
        media_type=row.media_type,
        size=row.size,
        state=row.state,
        reason=row.reason,
    )


def open_name(key: DataKey, file_id: UUID, sealed: bytes) -> str:
    """Return the name of a file. Raises `SealBroken`."""
    try:
        return key.open(sealed, context_of(file_id, FILE_NAME_COLUMN)).decode()
    except UnicodeDecodeError as problem:
        raise SealBroken("the name is not UTF-8") from problem


def _open_name(key: DataKey, row: Any) -> str | None:
    try:
        return open_name(key, row.id, row.name_sealed) if row.name_sealed else None
    except SealBroken:
        log.error("comment_file_unreadable", file=str(row.id))  # noqa: TRY400
        return None
