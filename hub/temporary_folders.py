"""Temporary folders: each is deleted when its work ends, and one that a killed process left behind by the sweeper."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from hub.times import now

PREFIX = "policy-hub-tmp-"
KEPT = timedelta(days=2)
"""Time after which a folder is abandoned: no work that uses one lasts as long."""


@contextmanager
def open_temporary_folder(purpose: str) -> Iterator[Path]:
    """Create a folder for the block, and delete it with all its files afterwards."""
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{purpose}-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def delete_abandoned_folders() -> int:
    """Delete this user's temporary folders of processes that were killed; returns their number."""
    before = (now() - KEPT).timestamp()
    deleted = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # another process was faster
            found = folder.lstat()
            if found.st_uid == os.getuid() and found.st_mtime < before and not folder.is_symlink():
                shutil.rmtree(folder)
                deleted += 1
    return deleted
