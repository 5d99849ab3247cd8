"""Files of comments at rest: name and bytes are sealed with the content key; the bytes are in the file store."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hub.consultation.comments.keys import DataKey, context_of
from hub.consultation.comments.sealed_content import FILE_NAME_COLUMN
from hub.files.store import FileStore

BYTES_COLUMN = "blob_sha256"
"""The column under whose name the bytes are sealed; it holds the SHA-256 of the sealed bytes."""


@dataclass(frozen=True)
class SealedFile:
    """A file as it is stored."""

    name: bytes
    body: bytes


def seal_file(key: DataKey, file_id: UUID, name: str, body: bytes) -> SealedFile:
    """Seal name and bytes of a file under its own id, so that none can stand in another's place."""
    return SealedFile(
        key.seal(name.encode(), context_of(file_id, FILE_NAME_COLUMN)),
        key.seal(body, context_of(file_id, BYTES_COLUMN)),
    )


async def read_file(store: FileStore, key: DataKey, row: Any) -> bytes:
    """Read and open the bytes of a file, by a row with `id`, `blob_sha256` and `blob_size`.

    Raises `SealBroken` or `StorageUnavailable`.
    """
    chunks = [bytes(chunk) async for chunk in await store.read(row.blob_sha256, 0, row.blob_size)]
    return key.open(b"".join(chunks), context_of(row.id, BYTES_COLUMN))
