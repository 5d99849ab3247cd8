"""Bodies of messages: a log entry in an envelope, pure.

The text is always the *current* public view, with the position that opened it, never an earlier view: a message that
waited for days must not bring back what was corrected or withdrawn in the meantime.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from hub.changes.filtering import LEFT, LoggedEntry, LoggedSubject
from hub.changes.reader import OpenView
from hub.domain.lifecycle import DocumentState
from hub.log.append import Event
from hub.log.chain import HASH_DIGITS
from hub.times import format_rfc3339

TEST_TYPE = "hub.test"
"""Type of test messages."""
RESYNC_TYPE = "hub.resync"
"""Type of the message that a new epoch of the log has begun."""


class Format(StrEnum):
    """Envelope of a message: that of Standard Webhooks, or a CloudEvent."""

    standard = "standard"
    cloudevents = "cloudevents"


class ViewLevel(StrEnum):
    """Content of the item in a message: none, its card, or the full text."""

    none = "none"
    card = "card"
    full = "full"


MEDIA_TYPES = {Format.standard: "application/json", Format.cloudevents: "application/cloudevents+json"}


def message_id(endpoint: UUID, seq: int, entry_hash: str) -> str:
    """Return the id of a message: a function of endpoint and entry, so replays and retries keep it.

    With the hash, another entry at the same position (after a restore from a backup) is never taken for the first one.
    """
    return f"msg_{endpoint.hex}_{seq}_{entry_hash[:HASH_DIGITS]}"


def message_body(
    name: str,
    entry: LoggedEntry,
    event: str,
    current: OpenView | None,
    *,
    envelope: Format,
    source: str | None,
    view_level: ViewLevel,
) -> bytes:
    """Build the message of an entry: the members of the change feed with `include=view`, and the current state.

    If the document is gone, every message about it is a tombstone, whatever event the entry has.
    """
    state = current.state if current is not None else entry.state
    if state is DocumentState.gone:
        event = Event.gone.value
    silent = view_level is ViewLevel.none or event in (LEFT, Event.gone)
    text = None if current is None or silent else current.json
    view = None if current is None or text is None else {"seq": current.seq, "item": orjson.Fragment(text)}
    data = entry.members() | {
        "event": event,
        "state": state.value,
        "redirect_to": str(entry.redirect_to) if entry.redirect_to else None,
        "view": view,
    }
    return _wrap_in_envelope(
        name, f"{entry.kind}.{event}", format_rfc3339(entry.at), data, envelope, source, entry.path, entry.seq
    )


def subject_body(name: str, entry: LoggedSubject, *, envelope: Format, source: str | None) -> bytes:
    """Build the message of an entry about another subject than a document: its members as in the change feed."""
    kind, at = f"{entry.subject}.{entry.event}", format_rfc3339(entry.at)
    return _wrap_in_envelope(name, kind, at, entry.members(), envelope, source, entry.path, entry.seq)


def resync_body(name: str, at: str, data: Mapping[str, Any], envelope: Format, source: str | None) -> bytes:
    """Build the message of a new epoch: what a receiver knows of later positions than `position` was lost."""
    return _wrap_in_envelope(name, RESYNC_TYPE, at, data, envelope, source, None, None)


def test_body(name: str, at: str, endpoint: UUID, envelope: Format, source: str | None) -> bytes:
    """Build a test message, which carries no event."""
    data = {"endpoint": str(endpoint), "message": "Xin chào. Đây là tin thử của cổng dữ liệu chính sách."}
    return _wrap_in_envelope(name, TEST_TYPE, at, data, envelope, source, None, None)


def _wrap_in_envelope(
    name: str,
    kind: str,
    at: str,
    data: Mapping[str, Any],
    envelope: Format,
    source: str | None,
    subject: str | None,
    seq: int | None,
) -> bytes:
    if envelope is Format.standard:
        return orjson.dumps({"type": kind, "timestamp": at, "data": data})
    event = {
        "specversion": "1.0",
        "id": name,
        "source": source or "urn:policy-hub",
        "type": f"policyhub.{kind}",
        "time": at,
        "datacontenttype": "application/json",
    }
    if subject is not None:
        # The sequence extension requires a string whose lexical order is the numerical order.
        event |= {"subject": subject, "sequence": f"{seq:019d}"}
    return orjson.dumps(event | {"data": data})
