"""Pages of changes after a position, returned at once or, with long polling, as soon as there is a change."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from hub.changes.filtering import Change, filter_entries
from hub.changes.filters import MATCH_ALL, ChangeFilter
from hub.changes.position import Position
from hub.changes.reader import SLICE_SIZE, LogSlice, OpenView, read_open_views, read_slice, read_view_sizes
from hub.changes.tail import LogTail
from hub.db import Database

MAX_SLICES = 5
"""Slices of the log read for a page that a filter leaves empty; an empty page still advances `next`."""
MAX_CHANGES_WITH_VIEWS = 100
"""Maximum number of changes in a page with views."""

OpenViews = Mapping[tuple[UUID, str], OpenView]


@dataclass(frozen=True)
class Changes:
    """A page of changes after a position."""

    items: Sequence[Change]
    next: Position
    """Position up to which the log was read, including entries that do not match."""
    head: int
    epoch: UUID


SliceReader = Callable[[Position, int], Awaitable[LogSlice]]


async def read_changes(database: Database, after: Position, wanted: ChangeFilter, *, limit: int) -> Changes:
    """Read the next changes: one statement, or up to `MAX_SLICES` if the filter matches little. Raises `Resync`."""

    async def read(position: Position, size: int) -> LogSlice:
        async with database.read() as connection:
            return await read_slice(connection, position, limit=size)

    return await _read_page(read, after, wanted, limit)


async def await_changes(tail: LogTail, after: Position, wanted: ChangeFilter, *, limit: int, seconds: float) -> Changes:
    """Read the next changes; if there are none, wait up to `seconds` for some, without holding a connection."""
    until = time.monotonic() + seconds
    found = await read_changes(tail.database, after, wanted, limit=limit)
    while not found.items and not tail.ending.is_set() and (left := until - time.monotonic()) > 0:
        updated = tail.next_update()
        found = await _read_page(tail.read_after, found.next, wanted, limit)
        if not found.items and found.next.seq >= found.head:
            with suppress(TimeoutError):
                await asyncio.wait_for(updated.wait(), left)
    return found


async def _read_page(read: SliceReader, after: Position, wanted: ChangeFilter, limit: int) -> Changes:
    for number in range(MAX_SLICES):
        # Entries of other subjects may leave even an unfiltered slice empty: then whole ones are read.
        found = await read(after, limit if wanted == MATCH_ALL and number == 0 else SLICE_SIZE)
        items = list(filter_entries(found.entries, wanted))
        after = items[limit - 1].entry.position if len(items) > limit else found.next
        if items or found.next.seq >= found.head:
            break
    return Changes(items[:limit], after, found.head, found.epoch)


def document_keys(changes: Sequence[Change]) -> set[tuple[UUID, str]]:
    """Return the document and language of each change that is about a document."""
    return {change.key for change in changes if change.key is not None}


async def iter_with_views(
    database: Database, changes: Sequence[Change], wanted: ChangeFilter, max_bytes: int
) -> AsyncGenerator[tuple[Sequence[Change], OpenViews], None]:
    """Yield the changes in order with their current views, in parts of at most `max_bytes` of views, or of one change.

    Nothing of a part is read before it is asked for.
    """
    if not changes:
        return
    async with database.read() as connection:
        sizes = await read_view_sizes(connection, document_keys(changes))
    part: list[Change] = []
    size = 0
    for change in changes:
        of_change = sizes.get(change.key, 0) if change.key else 0
        if part and size + of_change > max_bytes:
            yield part, await read_views_for_changes(database, part, wanted)
            part, size = [], 0
        part.append(change)
        size += of_change
    yield part, await read_views_for_changes(database, part, wanted)


async def read_views_for_changes(database: Database, changes: Sequence[Change], wanted: ChangeFilter) -> OpenViews:
    """Read the current public views of changed items that match the filter: one statement.

    An item without a view here, or with one without `json`, must be removed from a copy.
    """
    async with database.read() as connection:
        found = await read_open_views(connection, document_keys(changes))
    return {key: view for key, view in found.items() if wanted.matches(view.facts)}
