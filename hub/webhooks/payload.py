"""From an entry of the log to the bytes an endpoint gets, pure.

Text is what is public *now*, with the position it is public from, never what was public once: a message that waited
for days must not bring back what was corrected or withdrawn meanwhile.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from hub.changes.filtering import LEFT, Entry
from hub.changes.position import Position
from hub.changes.reader import Current
from hub.domain.lifecycle import DocumentState
from hub.log.append import Event
from hub.times import shown

TEST = "hub.test"
"""The type of test messages."""


class Format(StrEnum):
    """The envelope of a message."""

    standard = "standard"
    cloudevents = "cloudevents"


class Carried(StrEnum):
    """How much of an item a message carries."""

    none = "none"
    card = "card"
    full = "full"


MEDIA_TYPES = {Format.standard: "application/json", Format.cloudevents: "application/cloudevents+json"}


def message_id(endpoint: UUID, seq: int) -> str:
    """The name of a message, the same however often it is made or sent."""
    return f"msg_{endpoint.hex}_{seq}"


def message_body(
    name: str,
    entry: Entry,
    event: str,
    current: Current | None,
    *,
    epoch: UUID,
    envelope: Format,
    source: str | None,
    carried: Carried,
) -> bytes:
    """The message of an entry: as the change feed shows it with `include=view`, and the document's present state.

    A document that is gone makes every message about it a tombstone, whatever the entry was.
    """
    state = current.state if current is not None else entry.state
    if state is DocumentState.gone:
        event = Event.gone.value
    silent = carried is Carried.none or event in (LEFT, Event.gone)
    text = None if current is None or silent else current.json
    view = None if current is None or text is None else {"seq": current.seq, "item": orjson.Fragment(text)}
    data = entry.members() | {
        "event": event,
        "position": str(Position(entry.seq, epoch)),
        "state": state.value,
        "redirect_to": str(entry.redirect_to) if entry.redirect_to else None,
        "view": view,
    }
    return _enclosed(name, f"{entry.kind}.{event}", shown(entry.at), data, envelope, source, entry.path, entry.seq)


def trial_body(name: str, at: str, endpoint: UUID, envelope: Format, source: str | None) -> bytes:
    """A message that says only that messages arrive."""
    data = {"endpoint": str(endpoint), "message": "Xin chào. Đây là tin thử của cổng dữ liệu chính sách."}
    return _enclosed(name, TEST, at, data, envelope, source, None, None)


def _enclosed(
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
        # The sequence extension wants a string that sorts as it counts.
        event |= {"subject": subject, "sequence": f"{seq:019d}"}
    return orjson.dumps(event | {"data": data})
