"""The folder of a question index: generations side by side, one of them in use.

`<root>/<epoch>/current` has the name of the generation in use and is replaced by renaming. A new generation is built
beside it, so whoever is interrupted leaves the old one in use. A process that finds the one in use damaged leaves the
file `damaged` in it, and the follower rebuilds it; the file `check` asks the follower to compare the index with the
live views. Indexes of other epochs are deleted after a week.
"""

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

_POINTER, _DAMAGED, _LOCK, _BUILDING, _CHECK = "current", "damaged", "lock", "building", "check"

ORPHAN_SECONDS = 7 * 86_400
"""Seconds without a change after which the index of another epoch is deleted."""


class IndexFolder:
    """The folder of one database's index. Its methods block for as long as a few file operations take."""

    def __init__(self, root: Path, epoch: UUID):
        self.root = root
        self.path = root / epoch.hex[:12]

    @property
    def lock(self) -> Path:
        """File that is locked (flock) while the index in use is written or replaced."""
        return self.path / _LOCK

    @property
    def build_lock(self) -> Path:
        """File that is locked (flock) while `hub reindex` builds a generation."""
        return self.path / _BUILDING

    def create(self) -> None:
        """Create the folder. Raises `OSError`."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)

    def current(self) -> Path | None:
        """Return the generation in use; None if there is none."""
        try:
            name = (self.path / _POINTER).read_text("ascii").strip()
        except (OSError, ValueError):
            return None
        return self.path / name if name.isalnum() and (self.path / name).is_dir() else None

    def create_generation(self) -> Path:
        """Create the folder of a new generation, which is not in use yet."""
        path = self.path / uuid4().hex[:12]
        path.mkdir()
        return path

    def use(self, generation: Path) -> None:
        """Let a generation be in use, durably."""
        pointer = self.path / f"{_POINTER}.new"
        with pointer.open("w", encoding="ascii") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        pointer.replace(self.path / _POINTER)

    def remove_others(self) -> None:
        """Delete the generations that are not in use. Processes that still read one keep their files until they end."""
        current = self.current()
        for each in self.path.iterdir():
            if each.is_dir() and each != current:
                shutil.rmtree(each, ignore_errors=True)

    def remove_orphans(self) -> list[str]:
        """Delete the indexes of other epochs that were not changed for `ORPHAN_SECONDS`; return their names."""
        removed = []
        for each in self.root.iterdir():
            changes = [file.stat().st_mtime for file in each.rglob("*")] if each.is_dir() and each != self.path else []
            if changes and time.time() - max(changes) > ORPHAN_SECONDS:
                shutil.rmtree(each, ignore_errors=True)
                removed.append(each.name)
        return removed

    def ask_check(self) -> None:
        """Ask the follower to compare the index with the live views, and repair it."""
        (self.path / _CHECK).touch()

    def is_check_wanted(self) -> bool:
        return (self.path / _CHECK).exists()

    def finish_check(self) -> None:
        (self.path / _CHECK).unlink(missing_ok=True)

    def mark_damaged(self, generation: Path) -> None:
        """Ask the follower to rebuild a generation."""
        with suppress(OSError):
            (generation / _DAMAGED).touch()

    def is_damaged(self, generation: Path) -> bool:
        return (generation / _DAMAGED).exists()
