"""Files below a folder of the hub's machine."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

from ingest.sources.discovery.base import LONGEST_NAME, Found, Listed, Place
from ingest.sources.http.fetcher import NotFetched
from ingest.sources.schemas import inside

PAGE = 500
"""Files written down at once."""


async def find(place: Place) -> AsyncIterator[Listed]:
    """The files, by name; what begins with a dot is nobody's business."""
    root = folder_of(place)
    names = await asyncio.to_thread(_names, root)
    wanted = place.wanted
    chosen = [each for each in names if wanted(each.external_id)]
    for start in range(0, max(len(chosen), 1), PAGE):
        yield Listed(str(start), tuple(chosen[start : start + PAGE]))


def folder_of(place: Place) -> Path:
    """The folder, where it lies below `HUB_SOURCE_FOLDERS` now. Raises `NotFetched`."""
    root = inside(Path(place.config.path or ""), place.settings)
    if not root.is_dir():
        raise NotFetched("no_folder", f"There is no folder {place.config.path}.", passing=True)
    return root


def _names(root: Path) -> list[Found]:
    found = []
    for folder, below, names in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            relative = path.relative_to(root).as_posix()
            if name.startswith(".") or path.is_symlink() or not path.is_file() or len(relative) > LONGEST_NAME:
                continue
            status = path.stat()
            found.append(Found(relative, None, {"changed": f"{status.st_size}-{status.st_mtime_ns}"}))
    return found
