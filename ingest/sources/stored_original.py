"""Originals read back from the archive: for retries of pushed files, and for people who look at the quarantine."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.db import table
from hub.files.models import KeptOriginal
from hub.files.store import FileStore

ORIGINAL = table(KeptOriginal)


@dataclass(frozen=True, slots=True)
class OriginalRow:
    """A stored original."""

    sha256: str
    media_type: str
    size: int
    url: str | None


async def find_original(connection: AsyncConnection, original: int | None) -> OriginalRow | None:
    """Find a stored original by its id."""
    columns = (ORIGINAL.c.sha256, ORIGINAL.c.media_type, ORIGINAL.c.size, ORIGINAL.c.url)
    row = (await connection.execute(select(*columns).where(ORIGINAL.c.id == original))).one_or_none()
    return OriginalRow(*row) if row else None


async def read_original(store: FileStore, row: OriginalRow) -> bytes:
    """Read the bytes of an original. Raises `StorageUnavailable`."""
    return b"".join([chunk async for chunk in await store.read(row.sha256, 0, row.size)])
