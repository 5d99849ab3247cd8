"""Following the publication log: one loop for every follower.

A follower is woken by NOTIFY and by a poll, reads entries beyond its cursor in batches, does its work, and only then
moves the cursor. A killed follower repeats its last batch, so its work must be idempotent. A session-level advisory
lock lets one process at a time work for a name.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import asyncpg
import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.db import Database, plain_url, table
from hub.log.append import CHANNEL
from hub.log.models import Follower, LogEntry, LogHead

log = structlog.get_logger()

BATCH = 200
POLL_SECONDS = 1.0
MAX_PAUSE = 15.0

ENTRY, HEAD, FOLLOWER = table(LogEntry), table(LogHead), table(Follower)

BatchHandler = Callable[[Sequence[LogEntry]], Awaitable[None]]


async def read_entries(connection: AsyncConnection, after: int, limit: int) -> list[LogEntry]:
    """Entries beyond a position, in order: one statement."""
    rows = await connection.execute(select(ENTRY).where(ENTRY.c.seq > after).order_by(ENTRY.c.seq).limit(limit))
    return [LogEntry(**row) for row in rows.mappings()]


async def lag(connection: AsyncConnection) -> dict[str, int]:
    """How many entries each follower has still to work on."""
    head = select(HEAD.c.seq).scalar_subquery()
    rows = await connection.execute(select(FOLLOWER.c.name, head - FOLLOWER.c.seq))
    return dict(rows.all())


async def lag_seconds(connection: AsyncConnection) -> dict[str, float]:
    """How long the oldest entry that each follower has still to work on is public already; 0 when there is none."""
    oldest = select(ENTRY.c.at).where(ENTRY.c.seq == FOLLOWER.c.seq + 1).scalar_subquery()
    age = func.coalesce(func.extract("epoch", func.now() - oldest), 0.0)
    return {name: max(0.0, float(found)) for name, found in await connection.execute(select(FOLLOWER.c.name, age))}


@asynccontextmanager
async def listen(database_url: str, channel: str = CHANNEL) -> AsyncIterator[asyncio.Event]:
    """An event that is set whenever something was appended to the log, or said on another channel of NOTIFY."""
    event = asyncio.Event()
    connection = await asyncpg.connect(plain_url(database_url), server_settings={"application_name": "hub-listen"})
    try:
        await connection.add_listener(channel, lambda *_: event.set())
        connection.add_termination_listener(lambda *_: event.set())
        yield event
    finally:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await connection.close(timeout=2)


class LogFollower:
    """Runs one follower's work; `run` ends when `stop` is set."""

    def __init__(self, database: Database, name: str, work: BatchHandler, *, batch: int = BATCH):
        self.database = database
        self.name = name
        self.work = work
        self.batch = batch

    async def position(self) -> int:
        """The confirmed position; a new follower begins at 0."""
        async with self.database.write() as session:
            await session.execute(insert(FOLLOWER).values(name=self.name, seq=0).on_conflict_do_nothing())
            seq: int = (await session.execute(select(FOLLOWER.c.seq).where(FOLLOWER.c.name == self.name))).scalar_one()
            return seq

    async def confirm(self, seq: int) -> None:
        """Confirm everything up to a position."""
        async with self.database.write() as session:
            await session.execute(
                update(FOLLOWER).where(FOLLOWER.c.name == self.name).values(seq=seq, moved_at=func.now())
            )

    async def step(self) -> int:
        """Work on one batch; gives how many entries it held."""
        after = await self.position()
        async with self.database.read() as connection:
            entries = await read_entries(connection, after, self.batch)
        if entries:
            await self.work(entries)
            await self.confirm(entries[-1].seq)
        return len(entries)

    async def run(self, stop: asyncio.Event) -> None:
        """Follow until told to stop; a failure is logged, waited out with growing pauses, and tried again."""
        pause = POLL_SECONDS
        while not stop.is_set():
            try:
                async with self._hold_lock(stop), listen(self.database.url) as woken:
                    while not stop.is_set():
                        woken.clear()
                        while await self.step() and not stop.is_set():
                            pause = POLL_SECONDS
                        await wait_for_any(stop, woken, POLL_SECONDS)
            except Exception as problem:
                log.warning("follower_paused", follower=self.name, seconds=pause, problem=summarize_error(problem))
                await wait_for_any(stop, asyncio.Event(), pause)
                pause = min(pause * 2, MAX_PAUSE)

    @asynccontextmanager
    async def _hold_lock(self, stop: asyncio.Event) -> AsyncIterator[None]:
        """Hold the follower's advisory lock; the lock goes with its connection, also when the process is killed.

        Told to stop while another process holds it, we go on without: then `stop` ends the work before it begins.
        """
        connection = await asyncpg.connect(
            plain_url(self.database.url), server_settings={"application_name": f"hub-{self.name}"}
        )
        try:
            while not stop.is_set() and not await connection.fetchval(
                "SELECT pg_try_advisory_lock(hashtext($1))", f"hub:{self.name}"
            ):
                await wait_for_any(stop, asyncio.Event(), POLL_SECONDS)
            yield
        finally:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await connection.close(timeout=2)


def summarize_error(problem: Exception) -> str:
    """The first line of a failure: a database's own words carry the whole statement and its values."""
    return f"{type(problem).__name__}: {str(problem).partition(chr(10))[0][:300]}"


async def wait_for_any(stop: asyncio.Event, woken: asyncio.Event, seconds: float) -> None:
    """Wait for either event, or for the time to pass."""
    waiting = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(woken.wait())]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
