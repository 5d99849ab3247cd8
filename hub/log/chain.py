"""The hash chain of the publication log, pure: anyone with the entries can recompute it.

The hash of an entry is the SHA-256 of the hash before it, a line break, and the entry's canonical JSON: its public
members with sorted keys, no spaces, the time in UTC. The first entry follows the epoch's own hash.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

MEMBERS = ("seq", "event", "at", "kind", "document_id", "lang", "edition", "view_sha256")


def origin(epoch: UUID) -> str:
    """The hash that the first entry of an epoch follows."""
    return sha256(epoch.bytes).hexdigest()


def entry_hash(before: str, entry: Mapping[str, Any]) -> str:
    """The hash of an entry that follows the hash `before`."""
    members = {name: entry[name] for name in MEMBERS}
    at: datetime = members["at"]
    members["document_id"] = str(members["document_id"])
    members["at"] = at.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(before.encode() + b"\n" + orjson.dumps(members, option=orjson.OPT_SORT_KEYS)).hexdigest()
