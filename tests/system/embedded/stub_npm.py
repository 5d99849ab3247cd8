"""Stands in for npm: "packs" a small program as the file `meilisearch` (see test_embedded_meilisearch.py)."""

import io
import sys
import tarfile
from pathlib import Path

STUB = Path(__file__).with_name("stub_meilisearch.py")


def content() -> bytes:
    """The file in the package."""
    return f'#!/bin/sh\nexec "{sys.executable}" "{STUB}" "$@"\n'.encode()


if __name__ == "__main__":
    with tarfile.open("package.tgz", "w:gz") as packed:
        member = tarfile.TarInfo("package/meilisearch")
        member.size = len(content())
        packed.addfile(member, io.BytesIO(content()))
