"""The rate limiter of a process: local buckets, refilled by leases from the database."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

import structlog

from hub.settings import Settings
from hub.web.rate.quota import LocalBucket, Quota
from hub.web.rate.store import BucketStore

log = structlog.get_logger()

LEASE_TIMEOUT = 0.25
"""Seconds that a request waits for a lease before it is allowed anyway. A statement takes a millisecond; the rest is
for a process that is busy itself."""
FIRST_LEASE_TIMEOUT = 2.0
"""The same, in seconds, for the first connection of a process."""
FAIL_OPEN_SECONDS = 2.0
"""Seconds for which all requests are allowed, without asking the database, after it did not respond."""
SWEEP_INTERVAL = 60.0
MAX_LOCAL_BUCKETS = 20_000
"""Keys and addresses that a process holds; the least recently used one is dropped first."""


class Limiter:
    """Rate limiter by key and address. Create one per process; `close` it at the end.

    `conceal` makes of an address or a principal the name that is stored: the same in every process, and unreadable.
    """

    def __init__(self, settings: Settings, conceal: Callable[[str], str]):
        self.anonymous = Quota.parse("anonymous", settings.rate_anonymous)
        self.key = Quota.parse("key", settings.rate_key)
        self.failures = Quota.parse("failures", settings.rate_failures)
        self.statements = 0
        self._conceal = conceal
        self._store = BucketStore(settings)
        self._buckets: OrderedDict[str, LocalBucket] = OrderedDict()
        self._lease_tasks: dict[str, asyncio.Task[None]] = {}
        self._fail_open_until = 0.0
        self._sweep_at = time.monotonic() + SWEEP_INTERVAL
        self._sweep_task: asyncio.Task[None] | None = None

    async def consume(self, quota: Quota, who: str) -> tuple[LocalBucket, bool]:
        """Charge one request to a bucket; returns the local bucket, and whether the request is allowed."""
        bucket = self._find(quota, who)
        now = time.monotonic()
        while not bucket.spend(now):
            if bucket.closed_until > now:
                return bucket, False
            await self._refill(bucket, now)
            now = time.monotonic()
        return bucket, True

    def spend(self, quota: Quota, who: str) -> LocalBucket | None:
        """Charge one request to a bucket that has some left, and return it; else charge nothing: `consume` waits."""
        bucket = self._find(quota, who)
        return bucket if bucket.spend(time.monotonic()) else None

    def _find(self, quota: Quota, who: str) -> LocalBucket:
        name = f"{quota.name}:{who}"
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = LocalBucket(quota, name)
            if len(self._buckets) > MAX_LOCAL_BUCKETS:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(name)
        return bucket

    async def _refill(self, bucket: LocalBucket, now: float) -> None:
        """Lease requests for a bucket. Requests that find it empty at the same time share one statement."""
        if self._fail_open_until > now:
            bucket.fail_open(now, self._fail_open_until - now)
            return
        task = self._lease_tasks.get(bucket.name)
        if task is None:
            task = self._lease_tasks[bucket.name] = asyncio.create_task(self._lease(bucket))
        patience = LEASE_TIMEOUT if self._store.has_answered else FIRST_LEASE_TIMEOUT
        for _ in range(3):
            began = time.monotonic()
            done, _ = await asyncio.wait({task}, timeout=patience)
            if done:
                return
            if time.monotonic() - began < 1.5 * patience:
                break  # the process itself was not delayed, so the database is
        # The statement goes on in the background and refills the bucket when it ends.
        self._fail_open(bucket, "no answer in time")

    async def _lease(self, bucket: LocalBucket) -> None:
        try:
            self.statements += 1
            stored = f"{bucket.quota.name}:{self._conceal(bucket.name)}"
            granted, deficit = await self._store.lease(bucket.quota, stored, bucket.quota.lease + bucket.debt)
        except Exception as problem:
            self._fail_open(bucket, f"{type(problem).__name__}: {problem}"[:200])
        else:
            bucket.apply_lease(time.monotonic(), granted, deficit)
            self._start_sweep()
        finally:
            del self._lease_tasks[bucket.name]

    def _fail_open(self, bucket: LocalBucket, why: str) -> None:
        now = time.monotonic()
        if self._fail_open_until <= now:
            log.warning("rate_limits_paused", seconds=FAIL_OPEN_SECONDS, problem=why)
            self._fail_open_until = now + FAIL_OPEN_SECONDS
        bucket.fail_open(now, self._fail_open_until - now)

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
        """Cancel running leases and the sweep, and close the connections."""
        for task in [*self._lease_tasks.values(), *([self._sweep_task] if self._sweep_task else [])]:
            task.cancel()
        await self._store.close()
