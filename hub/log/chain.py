"""Hash chain of the publication log, pure: anyone with the change feed can recompute it.

The hash of an entry is the SHA-256 of the previous hash, a line break, and the canonical JSON of the entry: its public
members except `path`, `hash` and `position`, sorted by name, without spaces, in UTF-8. The first entry of an epoch
follows `start_hash(epoch, hash of the last entry before)`.

Entries of documents are of version 1 and have no member `version`; the members of other subjects are of version 2.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from hub.log.subjects import DOCUMENT_VERSION
from hub.times import format_rfc3339

HASH_DIGITS = 16
"""Digits of a hash where only its start is written: in positions, cursors, and ids of messages."""


def start_hash(epoch: UUID, previous_hash: str | None = None) -> str:
    """Return the hash that precedes the first entry of an epoch.

    It is the SHA-256 of the epoch's 16 bytes and, unless it is the first epoch, the hash before it (in hexadecimal).
    """
    return sha256(epoch.bytes + (previous_hash or "").encode()).hexdigest()


def public_members(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the public members of an entry from its database row, in the version of the entry."""
    shared = {
        "seq": row["seq"],
        "event": str(row["event"]),
        "at": format_rfc3339(row["at"]),
        "due": format_rfc3339(row["due"]) if row["due"] else None,
    }
    if row["version"] != DOCUMENT_VERSION:
        return {
            "version": row["version"],
            "subject": str(row["subject"]),
            "subject_id": row["subject_id"],
            **shared,
            "data": row["data"],
        }
    return shared | {
        "kind": row["kind"],
        "id": str(row["document_id"]),
        "lang": row["lang"],
        "edition": row["edition"],
        "view_sha256": row["view_sha256"],
    }


def entry_hash(before: str, members: Mapping[str, Any]) -> str:
    """Return the hash of an entry, given its public members and the hash of the entry before it."""
    return sha256(before.encode() + b"\n" + orjson.dumps(members, option=orjson.OPT_SORT_KEYS)).hexdigest()
