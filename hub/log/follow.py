"""Followers of the publication log: one loop for all of them.

A follower is woken by NOTIFY and by polling, reads the entries after its cursor in batches, does its work, and only
then advances the cursor. A killed follower repeats its last batch, so its work must be idempotent. A lease lets one
process at a time run a follower.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import asyncpg
import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.connections import LISTEN, open_connection
from hub.db import Database, table
from hub.faults import describe_fault, is_outage
from hub.heartbeats.chore import Chore
from hub.heartbeats.loop import PATIENCE, LoopState
from hub.heartbeats.loop import pause as wait_or_stop
from hub.locks.leases import Leases, open_leases
from hub.log import failures
from hub.log.append import CHANNEL
from hub.log.entries import DocumentEntry, SubjectEntry, parse_entry
from hub.log.models import Follower, LogEntry, LogHead

log = structlog.get_logger()

BATCH = 200
POLL_SECONDS = 1.0
LEASE_QUEUE = "followers"
"""Queue of the leases of followers."""
MAX_FAILED_IN_A_ROW = 8
"""Entries that may fail one after another in a batch; then the follower pauses: no single entry is the cause."""
RETRY_SECONDS = 1.0
"""Seconds between two looks for entries whose retry is due."""

ENTRY, HEAD, FOLLOWER = table(LogEntry), table(LogHead), table(Follower)

BatchHandler = Callable[[Sequence[DocumentEntry]], Awaitable[None]]


async def read_entries(connection: AsyncConnection, after: int, limit: int) -> list[DocumentEntry | SubjectEntry]:
    """Read the entries after a position, in order and of every subject: one statement."""
    rows = await connection.execute(select(ENTRY).where(ENTRY.c.seq > after).order_by(ENTRY.c.seq).limit(limit))
    return [parse_entry(dict(row)) for row in rows.mappings()]


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
    """A follower of the log: its cursor, its lease and its loop.

    It gets the entries of documents, and passes over those of other subjects. An entry that fails is set aside
    (`hub.log.failures`), and the follower goes on. An outage pauses the follower.
    """

    def __init__(
        self, database: Database, name: str, work: BatchHandler, *, batch: int = BATCH, patience: float = PATIENCE
    ):
        self.database = database
        self.name = name
        self.work = work
        self.batch = batch
        self.state = LoopState(name, patience)
        self.chores: tuple[Chore, ...] = ()
        """Periodic work before the batches."""
        self._retry_at = 0.0

    @property
    def states(self) -> Sequence[LoopState]:
        """States of the loop and of its chores, for heartbeats."""
        return (self.state, *(chore.state for chore in self.chores))

    def is_outage(self, problem: Exception) -> bool:
        """Return True if no entry is to blame for a failure."""
        return is_outage(problem)

    async def skip(self, entry: DocumentEntry) -> None:
        """Pass an entry that was set aside."""

    async def rework(self, entry: DocumentEntry) -> None:
        """Process an entry again, after later ones."""
        await self.work([entry])

    async def pass_over(self, entries: Sequence[SubjectEntry], last: DocumentEntry | SubjectEntry) -> None:
        """Note the entries of other subjects in a batch, and its last entry; called after the work on documents."""

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
        """Do chores, one batch, and the retries that are due; returns the number of entries of the batch."""
        for chore in self.chores:
            await chore.run_if_due()
        after = await self.position()
        async with self.database.read() as connection:
            entries = await read_entries(connection, after, self.batch)
        if entries:
            if documents := [entry for entry in entries if isinstance(entry, DocumentEntry)]:
                await self._work_on(documents)
            if others := [entry for entry in entries if isinstance(entry, SubjectEntry)]:
                await self.pass_over(others, entries[-1])
            await self.confirm(entries[-1].seq)
        if time.monotonic() >= self._retry_at:
            await self._retry_failed()
        return len(entries)

    async def _work_on(self, entries: Sequence[DocumentEntry]) -> None:
        """Process entries; if they fail, halve them down to the one that fails, and set that one aside."""
        waiting, failed = [entries], 0
        while waiting:
            batch = waiting.pop()
            try:
                await self.work(batch)
                failed = 0
            except Exception as problem:
                if self.is_outage(problem) or (len(batch) == 1 and failed >= MAX_FAILED_IN_A_ROW):
                    raise
                if len(batch) > 1:
                    words = describe_fault(problem)
                    log.warning("follower_batch_failed", follower=self.name, entries=len(batch), problem=words)
                    middle = len(batch) // 2
                    waiting += [batch[middle:], batch[:middle]]
                    continue
                failed += 1
                await self._record_failure(batch[0], problem)
                await self.skip(batch[0])
                await self.confirm(batch[0].seq)

    async def _record_failure(self, entry: DocumentEntry, problem: Exception) -> None:
        words = describe_fault(problem)
        async with self.database.write() as session:
            attempts = await failures.record_failure(session, self.name, entry.seq, words)
        tell = log.error if attempts >= failures.MAX_ATTEMPTS else log.warning
        tell("follower_entry_failed", follower=self.name, seq=entry.seq, attempts=attempts, problem=words)

    async def _retry_failed(self) -> None:
        """Process again the entries whose retry is due, one by one."""
        self._retry_at = time.monotonic() + RETRY_SECONDS
        async with self.database.read() as connection:
            due = await failures.read_due(connection, self.name)
        for entry in due:
            try:
                await self.rework(entry)
            except Exception as problem:
                if self.is_outage(problem):
                    raise
                await self._record_failure(entry, problem)
                continue
            async with self.database.write() as session:
                await failures.remove(session, self.name, [entry.seq])
            log.info("follower_entry_done", follower=self.name, seq=entry.seq)

    async def run(self, stop: asyncio.Event) -> None:
        """Follow until `stop` is set. A failure is logged and retried with exponential backoff."""
        while not stop.is_set():
            try:
                async with self._hold_lease(stop) as leases, listen(self.database.url) as woken:
                    while not stop.is_set():
                        leases.check()
                        woken.clear()
                        while await self.step() and not stop.is_set():
                            leases.check()
                            self.state.succeed()
                        self.state.succeed()
                        await wait_for_any(stop, woken, POLL_SECONDS)
            except Exception as problem:
                seconds = self.state.fail(problem)
                log.warning("follower_paused", follower=self.name, seconds=seconds, problem=describe_fault(problem))
                await wait_or_stop(stop, seconds)

    @asynccontextmanager
    async def _hold_lease(self, stop: asyncio.Event) -> AsyncIterator[Leases]:
        """Hold the lease of the follower, which ends with the process, also if it is killed or hangs.

        If `stop` is set while another process has the lease, the block runs without it: `stop` ends the work before it
        begins.
        """
        async with open_leases(self.database.url, LEASE_QUEUE) as leases:
            while not stop.is_set() and not await leases.try_acquire(self.name):
                self.state.turn()
                await wait_for_any(stop, asyncio.Event(), POLL_SECONDS)
            yield leases


async def wait_for_any(stop: asyncio.Event, woken: asyncio.Event, seconds: float) -> None:
    """Wait until either event is set, or for `seconds`."""
    waiting = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(woken.wait())]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
