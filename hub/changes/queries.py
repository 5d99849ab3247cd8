"""A page of changes: what a follower is told behind a position, at once or as soon as there is something."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from hub.changes.filtering import Change, filter_entries
from hub.changes.filters import MATCH_ALL, ChangeFilter
from hub.changes.position import Position
from hub.changes.reader import SLICE_SIZE, LogSlice, OpenView, read_open_views, read_slice
from hub.changes.tail import LogTail
from hub.db import Database

MAX_SLICES = 5
"""Stretches read for one page that a filter leaves empty; the page then says how far it came."""
MAX_CHANGES_WITH_VIEWS = 100
"""Changes of a page that carries views."""

OpenViews = Mapping[tuple[UUID, str], OpenView]


@dataclass(frozen=True)
class Changes:
    """What a follower is told behind a position."""

    items: Sequence[Change]
    next: Position
    """The follower knows everything up to here, also where nothing concerned them."""
    head: int
    epoch: UUID


SliceReader = Callable[[Position, int], Awaitable[LogSlice]]


async def read_changes(database: Database, after: Position, wanted: ChangeFilter, *, limit: int) -> Changes:
    """The next changes; one statement, or a few where a filter lets little through. Raises `Resync`."""

    async def read(position: Position, size: int) -> LogSlice:
        async with database.read() as connection:
            return await read_slice(connection, position, limit=size)

    return await _read_page(read, after, wanted, limit)


async def await_changes(tail: LogTail, after: Position, wanted: ChangeFilter, *, limit: int, seconds: float) -> Changes:
    """`read_changes`, or when there are none yet, those that come within `seconds`. Nothing is held while it waits."""
    until = time.monotonic() + seconds
    found = await read_changes(tail.database, after, wanted, limit=limit)
    while not found.items and not tail.ending.is_set() and (left := until - time.monotonic()) > 0:
        turned = tail.next_update()
        found = await _read_page(tail.read_after, found.next, wanted, limit)
        if not found.items and found.next.seq >= found.head:
            with suppress(TimeoutError):
                await asyncio.wait_for(turned.wait(), left)
    return found


async def _read_page(read: SliceReader, after: Position, wanted: ChangeFilter, limit: int) -> Changes:
    for _ in range(MAX_SLICES):
        found = await read(after, limit if wanted == MATCH_ALL else SLICE_SIZE)
        items = list(filter_entries(found.entries, wanted))
        after = Position(items[limit - 1].entry.seq, found.epoch) if len(items) > limit else found.next
        if items or found.reached >= found.head:
            break
    return Changes(items[:limit], after, found.head, found.epoch)


async def read_views_for_changes(database: Database, changes: Sequence[Change], wanted: ChangeFilter) -> OpenViews:
    """What is public now of the items that changes name, where the follower's filter holds for it: one statement.

    What has no entry here, or one without `json`, is to be removed from a copy.
    """
    async with database.read() as connection:
        found = await read_open_views(connection, {change.entry.key for change in changes})
    return {key: view for key, view in found.items() if wanted.matches(view.facts)}
