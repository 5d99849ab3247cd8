"""Private files and locks in a data folder."""

import fcntl
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
