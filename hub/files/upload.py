"""Uploads: a request body is received, checked, scanned and re-encoded. Nothing is stored yet."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import anyio
from starlette.requests import ClientDisconnect

from hub.domain.pictures import Width
from hub.errors import FileInfected, FileTooLarge, InvalidInput
from hub.files import sniff
from hub.files.scanner import Scanner
from hub.problem_texts.templates import fill

_ENCODE_SEMAPHORE = asyncio.Semaphore(2)
"""A large image takes a few hundred megabytes while it is re-encoded."""


@dataclass(frozen=True)
class PendingBlob:
    """Bytes to be stored: a file, or one of its sizes."""

    path: Path
    sha256: str
    size: int
    media_type: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class CheckedUpload:
    """A file that passed every check."""

    name: str
    file: PendingBlob
    sizes: tuple[PendingBlob, ...] = ()
    placeholder: str | None = None
    """Mean colour of an image."""

    @property
    def blobs(self) -> tuple[PendingBlob, ...]:
        """All bytes to be stored: the file and its sizes."""
        return (self.file, *self.sizes)


async def receive(body: AsyncIterator[bytes], path: Path, limit: int, declared: str | None) -> None:
    """Stream a request body to a path.

    Raises `FileTooLarge` at the first byte beyond the limit, and `InvalidInput` if the client disconnects.
    """
    too_large = FileTooLarge(
        fill("The file is larger than {limit} bytes.", limit=limit),
        field="body",
        expected=fill("at most {limit} bytes", limit=limit),
    )
    if declared is not None and declared.isdecimal() and int(declared) > limit:
        raise too_large
    read = 0
    try:
        async with await anyio.open_file(path, "wb") as file:
            async for chunk in body:
                read += len(chunk)
                if read > limit:
                    raise too_large
                await file.write(chunk)
    except ClientDisconnect as problem:
        raise InvalidInput("The upload ended before the end of the file.", field="body") from problem


async def examine(path: Path, name: str, kind: sniff.FileType, scanner: Scanner | None) -> CheckedUpload:
    """Check a received file by its bytes, scan it, and re-encode images. Runs in threads, off the event loop.

    Raises `UnsupportedFile`, `FileMismatch`, `InvalidInput`, `FileInfected` or `ScannerUnavailable`.
    """
    await asyncio.to_thread(sniff.check_bytes, path, kind)
    if scanner is not None and not (verdict := await scanner.scan(path)).clean:
        raise FileInfected(
            fill("The virus scanner found {finding}.", finding=verdict.finding or "malware"), field="body"
        )
    if kind not in sniff.IMAGES:
        return CheckedUpload(name, await asyncio.to_thread(_pending_blob, path, kind.value))
    async with _ENCODE_SEMAPHORE:
        encoded = await asyncio.to_thread(_reencode, path, kind)
        colour = await asyncio.to_thread(_mean_colour, min(encoded, key=lambda part: part.width or 0).path)
    return CheckedUpload(name, encoded[0], tuple(encoded[1:]), colour)


def _reencode(path: Path, kind: sniff.FileType) -> list[PendingBlob]:
    from hub.files import images  # decoders of pictures, which a web process without uploads does not need

    types = (kind.value, *[sniff.FileType.webp.value] * len(Width))
    written = zip(images.reencode_image(path, kind, path.parent), types, strict=False)
    return [_pending_blob(target, media_type, width, height) for (target, width, height), media_type in written]


def _mean_colour(path: Path) -> str:
    from hub.files import images

    return images.mean_colour(path)


def _pending_blob(path: Path, media_type: str, width: int | None = None, height: int | None = None) -> PendingBlob:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return PendingBlob(path, digest.hexdigest(), path.stat().st_size, media_type, width, height)
