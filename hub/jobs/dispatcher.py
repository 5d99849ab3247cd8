"""Dispatcher of queues: many receivers in parallel, each of them served by one process at a time.

A receiver is served under a lease. All leases of a process belong to one connection: when the process is killed, they
are free at once; when it hangs, they are after half a minute; when the connection is lost, the process stops sending.

An unforeseen exception is counted against its receiver, which rests longer each time; its neighbours are served on. An
outage (`hub.faults`) is nobody's fault.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import structlog

from hub.db import Database
from hub.faults import describe_fault, is_outage
from hub.heartbeats.loop import MAX_PAUSE, LoopState, pause
from hub.locks.leases import Leases, open_leases
from hub.log.follow import POLL_SECONDS, listen
from hub.log.send_lease import SendGate

log = structlog.get_logger()

MAX_CONCURRENT = 24
"""Receivers that one process serves in parallel."""
MAX_PER_HOST = 4
"""Limit of parallel receivers on one host, so that many endpoints of one organization do not overload it."""
MAX_CANDIDATES = 200
"""Due receivers that are read at once."""
GRACE_SECONDS = 3.0
"""Seconds that requests in progress get when the worker stops; an interrupted request is sent again."""
MAX_TURN_SECONDS = 3_600.0
"""Seconds after which serving one receiver is ended and counted as its failure."""
MAX_REMEMBERED = 10_000
"""Receivers whose failures in a row are remembered."""
MAX_REST_SECONDS = 3_600.0
"""Longest time in seconds that a receiver rests in this process after failures in a row."""


@dataclass(frozen=True)
class DueJob:
    """A receiver with due work."""

    key: str
    host: str


def host_of(url: str) -> str:
    """Return the host of a stored URL, for the limit per host; a part of the URL if it cannot be parsed."""
    try:
        return urlsplit(url).hostname or url[:100]
    except ValueError:
        return url[:100]


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

    async def record_failure(self, key: str, problem: str) -> None:
        """Count an unforeseen exception of `serve` against the receiver: in its record, with a longer pause each time,
        and parked with an alarm at last."""
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
        gate: SendGate | None = None,
    ):
        self.database = database
        self.queue = queue
        self.name = f"{queue.name}-sender"
        self.concurrent = concurrent
        self.per_host = per_host
        self.poll = poll
        self.gate = gate
        """Permission to serve receivers; without one, nothing is ever held."""
        self.running: dict[str, tuple[asyncio.Task[None], str]] = {}
        self.deferred: dict[str, float] = {}
        self.failures: dict[str, int] = {}
        """Unforeseen exceptions in a row of each receiver in this process."""
        self.state = LoopState(self.name)

    @property
    def states(self) -> Sequence[LoopState]:
        """State of the loop, for heartbeats."""
        return (self.state,)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set. A failure is logged and retried with exponential backoff."""
        while not stop.is_set():
            try:
                async with (
                    open_leases(self.database.url, self.queue.name) as leases,
                    listen(self.database.url, self.queue.channel) as woken,
                ):
                    await self._serve_all(stop, woken, leases)
            except Exception as problem:
                seconds = self.state.fail(problem)
                log.warning("sender_paused", sender=self.name, seconds=seconds, problem=describe_fault(problem))
                await pause(stop, seconds)

    async def _serve_all(self, stop: asyncio.Event, woken: asyncio.Event, leases: Leases) -> None:
        signals = [asyncio.ensure_future(event.wait()) for event in (stop, leases.lost)]
        try:
            while not stop.is_set():
                leases.check()
                woken.clear()
                if self.gate is None or await self.gate.is_open():
                    await self._start_due(leases)
                self.state.succeed()
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
            async with asyncio.timeout(MAX_TURN_SECONDS):
                await self.queue.serve(key)
            self.failures.pop(key, None)
        except Exception as problem:
            await self._record_failure(key, problem)
        finally:
            try:
                await leases.release(key)
            except Exception as problem:
                log.warning("lease_not_released", sender=self.name, receiver=key, problem=describe_fault(problem))
            finally:
                self.running.pop(key, None)

    async def _record_failure(self, key: str, problem: Exception) -> None:
        """Let the receiver rest, longer with each failure in a row, and count the failure in its record.

        The rest in memory holds whatever becomes of the record, so a receiver that fails never spins.
        """
        if len(self.failures) >= MAX_REMEMBERED:
            self.failures.clear()
        failures = self.failures[key] = self.failures.get(key, 0) + 1
        outage = is_outage(problem)
        rest = min(self.poll * 2 ** min(failures, 20), MAX_PAUSE if outage else MAX_REST_SECONDS)
        self.deferred[key] = time.monotonic() + rest
        words = describe_fault(problem)
        log.warning(
            "sending_failed", sender=self.name, receiver=key, failures=failures, seconds=round(rest, 3), problem=words
        )
        if outage:
            return
        try:
            await self.queue.record_failure(key, words)
        except Exception as second:
            log.warning("failure_not_recorded", sender=self.name, receiver=key, problem=describe_fault(second))

    async def _drain(self, seconds: float) -> None:
        tasks = [task for task, _ in self.running.values()]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
