"""Filtering of log entries for followers: pure, and the same for every format of the change feed.

An item is a document in one language (a phone stores the Vietnamese and the English edition as two items). An entry
matches a filter if the view that it opened matches. If only the previous view matched, the follower gets `left`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from hub.changes.filters import ChangeFilter, FilterFacts
from hub.changes.position import Position
from hub.domain.kinds import KINDS
from hub.domain.lifecycle import SHOWS, DocumentState, Surface, Visibility
from hub.log.append import Event
from hub.log.chain import public_members
from hub.log.subjects import (
    DOCUMENT_VERSION,
    SUBJECT_VERSION,
    ConsultationEvent,
    LogSubject,
    RegistryEvent,
    SubjectEvent,
)

ChangeEvent = StrEnum(  # type: ignore[misc]
    "ChangeEvent",
    {event.name: event.value for event in Event}
    | {"left": "left"}
    | {event.name: event.value for event in RegistryEvent}
    | {event.name: event.value for event in ConsultationEvent},
)
ChangeEvent.__doc__ = (
    "Event of an item: that of the log, or `left` if the item no longer matches the filters (sự kiện). `created`, "
    "`updated`, `renamed`, `merged`, `closed`, `succeeded` and `removed` are events of the registry; `announced`, "
    "`opened`, `extended`, `closing_soon`, `closed`, `answered`, `adopted` and `dropped` those of consultations."
)

LEFT = ChangeEvent("left")


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """A log entry of a document, with the facts of the view that it opened and of the one that it closed."""

    epoch: UUID
    """Epoch of the log in which the entry was appended."""
    seq: int
    event: Event
    at: datetime
    due: datetime | None
    kind: str
    document_id: UUID
    lang: str
    edition: int
    view_sha256: str
    hash: str
    state: DocumentState
    """Public state of the document from this entry on."""
    redirect_to: UUID | None
    facts: FilterFacts
    before: FilterFacts | None
    """Facts of the view that this entry closed; None for the first entry of this document and language."""
    view: bytes | None = None
    """JSON of the view that the entry opened, if it was requested and is not erased (gone)."""

    @property
    def key(self) -> tuple[UUID, str]:
        """Key of the item: document and language."""
        return self.document_id, self.lang

    @property
    def position(self) -> Position:
        """Position of a reader that knows everything up to this entry."""
        return Position.from_hash(self.epoch, self.seq, self.hash)

    @property
    def path(self) -> str:
        """Path of the item, relative to the base URL of the hub."""
        return f"/api/v1/{KINDS[self.kind].plural}/{self.document_id}"

    def members(self) -> dict[str, Any]:
        """Return the public members of the entry; its hash covers all of them except `path`, `hash` and `position`."""
        row = {name: getattr(self, name) for name in _HASHED_MEMBERS}
        row |= {"version": DOCUMENT_VERSION}
        return public_members(row) | {"path": self.path, "hash": self.hash, "position": str(self.position)}


@dataclass(frozen=True, slots=True)
class LoggedSubject:
    """A log entry of another subject than a document."""

    epoch: UUID
    """Epoch of the log in which the entry was appended."""
    seq: int
    event: SubjectEvent
    at: datetime
    due: datetime | None
    subject: LogSubject
    subject_id: str
    data: Mapping[str, Any]
    hash: str

    @property
    def position(self) -> Position:
        """Position of a reader that knows everything up to this entry."""
        return Position.from_hash(self.epoch, self.seq, self.hash)

    @property
    def path(self) -> str:
        """Path of the consultation, or of the list of the registry's entry, relative to the base URL of the hub."""
        if self.subject is LogSubject.consultation:
            return f"/api/v1/consultations/{self.subject_id}"
        return f"/api/v1/{self.data['list']}"

    def members(self) -> dict[str, Any]:
        """Return the public members of the entry; its hash covers all of them except `path`, `hash` and `position`."""
        row = {name: getattr(self, name) for name in ("seq", "event", "at", "due", "subject", "subject_id", "data")}
        row |= {"version": SUBJECT_VERSION}
        return public_members(row) | {"path": self.path, "hash": self.hash, "position": str(self.position)}


AnyLogged = LoggedEntry | LoggedSubject

_HASHED_MEMBERS = ("seq", "event", "at", "due", "kind", "document_id", "lang", "edition", "view_sha256")


@dataclass(frozen=True, slots=True)
class Change:
    """An entry with its event for one follower."""

    entry: AnyLogged
    event: str
    """A value of `ChangeEvent`: the event of the entry, or `left`."""

    @property
    def key(self) -> tuple[UUID, str] | None:
        """Key of the item: document and language; None for another subject."""
        return self.entry.key if isinstance(self.entry, LoggedEntry) else None

    def members(self) -> dict[str, Any]:
        """Return the members of the entry with the event for this follower."""
        return self.entry.members() | {"event": self.event}


def filter_entry(entry: AnyLogged, wanted: ChangeFilter) -> Change | None:
    """Apply a filter to an entry; returns None if neither its view nor the previous one matches.

    The filters of documents do not apply to other subjects.
    """
    if isinstance(entry, LoggedSubject):
        return Change(entry, entry.event.value) if entry.subject in wanted.subjects else None
    if LogSubject.document not in wanted.subjects:
        return None
    if not wanted.can_match(entry.kind, entry.lang):
        return None
    if wanted.matches(entry.facts):
        return Change(entry, entry.event.value)
    return Change(entry, LEFT.value) if wanted.matches(entry.before) else None


def filter_entries(entries: Iterable[AnyLogged], wanted: ChangeFilter) -> Iterator[Change]:
    """Apply a filter to entries, in order."""
    for entry in entries:
        if (change := filter_entry(entry, wanted)) is not None:
            yield change


def is_copyable(state: DocumentState) -> bool:
    """Return True if a copy of the public content may store the text of a document in this state, by `SHOWS`."""
    return SHOWS[state][Surface.copy] in (Visibility.text, Visibility.text_with_reason)
