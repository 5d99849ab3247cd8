"""Followers of the publication log: one loop for all of them.

A follower is woken by NOTIFY and by polling, reads the entries after its cursor in batches, does its work, and only
then advances the cursor. A killed follower repeats its last batch, so its work must be idempotent. A lease lets one
process at a time run a follower.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import asyncpg
import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.connections import LISTEN, open_connection
from hub.db import Database, table
from hub.locks.leases import Leases, open_leases
from hub.log.append import CHANNEL
from hub.log.models import Follower, LogEntry, LogHead

log = structlog.get_logger()

BATCH = 200
POLL_SECONDS = 1.0
MAX_PAUSE = 15.0
LEASE_QUEUE = "followers"
"""Queue of the leases of followers."""

ENTRY, HEAD, FOLLOWER = table(LogEntry), table(LogHead), table(Follower)

BatchHandler = Callable[[Sequence[LogEntry]], Awaitable[None]]


async def read_entries(connection: AsyncConnection, after: int, limit: int) -> list[LogEntry]:
    """Read the entries after a position, in order: one statement."""
    rows = await connection.execute(select(ENTRY).where(ENTRY.c.seq > after).order_by(ENTRY.c.seq).limit(limit))
    return [LogEntry(**row) for row in rows.mappings()]


async def lag(connection: AsyncConnection) -> dict[str, int]:
    """Count the entries that each follower has not processed yet."""
    head = select(HEAD.c.seq).scalar_subquery()
    rows = await connection.execute(select(FOLLOWER.c.name, head - FOLLOWER.c.seq))
    return dict(rows.all())


async def lag_seconds(connection: AsyncConnection) -> dict[str, float]:
    """Return the age in seconds of the oldest entry that each follower has not processed yet; 0 if there is none."""
    oldest = select(ENTRY.c.at).where(ENTRY.c.seq == FOLLOWER.c.seq + 1).scalar_subquery()
    age = func.coalesce(func.extract("epoch", func.now() - oldest), 0.0)
    return {name: max(0.0, float(found)) for name, found in await connection.execute(select(FOLLOWER.c.name, age))}


@asynccontextmanager
async def listen(database_url: str, channel: str = CHANNEL) -> AsyncIterator[asyncio.Event]:
    """Listen to NOTIFY: yields an event that is set by every notification, and when the connection ends."""
    event = asyncio.Event()
    connection = await open_connection(database_url, LISTEN)
    try:
        await connection.add_listener(channel, lambda *_: event.set())
        connection.add_termination_listener(lambda *_: event.set())
        yield event
    finally:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await connection.close(timeout=2)


class LogFollower:
    """A follower of the log: its cursor, its lease and its loop."""

    def __init__(self, database: Database, name: str, work: BatchHandler, *, batch: int = BATCH):
        self.database = database
        self.name = name
        self.work = work
        self.batch = batch

    async def position(self) -> int:
        """Read the cursor; a new follower starts at 0."""
        async with self.database.write() as session:
            await session.execute(insert(FOLLOWER).values(name=self.name, seq=0).on_conflict_do_nothing())
            seq: int = (await session.execute(select(FOLLOWER.c.seq).where(FOLLOWER.c.name == self.name))).scalar_one()
            return seq

    async def confirm(self, seq: int) -> None:
        """Advance the cursor to a position."""
        async with self.database.write() as session:
            await session.execute(
                update(FOLLOWER).where(FOLLOWER.c.name == self.name).values(seq=seq, moved_at=func.now())
            )

    async def step(self) -> int:
        """Process one batch; returns the number of its entries."""
        after = await self.position()
        async with self.database.read() as connection:
            entries = await read_entries(connection, after, self.batch)
        if entries:
            await self.work(entries)
            await self.confirm(entries[-1].seq)
        return len(entries)

    async def run(self, stop: asyncio.Event) -> None:
        """Follow until `stop` is set. A failure is logged and retried with exponential backoff."""
        pause = POLL_SECONDS
        while not stop.is_set():
            try:
                async with self._hold_lease(stop) as leases, listen(self.database.url) as woken:
                    while not stop.is_set():
                        leases.check()
                        woken.clear()
                        while await self.step() and not stop.is_set():
                            leases.check()
                            pause = POLL_SECONDS
                        await wait_for_any(stop, woken, POLL_SECONDS)
            except Exception as problem:
                log.warning("follower_paused", follower=self.name, seconds=pause, problem=summarize_error(problem))
                await wait_for_any(stop, asyncio.Event(), pause)
                pause = min(pause * 2, MAX_PAUSE)

    @asynccontextmanager
    async def _hold_lease(self, stop: asyncio.Event) -> AsyncIterator[Leases]:
        """Hold the lease of the follower, which ends with the process, also if it is killed or hangs.

        If `stop` is set while another process has the lease, the block runs without it: `stop` ends the work before it
        begins.
        """
        async with open_leases(self.database.url, LEASE_QUEUE) as leases:
            while not stop.is_set() and not await leases.try_acquire(self.name):
                await wait_for_any(stop, asyncio.Event(), POLL_SECONDS)
            yield leases


def summarize_error(problem: Exception) -> str:
    """Return the first line of an error: database errors contain the whole statement with its values."""
    return f"{type(problem).__name__}: {str(problem).partition(chr(10))[0][:300]}"


async def wait_for_any(stop: asyncio.Event, woken: asyncio.Event, seconds: float) -> None:
    """Wait until either event is set, or for `seconds`."""
    waiting = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(woken.wait())]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
