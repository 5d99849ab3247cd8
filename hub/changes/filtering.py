"""What a follower is told of an entry of the log: pure, and the same in every tongue.

A document in one language is what followers know (a phone holds the Vietnamese and the English edition as two items).
An entry concerns a follower whose filter holds for the view that the entry opened; one whose filter held only for the
view before is told that the document `left`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from hub.changes.filters import ChangeFilter, FilterFacts
from hub.domain.kinds import KINDS
from hub.domain.lifecycle import SHOWS, DocumentState, Surface, Visibility
from hub.log.append import Event
from hub.log.chain import public_members

ChangeEvent = StrEnum("ChangeEvent", {**{event.name: event.value for event in Event}, "left": "left"})  # type: ignore[misc]
ChangeEvent.__doc__ = (
    "Event of an item: that of the log, or `left` if the item no longer matches the filters (sự kiện)."
)

LEFT = ChangeEvent("left")


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """An entry of the log with what is needed to tell it: what it opened, and what it closed."""

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
    """What the document is in public from this entry on."""
    redirect_to: UUID | None
    facts: FilterFacts
    before: FilterFacts | None
    """The facts of the view that this entry closed; None for the first one of this document and language."""
    view: bytes | None = None
    """The JSON that the entry made public, if it was asked for and is not erased (gone)."""

    @property
    def key(self) -> tuple[UUID, str]:
        """What followers know it by: the document and the language."""
        return self.document_id, self.lang

    @property
    def path(self) -> str:
        """Where the item is, under the hub's address."""
        return f"/api/v1/{KINDS[self.kind].plural}/{self.document_id}"

    def members(self) -> dict[str, Any]:
        """The entry as everybody reads it; its hash covers all of it but `path` and `hash`."""
        row = {name: getattr(self, name) for name in _HASHED_MEMBERS}
        return public_members(row) | {"path": self.path, "hash": self.hash}


_HASHED_MEMBERS = ("seq", "event", "at", "due", "kind", "document_id", "lang", "edition", "view_sha256")


@dataclass(frozen=True, slots=True)
class Change:
    """An entry as a follower is told it."""

    entry: LoggedEntry
    event: str
    """A value of `ChangeEvent`: the entry's own event, or `left`."""

    def members(self) -> dict[str, Any]:
        """The entry as this follower reads it."""
        return self.entry.members() | {"event": self.event}


def filter_entry(entry: LoggedEntry, wanted: ChangeFilter) -> Change | None:
    """What a follower with this filter is told of an entry; None when it does not concern them."""
    if not wanted.can_match(entry.kind, entry.lang):
        return None
    if wanted.matches(entry.facts):
        return Change(entry, entry.event.value)
    return Change(entry, LEFT.value) if wanted.matches(entry.before) else None


def filter_entries(entries: Iterable[LoggedEntry], wanted: ChangeFilter) -> Iterator[Change]:
    """`told` of each, in order."""
    for entry in entries:
        if (change := filter_entry(entry, wanted)) is not None:
            yield change


def is_copyable(state: DocumentState) -> bool:
    """Whether a copy of the public content holds the text of a document in this state, as the matrix says."""
    return SHOWS[state][Surface.copy] in (Visibility.text, Visibility.text_with_reason)
