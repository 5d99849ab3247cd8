"""The snapshot as a client reads it, and the files that the hub stores."""

import gzip
from typing import Any

import orjson

from hub.settings import Settings

SNAPSHOT = "/api/v1/snapshot.ndjson.gz"


def items(body: bytes) -> list[dict[str, Any]]:
    head, *rows = [orjson.loads(each) for each in gzip.decompress(body).splitlines()]
    assert head.keys() == {"snapshot"}
    return rows


def stored_bytes(settings: Settings) -> list[bytes]:
    """Return the content of all files in the store, decompressed."""
    found = [path.read_bytes() for path in (settings.data / "files").rglob("*") if path.is_file()]
    return [gzip.decompress(each) if each.startswith(b"\x1f\x8b") else each for each in found]
