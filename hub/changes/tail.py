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

from hub.changes.filtering import Entry
from hub.changes.position import Position
from hub.changes.reader import STRETCH, Stretch, head_of, read_stretch
from hub.db import Database
from hub.errors import Resync, TooManyStreams
from hub.log.follow import first_of, in_short, wakened

log = structlog.get_logger()

POLL_SECONDS = 1.0
REMEMBERED = 1_000
"""Entries that are kept in memory; at times twice as many."""
READERS = 4
"""Streams that may read the log at the same moment: catching up must not take all connections from other readers."""


class Live:
    """The process's view of the log's end. It begins to look with the first who waits, and stops with `close`."""

    def __init__(self, database: Database, *, most: int = 5_000, most_of_address: int = 100):
        self.database = database
        self.most = most
        self.most_of_address = most_of_address
        self.ending = asyncio.Event()
        self.open: Counter[str] = Counter()
        """Streams by address."""
        self.said: dict[tuple[UUID, int, str], bytes] = {}
        """What was said of an entry, in the words of one tongue: the same for all streams."""
        self._epoch: UUID | None = None
        self._seq = 0
        self._recent: list[Entry] = []
        self._turned = asyncio.Event()
        self._readers = asyncio.Semaphore(READERS)
        self._looking: asyncio.Task[None] | None = None

    @contextmanager
    def counted(self, address: str) -> Iterator[None]:
        """A place for one stream of an address. Raises `TooManyStreams`."""
        if self.open.total() >= self.most:
            raise TooManyStreams(f"{self.most} streams are open here.", expected="the same request a little later")
        if self.open[address] >= self.most_of_address:
            raise TooManyStreams(
                f"{self.most_of_address} streams are open from this address.",
                expected="one stream for everything you follow",
            )
        self.open[address] += 1
        try:
            yield
        finally:
            self.open[address] -= 1
            if not self.open[address]:
                del self.open[address]

    async def here(self) -> Position:
        """The head of the log."""
        async with self.database.read() as connection:
            epoch, seq, _ = await head_of(connection)
        return Position(seq, epoch)

    async def after(self, position: Position, limit: int = STRETCH) -> Stretch:
        """The entries behind a position, from memory where it can be. Raises `Resync`."""
        if self._epoch is not None and position.epoch == self._epoch and self._recent:
            first = self._recent[0].seq
            if first - 1 <= position.seq <= self._seq:
                entries = self._recent[position.seq + 1 - first :][:limit]
                reached = entries[-1].seq if entries else position.seq
                return Stretch(entries, reached, self._seq, self._epoch)
        async with self._readers, self.database.read() as connection:
            return await read_stretch(connection, position, limit=limit)

    async def follow(self, position: Position) -> AsyncGenerator[Stretch, None]:
        """Stretches behind a position, each as soon as it is there; ends when the process does.

        Raises `Resync` when the log has become another one.
        """
        while not self.ending.is_set():
            turned = self.turned()
            found = await self.after(position)
            position = found.next
            if found.entries:
                yield found
            elif found.head <= position.seq:
                await turned.wait()

    def turned(self) -> asyncio.Event:
        """An event that is set when something new is there, or the process ends. Take it before looking."""
        if self._looking is None and not self.ending.is_set():
            self._looking = asyncio.create_task(self._look())
        return self._turned

    def end(self) -> None:
        """Let every stream and waiter end."""
        self.ending.set()
        self._turn()

    async def close(self) -> None:
        """End, and stop looking."""
        self.end()
        if self._looking is not None:
            await self._looking

    def _turn(self) -> None:
        before, self._turned = self._turned, asyncio.Event()
        before.set()
        if self.ending.is_set():
            self._turned.set()

    async def _look(self) -> None:
        while not self.ending.is_set():
            try:
                async with wakened(self.database.url) as woken:
                    while not self.ending.is_set():
                        woken.clear()
                        await self._read()
                        await first_of(self.ending, woken, POLL_SECONDS)
            except Resync:
                self._epoch, self._recent = None, []
                self._turn()
            except Exception as problem:
                log.warning("live_paused", problem=in_short(problem))
                await first_of(self.ending, asyncio.Event(), POLL_SECONDS)

    async def _read(self) -> None:
        if self._epoch is None:
            head = await self.here()
            self._epoch, self._seq = head.epoch, head.seq
            self._turn()
            return
        while True:
            async with self.database.read() as connection:
                found = await read_stretch(connection, Position(self._seq, self._epoch))
            if not found.entries:
                return
            self._remember(found.entries)

    def _remember(self, entries: Sequence[Entry]) -> None:
        self._recent += entries
        if len(self._recent) > 2 * REMEMBERED:
            del self._recent[:-REMEMBERED]
        self._seq = entries[-1].seq
        self._turn()
