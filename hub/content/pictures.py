"""Reads of the facts of pictures: one statement for all views of a page, none if they have no pictures of the hub."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.content.file_models import FileSize, StoredFile
from hub.db import Database, table
from hub.domain.pictures import Picture, Pictures, Width, file_ids_of, read_image, replace_image

FILE, SIZE = table(StoredFile), table(FileSize)


async def load_pictures(connection: AsyncConnection | AsyncSession, ids: Collection[UUID]) -> Pictures:
    """Load the facts of those files that are pictures, in one statement."""
    if not ids:
        return {}
    query = (
        select(FILE.c.id, FILE.c.width, FILE.c.height, FILE.c.placeholder, SIZE.c.width, SIZE.c.height)
        .outerjoin(SIZE, SIZE.c.file_id == FILE.c.id)
        .where(
            FILE.c.id == func.any(bindparam("ids", list(ids), ARRAY(Uuid))),
            FILE.c.width.is_not(None),
            FILE.c.height.is_not(None),
        )
        .order_by(FILE.c.id, SIZE.c.width)
    )
    rows: dict[UUID, list[Any]] = {}
    for row in await connection.execute(query):
        rows.setdefault(row[0], []).append(row)
    return {file_id: _picture(found) for file_id, found in rows.items()}


def _picture(rows: Sequence[Any]) -> Picture:
    _, width, height, placeholder, _, _ = rows[0]
    sizes = [(row[4], row[5], False) for row in rows if row[4] is not None]
    if width <= max(Width):
        # No smaller size is as wide, so it is one of its own.
        sizes.append((width, height, True))
    return Picture(width, height, placeholder, tuple(sizes))


async def read_pictures(database: Database, ids: Collection[UUID]) -> Pictures:
    """`load_pictures` on a connection of its own; none is opened without files."""
    if not ids:
        return {}
    async with database.read() as connection:
        return await load_pictures(connection, ids)


class StoredJson(Protocol):
    """A row with the JSON of a stored view."""

    @property
    def json(self) -> bytes: ...


Row = TypeVar("Row", bound=StoredJson)


async def add_pictures(connection: AsyncConnection, rows: Sequence[Row]) -> list[Row]:
    """Add the facts of their images to stored views, in one statement for all of them; none without such images."""
    images = [read_image(row.json) for row in rows]
    return _with_pictures(rows, images, await load_pictures(connection, file_ids_of(images)))


async def add_pictures_to(database: Database, rows: Sequence[Row]) -> list[Row]:
    """`add_pictures` on a connection of its own; none is opened without images."""
    images = [read_image(row.json) for row in rows]
    return _with_pictures(rows, images, await read_pictures(database, file_ids_of(images)))


def _with_pictures(rows: Sequence[Row], images: Sequence[dict[str, Any] | None], pictures: Pictures) -> list[Row]:
    return [
        cast(Row, replace(cast(Any, row), json=replace_image(row.json, image, pictures))) if image else row
        for row, image in zip(rows, images, strict=True)
    ]
