"""File store: a folder or an S3-compatible bucket, through one library (obstore). Keys are SHA-256 digests."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from hub.errors import HubError, SetupProblem, StorageUnavailable
from hub.files.scanner import Scanner, build_scanner
from hub.full_disk import is_disk_full, storage_full
from hub.settings import Settings

log = structlog.get_logger()

_CHUNK = 256 * 1024
_FAILURES = (BaseError, OSError)


def storage_key(sha256: str) -> str:
    """Return the key of bytes in the store."""
    return f"{sha256[:2]}/{sha256}"


def object_store(url: str, settings: Settings) -> ObjectStore:
    """Open an S3-compatible bucket with the endpoint and credentials of the settings."""
    given: dict[str, Any] = {"endpoint": settings.files_s3_endpoint, "region": settings.files_s3_region}
    if settings.files_s3_key_id and settings.files_s3_secret:
        given["access_key_id"] = settings.files_s3_key_id
        given["secret_access_key"] = settings.files_s3_secret.get_secret_value()
    plain = (settings.files_s3_endpoint or "").startswith("http://")
    return S3Store.from_url(
        url,
        client_options={
            "connect_timeout": "5s",
            "read_timeout": "30s",
            "timeout": "900s",
            "allow_http": plain,
        },
        **{name: value for name, value in given.items() if value is not None},
    )


class FileStore:
    """Stores, reads and deletes bytes.

    Raises `StorageUnavailable` if the store fails, `StorageFull` if its disk is full.
    """

    def __init__(self, settings: Settings):
        url = settings.files_url or (settings.data / "files").absolute().as_uri()
        parts = urlsplit(url)
        if parts.scheme not in ("file", "s3") or (parts.scheme == "s3") != bool(parts.netloc):
            raise SetupProblem(f"HUB_FILES_URL is {url}; it must be file:///folder or s3://bucket/prefix.")
        self.settings = settings
        self.url = url
        self.folder = Path(unquote(parts.path)) if parts.scheme == "file" else None

    @cached_property
    def _store(self) -> ObjectStore:
        """Open the store at first use: a hub without files creates no folder and contacts no bucket."""
        if self.folder is not None:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return LocalStore(prefix=self.folder)
        return object_store(self.url, self.settings)

    async def put(self, sha256: str, path: Path) -> None:
        """Store a file's bytes. In a folder, they are synced to disk (fsync) when this returns."""
        try:
            await obstore.put_async(self._store, storage_key(sha256), path)
            if self.folder is not None:
                await asyncio.to_thread(_fsync, self.folder / storage_key(sha256))
        except _FAILURES as problem:
            raise _unavailable("put", problem) from problem

    async def free_bytes(self) -> int | None:
        """Return the room that is left on the disk of a folder; None for a bucket, which does not say."""
        if self.folder is None:
            return None
        return await asyncio.to_thread(_free_bytes, self.folder)

    async def read(self, sha256: str, start: int, end: int) -> AsyncIterator[bytes]:
        """Stream the bytes from `start` (inclusive) to `end` (exclusive).

        Raises `StorageUnavailable` before the first byte if they cannot be read.
        """
        try:
            found = await obstore.get_async(self._store, storage_key(sha256), options={"range": (start, end)})
        except _FAILURES as problem:
            raise _unavailable("read", problem) from problem
        return aiter(found.stream(min_chunk_size=_CHUNK))

    async def delete(self, sha256: str) -> None:
        """Delete bytes, and partial files that a killed upload may have left; missing bytes are no error."""
        try:
            with suppress(FileNotFoundError):
                await obstore.delete_async(self._store, storage_key(sha256))
            if self.folder is not None:
                await asyncio.to_thread(_delete_partial_uploads, self.folder / storage_key(sha256))
        except _FAILURES as problem:
            raise _unavailable("delete", problem) from problem


def _unavailable(verb: str, problem: Exception) -> HubError:
    # The library's messages contain URLs and keys of the store, so they go to the operator's log only.
    log.error("file_store_failed", verb=verb, problem=f"{type(problem).__name__}: {str(problem).partition(chr(10))[0]}")
    if is_disk_full(problem):
        return storage_full()
    return StorageUnavailable("The file store does not respond.")


def _free_bytes(folder: Path) -> int:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(existing).free


def _fsync(path: Path) -> None:
    for target in (path, path.parent, path.parent.parent):
        handle = os.open(target, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _delete_partial_uploads(path: Path) -> None:
    """Delete the temporary files that the library writes first as `<key>#<number>` and then renames."""
    for partial in path.parent.glob(f"{path.name}#*"):
        partial.unlink(missing_ok=True)


@dataclass(frozen=True)
class Files:
    """File store and scanner of the web process."""

    store: FileStore
    scanner: Scanner | None


def build_files(settings: Settings) -> Files:
    """Create the store and the scanner of the settings."""
    return Files(FileStore(settings), build_scanner(settings))
