"""The purses of one process, and how they are filled from the database."""

import asyncio
import time
from collections import OrderedDict

import structlog

from hub.settings import Settings
from hub.web.rate.quota import LocalBucket, Quota
from hub.web.rate.store import BucketStore

log = structlog.get_logger()

LEASE_TIMEOUT = 0.25
"""Seconds a request waits for the database before it is let through. A statement takes a thousandth of a second; the
rest is for a process that is busy itself."""
FIRST_LEASE_TIMEOUT = 2.0
"""The same for the first connection of a process."""
FAIL_OPEN_SECONDS = 2.0
"""Seconds everything is let through, and the database is left alone, after it did not answer."""
SWEEP_INTERVAL = 60.0
MAX_LOCAL_BUCKETS = 20_000
"""Keys and addresses one process remembers; the one not seen longest is forgotten first."""


class Limiter:
    """Decides whether a key or an address may go on. Open one for each process; `close` it at the end."""

    def __init__(self, settings: Settings):
        self.anonymous = Quota.parse("anonymous", settings.rate_anonymous)
        self.key = Quota.parse("key", settings.rate_key)
        self.failures = Quota.parse("failures", settings.rate_failures)
        self.statements = 0
        self._store = BucketStore(settings)
        self._buckets: OrderedDict[str, LocalBucket] = OrderedDict()
        self._lease_tasks: dict[str, asyncio.Task[None]] = {}
        self._fail_open_until = 0.0
        self._sweep_at = time.monotonic() + SWEEP_INTERVAL
        self._sweep_task: asyncio.Task[None] | None = None

    async def consume(self, quota: Quota, who: str) -> tuple[LocalBucket, bool]:
        """Charge one request to somebody's bucket: the purse, and whether there was something in it."""
        bucket = f"{quota.name}:{who}"
        purse = self._buckets.get(bucket)
        if purse is None:
            purse = self._buckets[bucket] = LocalBucket(quota, bucket)
            if len(self._buckets) > MAX_LOCAL_BUCKETS:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(bucket)
        now = time.monotonic()
        while not purse.spend(now):
            if purse.closed_until > now:
                return purse, False
            await self._refill(purse, now)
            now = time.monotonic()
        return purse, True

    async def _refill(self, purse: LocalBucket, now: float) -> None:
        """Fill a purse. Requests that find it empty at the same moment share one statement."""
        if self._fail_open_until > now:
            purse.fail_open(now, self._fail_open_until - now)
            return
        task = self._lease_tasks.get(purse.name)
        if task is None:
            task = self._lease_tasks[purse.name] = asyncio.create_task(self._lease(purse))
        patience = LEASE_TIMEOUT if self._store.has_answered else FIRST_LEASE_TIMEOUT
        for _ in range(3):
            began = time.monotonic()
            done, _ = await asyncio.wait({task}, timeout=patience)
            if done:
                return
            if time.monotonic() - began < 1.5 * patience:
                break  # this process was not late itself, so the database is
        # The statement goes on and fills the purse when it ends; nobody waits for it.
        self._fail_open(purse, "no answer in time")

    async def _lease(self, purse: LocalBucket) -> None:
        try:
            self.statements += 1
            granted, deficit = await self._store.lease(purse.quota, purse.name, purse.quota.lease + purse.debt)
        except Exception as problem:
            self._fail_open(purse, f"{type(problem).__name__}: {problem}"[:200])
        else:
            purse.apply_lease(time.monotonic(), granted, deficit)
            self._start_sweep()
        finally:
            del self._lease_tasks[purse.name]

    def _fail_open(self, purse: LocalBucket, why: str) -> None:
        now = time.monotonic()
        if self._fail_open_until <= now:
            log.warning("rate_limits_paused", seconds=FAIL_OPEN_SECONDS, problem=why)
            self._fail_open_until = now + FAIL_OPEN_SECONDS
        purse.fail_open(now, self._fail_open_until - now)

    def _start_sweep(self) -> None:
        if time.monotonic() >= self._sweep_at and self._sweep_task is None:
            self._sweep_at = time.monotonic() + SWEEP_INTERVAL
            self._sweep_task = asyncio.create_task(self._run_sweep())

    async def _run_sweep(self) -> None:
        try:
            await self._store.sweep()
        except Exception as problem:
            log.warning("rate_limits_not_swept", problem=f"{type(problem).__name__}: {problem}"[:200])
        finally:
            self._sweep_task = None

    async def close(self) -> None:
        """End what is under way, and the connections."""
        for task in [*self._lease_tasks.values(), *([self._sweep_task] if self._sweep_task else [])]:
            task.cancel()
        await self._store.close()
