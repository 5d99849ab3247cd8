"""Files of official letters: stored byte for byte, so that their signatures stay valid. For editors only.

A letter may show signatures, addresses and phones of persons, so the public reads its opinions and not its file.
"""

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.auth.principal import Principal, Scope
from hub.consultation.bodies.queries import BODY
from hub.consultation.records import CONSULTATION
from hub.db import Database, table
from hub.domain.file_names import safe_name
from hub.errors import FileInfected, NotFound, UnsupportedFile
from hub.files.commands import release_blobs, reserve_blobs
from hub.files.models import FileBlob
from hub.files.sniff import FileType, check_bytes, expected_type
from hub.files.store import Files
from hub.files.upload import PendingBlob, receive
from hub.problem_texts.templates import fill

LETTER_TYPES = (FileType.pdf, FileType.docx, FileType.jpeg, FileType.png)
MAX_LETTER_BYTES = 20_000_000

BLOB = table(FileBlob)


def letter_type(name: str, declared: str) -> tuple[str, FileType]:
    """Return the name as it is stored, and the type. Raises `InvalidInput`, `UnsupportedFile` or `FileMismatch`."""
    name = safe_name(name)
    kind = expected_type(name, declared)
    if kind not in LETTER_TYPES:
        raise UnsupportedFile("Letters are PDF, DOCX or scans.", field="name", expected=".pdf, .docx, .jpg, .png")
    return name, kind


async def receive_letter(
    body: AsyncIterator[bytes], path: Path, kind: FileType, declared_length: str | None, files: Files
) -> PendingBlob:
    """Receive and check a letter, and scan it if there is a scanner; its bytes stay what they are.

    Raises `FileTooLarge`, `InvalidInput`, `UnsupportedFile`, `FileMismatch`, `FileInfected` or `ScannerUnavailable`.
    """
    await receive(body, path, MAX_LETTER_BYTES, declared_length)
    await asyncio.to_thread(check_bytes, path, kind)
    if files.scanner is not None and not (verdict := await files.scanner.scan(path)).clean:
        raise FileInfected(
            fill("The virus scanner found {finding}.", finding=verdict.finding or "malware"), field="body"
        )
    content = await asyncio.to_thread(path.read_bytes)
    return PendingBlob(path, sha256(content).hexdigest(), len(content), kind.value, None, None)


async def store_letter(database: Database, files: Files, blob: PendingBlob) -> None:
    """Reserve the bytes and store them; the caller refers to them in a later transaction, then releases them."""
    async with database.write() as session:
        await reserve_blobs(session, [blob])
    try:
        await files.store.put(blob.sha256, blob.path)
    except Exception:
        await release_letter(database, blob)
        raise


async def release_letter(database: Database, blob: PendingBlob) -> None:
    """Release the reservation: what nothing refers to is swept."""
    async with database.write() as session:
        await release_blobs(session, [blob])


async def find_letter(connection: AsyncConnection, by: Principal, consultation: UUID, body: UUID, scope: Scope) -> Any:
    """Return name, SHA-256 and size of a body's letter, each None without one. Raises `NotFound` or `Forbidden`."""
    query = (
        select(CONSULTATION.c.agency, BODY.c.file_name, BODY.c.file_sha256, BLOB.c.size)
        .join_from(BODY, CONSULTATION, CONSULTATION.c.id == BODY.c.consultation_id)
        .outerjoin(BLOB, BLOB.c.sha256 == BODY.c.file_sha256)
        .where(BODY.c.id == body, BODY.c.consultation_id == consultation)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no body with this id.", field="body")
    by.require(scope, row.agency)
    return row
