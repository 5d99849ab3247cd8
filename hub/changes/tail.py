"""Tail of the log, shared by everything in a process that waits for new entries: streams, subscriptions, long polls.

One connection listens to NOTIFY (polling covers lost notifications), one read fetches new entries, and the latest
entries are cached in memory. Each stream has only a position: a stream near the head is served from the cache, one that
fell behind reads the log until it has caught up. So there are no queues per client, a slow client costs no memory, and
no client misses an entry.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import structlog

from hub.changes.filtering import AnyLogged
from hub.changes.position import Position
from hub.changes.reader import SLICE_SIZE, LogSlice, read_log_head, read_slice
from hub.db import Database
from hub.errors import Resync, TooManyStreams
from hub.faults import describe_fault
from hub.log.follow import listen, wait_for_any
from hub.problem_texts.templates import fill

log = structlog.get_logger()

POLL_SECONDS = 1.0
CACHED_ENTRIES = 1_000
"""Entries kept in the cache; temporarily twice as many."""
MAX_READERS = 4
"""Streams that may read the log at the same time: catching up must not take all connections from other readers."""


class LogTail:
    """Cached tail of the log. It starts watching with the first waiting client, and stops with `close`."""

    def __init__(self, database: Database, *, max_streams: int = 5_000, max_streams_per_address: int = 100):
        self.database = database
        self.max_streams = max_streams
        self.max_streams_per_address = max_streams_per_address
        self.ending = asyncio.Event()
        self.open_streams: Counter[str] = Counter()
        """Number of open streams by client address."""
        self.rendered_events: dict[tuple[str, str], bytes] = {}
        """Cache of rendered server-sent events, shared by all streams."""
        self._base: Position | None = None
        """Position before the first cached entry; None until the head is known."""
        self._epoch: UUID | None = None
        self._recent: list[AnyLogged] = []
        self._updated = asyncio.Event()
        self._readers = asyncio.Semaphore(MAX_READERS)
        self._watcher: asyncio.Task[None] | None = None

    @contextmanager
    def stream_slot(self, address: str) -> Iterator[None]:
        """Occupy a slot for a stream of a client address during the block. Raises `TooManyStreams`."""
        if self.open_streams.total() >= self.max_streams:
            raise TooManyStreams(
                fill("This process has {max_streams} open streams.", max_streams=self.max_streams),
                expected="the same request a little later",
            )
        if self.open_streams[address] >= self.max_streams_per_address:
            raise TooManyStreams(
                fill(
                    "Your address has {max_streams_per_address} open streams.",
                    max_streams_per_address=self.max_streams_per_address,
                ),
                expected="one stream for everything you follow",
            )
        self.open_streams[address] += 1
        try:
            yield
        finally:
            self.open_streams[address] -= 1
            if not self.open_streams[address]:
                del self.open_streams[address]

    async def read_head(self) -> Position:
        """Read the head of the log."""
        async with self.database.read() as connection:
            return Position.from_hash(*await read_log_head(connection))

    async def read_after(self, position: Position, limit: int = SLICE_SIZE) -> LogSlice:
        """Return the entries after a position, from the cache if possible. Raises `Resync`."""
        if (cached := self._find_cached(position, limit)) is not None:
            return cached
        async with self._readers, self.database.read() as connection:
            return await read_slice(connection, position, limit=limit)

    def _find_cached(self, position: Position, limit: int) -> LogSlice | None:
        """Return the entries after a position from the cache; None if it is not in the cache, or is another log's."""
        if self._base is None or self._epoch is None or not self._recent:
            return None
        index = position.seq - self._base.seq
        if not 0 <= index <= len(self._recent):
            return None
        known = self._recent[index - 1].position if index else self._base
        if not position.is_same(known):
            return None
        entries = self._recent[index : index + limit]
        return LogSlice(entries, entries[-1].position if entries else known, self._recent[-1].seq, self._epoch)

    async def follow(self, position: Position) -> AsyncGenerator[LogSlice, None]:
        """Yield slices of the log after a position as they appear, until the process ends.

        Raises `Resync` if the log was replaced.
        """
        while not self.ending.is_set():
            updated = self.next_update()
            found = await self.read_after(position)
            position = found.next
            if found.entries:
                yield found
            elif found.head <= position.seq:
                await updated.wait()

    def next_update(self) -> asyncio.Event:
        """Return an event that is set by the next new entry or the end of the process. Call it before reading."""
        if self._watcher is None and not self.ending.is_set():
            self._watcher = asyncio.create_task(self._watch())
        return self._updated

    def end_streams(self) -> None:
        """End all streams and long polls."""
        self.ending.set()
        self._notify()

    async def close(self) -> None:
        """End all streams and stop watching."""
        self.end_streams()
        if self._watcher is not None:
            await self._watcher

    def _notify(self) -> None:
        before, self._updated = self._updated, asyncio.Event()
        before.set()
        if self.ending.is_set():
            self._updated.set()

    async def _watch(self) -> None:
        while not self.ending.is_set():
            try:
                async with listen(self.database.url) as woken:
                    while not self.ending.is_set():
                        woken.clear()
                        await self._read_new()
                        await wait_for_any(self.ending, woken, POLL_SECONDS)
            except Resync:
                self._base, self._recent = None, []
                self._notify()
            except Exception as problem:
                log.warning("live_paused", problem=describe_fault(problem))
                await wait_for_any(self.ending, asyncio.Event(), POLL_SECONDS)

    async def _read_new(self) -> None:
        if self._base is None:
            async with self.database.read() as connection:
                epoch, seq, hash_ = await read_log_head(connection)
            self._epoch, self._base = epoch, Position.from_hash(epoch, seq, hash_)
            self._notify()
            return
        while True:
            last = self._recent[-1].position if self._recent else self._base
            async with self.database.read() as connection:
                found = await read_slice(connection, last)
            self._epoch = found.epoch
            if not found.entries:
                return
            self._cache(found.entries)

    def _cache(self, entries: Sequence[AnyLogged]) -> None:
        self._recent += entries
        if len(self._recent) > 2 * CACHED_ENTRIES:
            self._base = self._recent[-CACHED_ENTRIES - 1].position
            del self._recent[:-CACHED_ENTRIES]
        self._notify()
