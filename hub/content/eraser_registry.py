"""Erasure port: each room registers how it erases the text of documents that are removed for good (gỡ bỏ).

`hub/content` is below the rooms that copy text (citations, webhooks, manage …), so it cannot call them by name. They
register an `Eraser` here; `hub/rooms.py` puts them together for the app, the worker and the command line. All of them
run in the transaction that removes the document.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

Erase = Callable[[AsyncSession, Collection[UUID]], Awaitable[None]]
"""Erases the text of documents by id, in the transaction of the session. The caller holds the documents' locks."""


@dataclass(frozen=True)
class Eraser:
    """Erase function of one room, with the tables that it covers."""

    room: str
    tables: frozenset[str]
    erase: Erase
    lock: Erase | None = None
    """Locks the rows that it changes, before the head of the log is locked; without it, nobody else locks them."""
    on_redirect: bool = False
    """True to run it also when a document is redirected, for data that belongs to the open view only."""


_registered: dict[str, Eraser] = {}


def register_eraser(eraser: Eraser) -> None:
    """Register the eraser of a room; registering the same room again replaces it."""
    _registered[eraser.room] = eraser


async def lock_erased_rows(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Lock the rows that the erasers of documents change; call it before the head of the log is locked."""
    for eraser in _registered.values():
        if eraser.lock is not None:
            await eraser.lock(session, documents)


async def erase_documents(session: AsyncSession, documents: Collection[UUID], *, redirected: bool = False) -> None:
    """Run every eraser that applies.

    Raises `RuntimeError` when none is registered: no text may survive by accident.
    """
    if not _registered:
        raise RuntimeError("No erasers are registered; call hub.rooms.register_rooms() at start.")
    for eraser in _registered.values():
        if eraser.on_redirect or not redirected:
            await eraser.erase(session, documents)
