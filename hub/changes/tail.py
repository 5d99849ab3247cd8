"""One look at the log for everything in a process that waits for it: streams, subscriptions, long polls.

One connection listens for NOTIFY (a poll stands in when a notification is lost), one read fetches what is new, and the
newest entries stay in memory. Each stream only has a position of its own: one that is near the head is served from
memory, one that fell behind reads the log until it is there again. So nothing is queued for anybody, a slow client
costs no memory, and none can miss an entry.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import structlog

from hub.changes.filtering import LoggedEntry
from hub.changes.position import Position
from hub.changes.reader import SLICE_SIZE, LogSlice, read_log_head, read_slice
from hub.db import Database
from hub.errors import Resync, TooManyStreams
from hub.log.follow import listen, summarize_error, wait_for_any

log = structlog.get_logger()

POLL_SECONDS = 1.0
CACHED_ENTRIES = 1_000
"""Entries that are kept in memory; at times twice as many."""
MAX_READERS = 4
"""Streams that may read the log at the same moment: catching up must not take all connections from other readers."""


class LogTail:
    """The process's view of the log's end. It begins to look with the first who waits, and stops with `close`."""

    def __init__(self, database: Database, *, max_streams: int = 5_000, max_streams_per_address: int = 100):
        self.database = database
        self.max_streams = max_streams
        self.max_streams_per_address = max_streams_per_address
        self.ending = asyncio.Event()
        self.open_streams: Counter[str] = Counter()
        """Streams by address."""
        self.rendered_events: dict[tuple[UUID, int, str], bytes] = {}
        """What was said of an entry, in the words of one tongue: the same for all streams."""
        self._epoch: UUID | None = None
        self._seq = 0
        self._recent: list[LoggedEntry] = []
        self._updated = asyncio.Event()
        self._readers = asyncio.Semaphore(MAX_READERS)
        self._watcher: asyncio.Task[None] | None = None

    @contextmanager
    def stream_slot(self, address: str) -> Iterator[None]:
        """A place for one stream of an address. Raises `TooManyStreams`."""
        if self.open_streams.total() >= self.max_streams:
            raise TooManyStreams(
                f"This process has {self.max_streams} open streams.", expected="the same request a little later"
            )
        if self.open_streams[address] >= self.max_streams_per_address:
            raise TooManyStreams(
                f"Your address has {self.max_streams_per_address} open streams.",
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
        """The head of the log."""
        async with self.database.read() as connection:
            epoch, seq, _ = await read_log_head(connection)
        return Position(seq, epoch)

    async def read_after(self, position: Position, limit: int = SLICE_SIZE) -> LogSlice:
        """The entries behind a position, from memory where it can be. Raises `Resync`."""
        if self._epoch is not None and position.epoch == self._epoch and self._recent:
            first = self._recent[0].seq
            if first - 1 <= position.seq <= self._seq:
                entries = self._recent[position.seq + 1 - first :][:limit]
                reached = entries[-1].seq if entries else position.seq
                return LogSlice(entries, reached, self._seq, self._epoch)
        async with self._readers, self.database.read() as connection:
            return await read_slice(connection, position, limit=limit)

    async def follow(self, position: Position) -> AsyncGenerator[LogSlice, None]:
        """Stretches behind a position, each as soon as it is there; ends when the process does.

        Raises `Resync` when the log has become another one.
        """
        while not self.ending.is_set():
            turned = self.next_update()
            found = await self.read_after(position)
            position = found.next
            if found.entries:
                yield found
            elif found.head <= position.seq:
                await turned.wait()

    def next_update(self) -> asyncio.Event:
        """An event that is set when something new is there, or the process ends. Take it before looking."""
        if self._watcher is None and not self.ending.is_set():
            self._watcher = asyncio.create_task(self._watch())
        return self._updated

    def end_streams(self) -> None:
        """Let every stream and waiter end."""
        self.ending.set()
        self._notify()

    async def close(self) -> None:
        """End, and stop looking."""
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
                self._epoch, self._recent = None, []
                self._notify()
            except Exception as problem:
                log.warning("live_paused", problem=summarize_error(problem))
                await wait_for_any(self.ending, asyncio.Event(), POLL_SECONDS)

    async def _read_new(self) -> None:
        if self._epoch is None:
            head = await self.read_head()
            self._epoch, self._seq = head.epoch, head.seq
            self._notify()
            return
        while True:
            async with self.database.read() as connection:
                found = await read_slice(connection, Position(self._seq, self._epoch))
            if not found.entries:
                return
            self._cache(found.entries)

    def _cache(self, entries: Sequence[LoggedEntry]) -> None:
        self._recent += entries
        if len(self._recent) > 2 * CACHED_ENTRIES:
            del self._recent[:-CACHED_ENTRIES]
        self._seq = entries[-1].seq
        self._notify()
