"""Bytes as a source delivered them, kept as proof of what was read.

hold (the row of the bytes) → put into the store → keep (the row of the original, in the transaction that settles the
item). Whatever stops in between leaves held bytes, which the sweeper lets go of.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.db import Database, table
from hub.errors import StorageUnavailable
from hub.files.commands import release_blobs, reserve_blobs
from hub.files.models import FileBlob, KeptOriginal
from hub.files.store import FileStore
from hub.files.upload import PendingBlob

BLOB, ORIGINAL = table(FileBlob), table(KeptOriginal)

UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Blob:
    """Bytes that were delivered, on their way to be kept."""

    body: bytes
    media_type: str
    url: str | None

    @property
    def sha256(self) -> str:
        """Their digest."""
        return sha256(self.body).hexdigest()


async def store_blobs(database: Database, store: FileStore, blobs: Sequence[Blob]) -> list[PendingBlob]:
    """Bring bytes into the store. Raises `StorageUnavailable`."""
    with TemporaryDirectory(prefix="hub-original-") as folder:
        parts = await asyncio.to_thread(_write_parts, Path(folder), blobs)
        if not parts:
            return []
        async with database.write() as session:
            await reserve_blobs(session, parts)
        for part in parts:
            await store.put(part.sha256, part.path)
    return parts


def _write_parts(folder: Path, proofs: Sequence[Blob]) -> list[PendingBlob]:
    parts = []
    for number, proof in enumerate(proofs):
        path = folder / str(number)
        path.write_bytes(proof.body)
        parts.append(PendingBlob(path, proof.sha256, len(proof.body), proof.media_type))
    return parts


async def attach_blobs(
    session: AsyncSession, source: str, blobs: Sequence[Blob], parts: Sequence[PendingBlob], document_id: UUID | None
) -> int | None:
    """Keep what was put into the store; gives the number of the first, which the others belong to."""
    if not parts:
        return None
    held = select(BLOB.c.sha256).where(BLOB.c.sha256.in_({part.sha256 for part in parts}))
    if len((await session.execute(held.with_for_update(read=True, key_share=True))).all()) < len(
        {p.sha256 for p in parts}
    ):
        raise StorageUnavailable("The bytes were given up before they could be kept; they are fetched again.")
    first: int | None = None
    for proof, part in zip(blobs, parts, strict=True):
        row: dict[str, Any] = {
            "sha256": part.sha256,
            "media_type": part.media_type,
            "size": part.size,
            "url": proof.url,
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


async def release_original(session: AsyncSession, original: int | None) -> None:
    """Forget an original of which nothing came; its bytes are swept."""
    if original is not None:
        orphan = delete(ORIGINAL).where(ORIGINAL.c.id == original, ORIGINAL.c.document_id.is_(None))
        await session.execute(orphan)


async def delete_unattached(session: AsyncSession, source: str) -> None:
    """Forget what a source delivered in vain."""
    await session.execute(delete(ORIGINAL).where(ORIGINAL.c.source == source, ORIGINAL.c.document_id.is_(None)))
