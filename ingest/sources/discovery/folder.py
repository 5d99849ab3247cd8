"""Discover the files below a folder of the hub's machine."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

from ingest.sources.discovery.base import LONGEST_NAME, DiscoveredItem, ListPage, SourceAccess
from ingest.sources.http.fetcher import FetchError

PAGE_SIZE = 500
"""Files of one list page."""


async def discover(access: SourceAccess) -> AsyncIterator[ListPage]:
    """List the files by name; names that begin with a dot are skipped."""
    root = resolve_folder(access)
    names = await asyncio.to_thread(_list_files, root)
    is_included = access.name_filter
    chosen = [each for each in names if is_included(each.external_id)]
    for start in range(0, max(len(chosen), 1), PAGE_SIZE):
        yield ListPage(str(start), tuple(chosen[start : start + PAGE_SIZE]))


def resolve_folder(access: SourceAccess) -> Path:
    """Resolve the folder of a source.

    Raises `FetchError` when it is missing, and `InvalidInput` when sources may not read it.
    """
    root = access.reach.resolve_path(Path(access.config.path or ""))
    if not root.is_dir():
        raise FetchError("no_folder", f"There is no folder {access.config.path}.", transient=True)
    return root


def _list_files(root: Path) -> list[DiscoveredItem]:
    found = []
    for folder, below, names in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            relative = path.relative_to(root).as_posix()
            if name.startswith(".") or path.is_symlink() or not path.is_file() or len(relative) > LONGEST_NAME:
                continue
            status = path.stat()
            found.append(DiscoveredItem(relative, None, {"changed": f"{status.st_size}-{status.st_mtime_ns}"}))
    return found
