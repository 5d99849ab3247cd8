"""Sending to many receivers at once, and to each of them one thing at a time, over any number of worker processes.

A receiver is served under an advisory lock of Postgres. All locks of a process belong to one connection: when the
process is killed they are free at once, and when the connection is lost the process stops what it was sending.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

import asyncpg
import structlog

from hub.db import Database, plain_url
from hub.log.follow import MAX_PAUSE, POLL_SECONDS, listen

log = structlog.get_logger()

MAX_CONCURRENT = 24
"""Receivers that one process serves at once."""
MAX_PER_HOST = 4
"""Of them, how many on one host: many endpoints of one house must not be its flood."""
MAX_CANDIDATES = 200
GRACE_SECONDS = 3.0
"""Seconds that exchanges under way get when the worker stops; what is cut off is sent again."""
COOL_DOWN_SECONDS = 5.0
"""Seconds for which a receiver is left alone when serving it failed inside the hub."""


@dataclass(frozen=True)
class DueJob:
    """A receiver that something is due for."""

    key: str
    host: str


class JobQueue(Protocol):
    """What is sent, and to whom."""

    name: str
    channel: str
    """Where NOTIFY says that there may be something new."""

    async def list_due(self, limit: int, busy: Collection[str]) -> Sequence[DueJob]:
        """Receivers that something is due for now, the longest waiting first, none of the busy ones."""
        ...

    async def serve(self, key: str) -> None:
        """Send what is due to one receiver, in order; returns when nothing is, or after some time to be fair."""
        ...


class LockConnectionLost(Exception):
    """The connection that held the locks is gone, so they are not ours any more."""


class AdvisoryLocks:
    """The locks of one process and one desk, on a connection of their own."""

    def __init__(self, name: str, connection: asyncpg.Connection):
        self.name = name
        self.connection = connection
        self.mutex = asyncio.Lock()
        self.lost = asyncio.Event()
        connection.add_termination_listener(lambda _: self.lost.set())

    async def try_acquire(self, key: str) -> bool:
        """Whether the receiver is ours now; False when another process serves it."""
        return bool(await self._fetch("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", key))

    async def release(self, key: str) -> None:
        """Others may serve the receiver."""
        await self._fetch("SELECT pg_advisory_unlock(hashtextextended($1, 0))", key)

    async def _fetch(self, statement: str, key: str) -> object:
        async with self.mutex:
            return await self.connection.fetchval(statement, f"hub:{self.name}:{key}")


@asynccontextmanager
async def open_advisory_locks(database: Database, name: str) -> AsyncIterator[AdvisoryLocks]:
    """Locks of a desk; they end with the block, and with the process."""
    connection = await asyncpg.connect(
        plain_url(database.url), server_settings={"application_name": f"hub-{name}-sender"}
    )
    try:
        yield AdvisoryLocks(name, connection)
    finally:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await connection.close(timeout=2)


class Dispatcher:
    """Runs a desk until told to stop."""

    def __init__(
        self,
        database: Database,
        queue: JobQueue,
        *,
        concurrent: int = MAX_CONCURRENT,
        per_host: int = MAX_PER_HOST,
        poll: float = POLL_SECONDS,
    ):
        self.database = database
        self.queue = queue
        self.name = f"{queue.name}-sender"
        self.concurrent = concurrent
        self.per_host = per_host
        self.poll = poll
        self.running: dict[str, tuple[asyncio.Task[None], str]] = {}
        self.deferred: dict[str, float] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until told to stop; a failure is logged, waited out, and tried again."""
        wait = POLL_SECONDS
        while not stop.is_set():
            try:
                async with (
                    open_advisory_locks(self.database, self.queue.name) as locks,
                    listen(self.database.url, self.queue.channel) as woken,
                ):
                    wait = POLL_SECONDS
                    await self._serve_all(stop, woken, locks)
            except Exception as problem:
                log.warning("sender_paused", sender=self.name, seconds=wait, problem=type(problem).__name__)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), wait)
                wait = min(wait * 2, MAX_PAUSE)

    async def _serve_all(self, stop: asyncio.Event, woken: asyncio.Event, locks: AdvisoryLocks) -> None:
        signals = [asyncio.ensure_future(event.wait()) for event in (stop, locks.lost)]
        try:
            while not stop.is_set():
                if locks.lost.is_set():
                    raise LockConnectionLost
                woken.clear()
                await self._start_due(locks)
                waked = asyncio.ensure_future(woken.wait())
                waiting = [*signals, waked, *(task for task, _ in self.running.values())]
                await asyncio.wait(waiting, timeout=self.poll, return_when=asyncio.FIRST_COMPLETED)
                waked.cancel()
        finally:
            for signal in signals:
                signal.cancel()
            await self._drain(0 if locks.lost.is_set() else GRACE_SECONDS)

    async def _start_due(self, locks: AdvisoryLocks) -> None:
        if len(self.running) >= self.concurrent:
            return
        hosts = Counter(host for _, host in self.running.values())
        moment = time.monotonic()
        self.deferred = {key: until for key, until in self.deferred.items() if until > moment}
        for due in await self.queue.list_due(MAX_CANDIDATES, [*self.running, *self.deferred]):
            if len(self.running) >= self.concurrent:
                break
            if due.key in self.running or hosts[due.host] >= self.per_host:
                continue
            if not await locks.try_acquire(due.key):
                self.deferred[due.key] = moment + self.poll
                continue
            hosts[due.host] += 1
            task = asyncio.create_task(self._serve(due.key, locks))
            self.running[due.key] = (task, due.host)

    async def _serve(self, key: str, locks: AdvisoryLocks) -> None:
        try:
            await self.queue.serve(key)
        except Exception as problem:
            self.deferred[key] = time.monotonic() + COOL_DOWN_SECONDS
            log.warning("sending_failed", sender=self.name, receiver=key, problem=repr(problem)[:300])
        finally:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await locks.release(key)
            self.running.pop(key, None)

    async def _drain(self, seconds: float) -> None:
        tasks = [task for task, _ in self.running.values()]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
