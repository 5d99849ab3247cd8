"""Dispatcher of queues: many receivers in parallel, each of them served by one process at a time.

A receiver is served under a lease. All leases of a process belong to one connection: when the process is killed, they
are free at once; when it hangs, they are after half a minute; when the connection is lost, the process stops sending.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import asyncpg
import structlog

from hub.db import Database
from hub.locks.leases import Leases, open_leases
from hub.locks.registry import LockLost
from hub.log.follow import MAX_PAUSE, POLL_SECONDS, listen

log = structlog.get_logger()

MAX_CONCURRENT = 24
"""Receivers that one process serves in parallel."""
MAX_PER_HOST = 4
"""Limit of parallel receivers on one host, so that many endpoints of one organization do not overload it."""
MAX_CANDIDATES = 200
"""Due receivers that are read at once."""
GRACE_SECONDS = 3.0
"""Seconds that requests in progress get when the worker stops; an interrupted request is sent again."""
COOL_DOWN_SECONDS = 5.0
"""Seconds before a receiver is served again after an internal error."""


@dataclass(frozen=True)
class DueJob:
    """A receiver with due work."""

    key: str
    host: str


class JobQueue(Protocol):
    """Queue of work for receivers."""

    name: str
    channel: str
    """NOTIFY channel that announces new work."""

    async def list_due(self, limit: int, busy: Collection[str]) -> Sequence[DueJob]:
        """List receivers with due work, longest waiting first, without the busy ones."""
        ...

    async def serve(self, key: str) -> None:
        """Process the due work of one receiver, in order; returns when it is done, or after a while for fairness."""
        ...


class Dispatcher:
    """Worker task that serves the receivers of a queue."""

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
        """Serve until `stop` is set. A failure is logged and retried with exponential backoff."""
        wait = POLL_SECONDS
        while not stop.is_set():
            try:
                async with (
                    open_leases(self.database.url, self.queue.name) as leases,
                    listen(self.database.url, self.queue.channel) as woken,
                ):
                    wait = POLL_SECONDS
                    await self._serve_all(stop, woken, leases)
            except Exception as problem:
                log.warning("sender_paused", sender=self.name, seconds=wait, problem=type(problem).__name__)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), wait)
                wait = min(wait * 2, MAX_PAUSE)

    async def _serve_all(self, stop: asyncio.Event, woken: asyncio.Event, leases: Leases) -> None:
        signals = [asyncio.ensure_future(event.wait()) for event in (stop, leases.lost)]
        try:
            while not stop.is_set():
                leases.check()
                woken.clear()
                await self._start_due(leases)
                wakeup = asyncio.ensure_future(woken.wait())
                waiting = [*signals, wakeup, *(task for task, _ in self.running.values())]
                await asyncio.wait(waiting, timeout=self.poll, return_when=asyncio.FIRST_COMPLETED)
                wakeup.cancel()
        finally:
            for signal in signals:
                signal.cancel()
            await self._drain(0 if leases.lost.is_set() else GRACE_SECONDS)

    async def _start_due(self, leases: Leases) -> None:
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
            if not await leases.try_acquire(due.key):
                self.deferred[due.key] = moment + self.poll
                continue
            hosts[due.host] += 1
            task = asyncio.create_task(self._serve(due.key, leases))
            self.running[due.key] = (task, due.host)

    async def _serve(self, key: str, leases: Leases) -> None:
        try:
            await self.queue.serve(key)
        except Exception as problem:
            self.deferred[key] = time.monotonic() + COOL_DOWN_SECONDS
            log.warning("sending_failed", sender=self.name, receiver=key, problem=repr(problem)[:300])
        finally:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, LockLost):
                await leases.release(key)
            self.running.pop(key, None)

    async def _drain(self, seconds: float) -> None:
        tasks = [task for task, _ in self.running.values()]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
