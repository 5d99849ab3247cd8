"""A page of changes: what a follower is told behind a position, at once or as soon as there is something."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from hub.changes.filtering import Change, all_told
from hub.changes.filters import EVERYTHING, Filter
from hub.changes.position import Position
from hub.changes.reader import STRETCH, Current, Stretch, current_views, read_stretch
from hub.changes.tail import Live
from hub.db import Database

MOST_STRETCHES = 5
"""Stretches read for one page that a filter leaves empty; the page then says how far it came."""
MOST_WITH_VIEWS = 100
"""Changes of a page that carries views."""

Views = Mapping[tuple[UUID, str], Current]


@dataclass(frozen=True)
class Changes:
    """What a follower is told behind a position."""

    items: Sequence[Change]
    next: Position
    """The follower knows everything up to here, also where nothing concerned them."""
    head: int
    epoch: UUID


Read = Callable[[Position, int], Awaitable[Stretch]]


async def read_changes(database: Database, after: Position, wanted: Filter, *, limit: int) -> Changes:
    """The next changes; one statement, or a few where a filter lets little through. Raises `Resync`."""

    async def read(position: Position, size: int) -> Stretch:
        async with database.read() as connection:
            return await read_stretch(connection, position, limit=size)

    return await _page(read, after, wanted, limit)


async def await_changes(live: Live, after: Position, wanted: Filter, *, limit: int, seconds: float) -> Changes:
    """`read_changes`, or when there are none yet, those that come within `seconds`. Nothing is held while it waits."""
    until = time.monotonic() + seconds
    found = await read_changes(live.database, after, wanted, limit=limit)
    while not found.items and not live.ending.is_set() and (left := until - time.monotonic()) > 0:
        turned = live.turned()
        found = await _page(live.after, found.next, wanted, limit)
        if not found.items and found.next.seq >= found.head:
            with suppress(TimeoutError):
                await asyncio.wait_for(turned.wait(), left)
    return found


async def _page(read: Read, after: Position, wanted: Filter, limit: int) -> Changes:
    for _ in range(MOST_STRETCHES):
        found = await read(after, limit if wanted == EVERYTHING else STRETCH)
        items = list(all_told(found.entries, wanted))
        after = Position(items[limit - 1].entry.seq, found.epoch) if len(items) > limit else found.next
        if items or found.reached >= found.head:
            break
    return Changes(items[:limit], after, found.head, found.epoch)


async def views_of(database: Database, changes: Sequence[Change], wanted: Filter) -> Views:
    """What is public now of the items that changes name, where the follower's filter holds for it: one statement.

    What has no entry here, or one without `json`, is to be removed from a copy.
    """
    async with database.read() as connection:
        found = await current_views(connection, {change.entry.key for change in changes})
    return {key: view for key, view in found.items() if wanted.holds(view.facts)}
