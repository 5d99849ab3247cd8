"""File in the data folder with the number of the last pair of tokens whose refresh was begun.

A restore of the database brings back a pair that was used up since. Zalo would end the whole family of tokens at its
second use, so the number is kept where a restore does not reach.
"""

import os
import tempfile
from pathlib import Path

FILE = "zalo-tokens"


def read_used_version(folder: Path, app_id: str) -> int:
    """Read the number of the last pair whose refresh token may have been used; 0 if there is none."""
    try:
        found_app, _, version = (folder / FILE).read_text("ascii").strip().partition(" ")
        return int(version) if found_app == app_id else 0
    except (FileNotFoundError, ValueError):
        return 0


def write_used_version(folder: Path, app_id: str, version: int) -> None:
    """Write the number so that it survives a power cut. Raises `OSError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=folder, prefix=f".{FILE}.")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{app_id} {version}\n")
        file.flush()
        os.fsync(file.fileno())
    Path(part).replace(folder / FILE)
