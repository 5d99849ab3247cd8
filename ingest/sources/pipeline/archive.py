"""The archive of originals: bytes as a source delivered them, stored as proof of what was extracted.

Reserve (the row of the bytes) → put into the store → attach (the row of the original, in the transaction that finishes
the item). An interruption in between leaves reserved bytes, which the sweeper releases.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.db import Database, table
from hub.errors import StorageUnavailable
from hub.files.commands import release_blobs, reserve_blobs
from hub.files.models import FileBlob, KeptOriginal
from hub.files.store import FileStore
from hub.files.upload import PendingBlob
from hub.temporary_folders import open_temporary_folder

BLOB, ORIGINAL = table(FileBlob), table(KeptOriginal)

UNKNOWN_TYPE = "application/octet-stream"

DECLARED_TYPE = "media_type"
"""Hint of a pushed file: the media type that its sender declared, with its charset."""


@dataclass(frozen=True)
class Blob:
    """Delivered bytes on their way into the archive."""

    body: bytes
    media_type: str
    url: str | None

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes."""
        return sha256(self.body).hexdigest()


def declared_type(media_type: str, hints: Mapping[str, Any]) -> str | None:
    """The media type that was declared for an original, with its charset if it is known; None if it says nothing."""
    declared: str | None = hints.get(DECLARED_TYPE)
    return declared or (None if media_type == UNKNOWN_TYPE else media_type)


async def store_blobs(database: Database, store: FileStore, blobs: Sequence[Blob]) -> list[PendingBlob]:
    """Reserve bytes and put them into the store. Raises `StorageUnavailable`."""
    with open_temporary_folder("original") as folder:
        parts = await asyncio.to_thread(_write_parts, folder, blobs)
        if not parts:
            return []
        async with database.write() as session:
            await reserve_blobs(session, parts)
        for part in parts:
            await store.put(part.sha256, part.path)
    return parts


def _write_parts(folder: Path, blobs: Sequence[Blob]) -> list[PendingBlob]:
    parts = []
    for number, blob in enumerate(blobs):
        path = folder / str(number)
        path.write_bytes(blob.body)
        parts.append(PendingBlob(path, blob.sha256, len(blob.body), blob.media_type))
    return parts


async def attach_blobs(
    session: AsyncSession, source: str, blobs: Sequence[Blob], parts: Sequence[PendingBlob], document_id: UUID | None
) -> int | None:
    """Attach stored bytes to a source and document as originals; return the id of the first one, which stands for all.

    Raises `StorageUnavailable` when the sweeper has released the bytes.
    """
    if not parts:
        return None
    digests = {part.sha256 for part in parts}
    reserved = select(BLOB.c.sha256).where(BLOB.c.sha256.in_(digests)).with_for_update(read=True, key_share=True)
    if len((await session.execute(reserved)).all()) < len(digests):
        raise StorageUnavailable("The bytes were released before they could be attached; they are fetched again.")
    first: int | None = None
    for blob, part in zip(blobs, parts, strict=True):
        row: dict[str, Any] = {
            "sha256": part.sha256,
            "media_type": part.media_type,
            "size": part.size,
            "url": blob.url,
        }
        if document_id is not None:
            same = select(ORIGINAL.c.id).where(ORIGINAL.c.document_id == document_id, ORIGINAL.c.sha256 == part.sha256)
            found = (await session.execute(same.where(ORIGINAL.c.source == source).limit(1))).scalar_one_or_none()
        else:
            found = None
        if found is None:
            new = insert(ORIGINAL).values(source=source, document_id=document_id, **row).returning(ORIGINAL.c.id)
            found = (await session.execute(new)).scalar_one()
        first = found if first is None else first
    await release_blobs(session, parts)
    return first


async def attach_original(session: AsyncSession, original: int | None, document_id: UUID) -> None:
    """Give an original without a document to the document that was read from it."""
    without = (ORIGINAL.c.id == original, ORIGINAL.c.document_id.is_(None))
    await session.execute(update(ORIGINAL).where(*without).values(document_id=document_id))


async def release_original(session: AsyncSession, original: int | None) -> None:
    """Delete an original without a document; the sweeper deletes its bytes."""
    if original is not None:
        orphan = delete(ORIGINAL).where(ORIGINAL.c.id == original, ORIGINAL.c.document_id.is_(None))
        await session.execute(orphan)


async def delete_unattached(session: AsyncSession, source: str) -> None:
    """Delete the originals of a source that have no document."""
    await session.execute(delete(ORIGINAL).where(ORIGINAL.c.source == source, ORIGINAL.c.document_id.is_(None)))
