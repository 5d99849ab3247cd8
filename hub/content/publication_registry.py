"""Publication port: rooms add columns to the views of documents that become public, and entries to the same append.

`hub/content` is below the rooms that belong to documents (consultations), so it cannot call them by name. They register
a `PublicationHook` here; `hub/rooms.py` puts them together. Every hook runs in the transaction that publishes, after
the documents are locked and before the head of the log is, so nothing becomes public without it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.models import Document, Edition
from hub.log.append import Event, NewSubjectEntry

if TYPE_CHECKING:
    from hub.content.publishing import NewView


@dataclass(frozen=True)
class PublicationAddition:
    """Columns and entries that a hook adds to a publication."""

    columns: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)
    """Columns of `published_view` by document, for those documents that need any."""
    entries: Sequence[NewSubjectEntry] = ()
    """Entries that follow those of the documents in the log."""


@dataclass(frozen=True)
class PublicChange:
    """A public edition whose view changes in this transaction, with the event that its log entry will have."""

    document_id: UUID
    kind: str
    owner: str
    lang: str
    edition: int
    event: Event
    at: datetime
    update_type: str
    full: bytes | None
    """The full view as it becomes public; None for a document that is gone or redirected."""
    channels: Sequence[str] = ()
    """Channels that a bulletin names."""
    priority: str | None = None
    """Priority of a bulletin."""


Add = Callable[[AsyncSession, Sequence["NewView"]], Awaitable[PublicationAddition]]
"""Returns the additions to views about to be opened. It refuses nothing that an import or the clock publishes."""
Check = Callable[[AsyncSession, Document, Edition], Awaitable[None]]
"""Refuses, by raising, an edition that an editor submits, approves, schedules or publishes."""
Warn = Callable[[AsyncSession, Document, Edition], Awaitable[None]]
"""Reports what would be wrong with an edition that an editor saved, by `report_cleaning`; refuses nothing."""
Announce = Callable[[AsyncSession, Sequence[PublicChange]], Awaitable[None]]
"""Hears of every public change: publications, withdrawals, removals and redirects. It refuses none."""


async def announce_nothing(_: AsyncSession, __: Sequence[PublicChange]) -> None:
    """Hear of public changes and do nothing."""


async def add_nothing(_: AsyncSession, __: Sequence["NewView"]) -> PublicationAddition:
    """Add nothing to a publication."""
    return PublicationAddition()


async def allow(_: AsyncSession, __: Document, ___: Edition) -> None:
    """Refuse no edition, and warn of none."""


@dataclass(frozen=True)
class PublicationHook:
    """Hook of one room; `columns` are those of `published_view` that it fills, null for all other documents."""

    room: str
    columns: frozenset[str]
    add: Add
    check: Check
    warn: Warn
    announce: Announce = announce_nothing


_registered: dict[str, PublicationHook] = {}


def register_publication_hook(hook: PublicationHook) -> None:
    """Register the hook of a room; registering the same room again replaces it."""
    _registered[hook.room] = hook


async def check_publication(session: AsyncSession, document: Document, edition: Edition) -> None:
    """Let every hook refuse an edition that an editor brings nearer to publication."""
    for hook in _registered.values():
        await hook.check(session, document, edition)


async def warn_of_publication(session: AsyncSession, document: Document, edition: Edition) -> None:
    """Let every hook report what would be wrong with an edition that an editor saved."""
    for hook in _registered.values():
        await hook.warn(session, document, edition)


async def announce_publication(session: AsyncSession, changes: Sequence[PublicChange]) -> None:
    """Let every hook hear of public changes, before the head of the log is locked."""
    for hook in _registered.values():
        await hook.announce(session, changes)


async def collect_additions(
    session: AsyncSession, openings: Sequence["NewView"]
) -> tuple[dict[UUID, dict[str, Any]], list[NewSubjectEntry]]:
    """Run every hook; returns the extra columns of each document, and the entries to append.

    Raises `RuntimeError` when none is registered: no draft may become public without its consultation.
    """
    if not _registered:
        raise RuntimeError("No publication hooks are registered; call hub.rooms.register_rooms() at start.")
    blank = {name: None for hook in _registered.values() for name in hook.columns}
    columns: dict[UUID, dict[str, Any]] = {opening.source.document_id: dict(blank) for opening in openings}
    entries: list[NewSubjectEntry] = []
    for hook in _registered.values():
        addition = await hook.add(session, openings)
        for document_id, values in addition.columns.items():
            columns[document_id] |= values
        entries += addition.entries
    return columns, entries
