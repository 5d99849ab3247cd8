"""Private files and locks in a data folder."""

import ctypes
import fcntl
import os
import secrets
import struct
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Write a file that only the current user can read, atomically, even if the machine stops midway."""
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # its mode is 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def load_or_create_secret(path: Path) -> str:
    """Read the secret in `path`, created on first use (192 bits, URL-safe characters)."""
    if not path.is_file():
        write_private(path, secrets.token_urlsafe(24))
    return path.read_text("utf-8").strip()


@dataclass(frozen=True)
class FileIdentity:
    """The inode of a file and the time at which it came to be (0: the file system does not tell).

    They stay when a file is written, renamed or given to another owner, and differ in a copy and after a restore.
    """

    inode: int
    born_ns: int

    def is_same(self, other: "FileIdentity") -> bool:
        """Return True if both are the same file, as far as both tell."""
        return self.inode == other.inode and (self.born_ns == other.born_ns or 0 in (self.born_ns, other.born_ns))


def identify_file(path: Path) -> FileIdentity:
    """Return the identity of a file. Raises `OSError`."""
    status = path.stat()
    born = getattr(status, "st_birthtime", None)
    return FileIdentity(status.st_ino, int(born * 1e9) if born is not None else _statx_born_ns(path))


_AT_FDCWD, _STATX_BTIME, _STATX_BTIME_OFFSET = -100, 0x800, 80


def _statx_born_ns(path: Path) -> int:
    """Return the time of birth of a file on Linux, which Python does not read there; 0 if it is unknown."""
    statx = getattr(ctypes.CDLL(None), "statx", None)
    if statx is None:
        return 0
    found = ctypes.create_string_buffer(256)
    if statx(_AT_FDCWD, os.fsencode(path), 0, _STATX_BTIME, found) != 0:
        return 0
    (mask,) = struct.unpack_from("I", found)
    seconds, nanoseconds = struct.unpack_from("qI", found, _STATX_BTIME_OFFSET)
    return int(seconds) * 1_000_000_000 + int(nanoseconds) if mask & _STATX_BTIME else 0


@contextmanager
def lock(path: Path, seconds: float = 0) -> Iterator[int]:
    """Hold an exclusive lock (flock) on the file `path`, and yield its descriptor. A child that inherits the descriptor
    holds the lock too.

    Raises `BlockingIOError` if another process still holds it after `seconds`. The kernel releases the lock when the
    last holder has ended, however it ended, so locks never go stale.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        limit = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= limit:
                    raise
                time.sleep(0.05)
        yield handle
    finally:
        os.close(handle)
