"""The purses of one process, and how they are filled from the database."""

import asyncio
import time
from collections import OrderedDict

import structlog

from hub.settings import Settings
from hub.web.rate.quota import Purse, Quota
from hub.web.rate.store import Store

log = structlog.get_logger()

PATIENCE = 0.25
"""Seconds a request waits for the database before it is let through. A statement takes a thousandth of a second; the
rest is for a process that is busy itself."""
FIRST_PATIENCE = 2.0
"""The same for the first connection of a process."""
OPEN_FOR = 2.0
"""Seconds everything is let through, and the database is left alone, after it did not answer."""
SWEEP_EVERY = 60.0
PURSES = 20_000
"""Keys and addresses one process remembers; the one not seen longest is forgotten first."""


class Limiter:
    """Decides whether a key or an address may go on. Open one for each process; `close` it at the end."""

    def __init__(self, settings: Settings):
        self.anonymous = Quota.read("anonymous", settings.rate_anonymous)
        self.key = Quota.read("key", settings.rate_key)
        self.failures = Quota.read("failures", settings.rate_failures)
        self.statements = 0
        self._store = Store(settings)
        self._purses: OrderedDict[str, Purse] = OrderedDict()
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._open_until = 0.0
        self._sweep_at = time.monotonic() + SWEEP_EVERY
        self._sweeping: asyncio.Task[None] | None = None

    async def take(self, quota: Quota, who: str) -> tuple[Purse, bool]:
        """Charge one request to somebody's bucket: the purse, and whether there was something in it."""
        bucket = f"{quota.name}:{who}"
        purse = self._purses.get(bucket)
        if purse is None:
            purse = self._purses[bucket] = Purse(quota, bucket)
            if len(self._purses) > PURSES:
                self._purses.popitem(last=False)
        else:
            self._purses.move_to_end(bucket)
        now = time.monotonic()
        while not purse.spend(now):
            if purse.closed_until > now:
                return purse, False
            await self._ask(purse, now)
            now = time.monotonic()
        return purse, True

    async def _ask(self, purse: Purse, now: float) -> None:
        """Fill a purse. Requests that find it empty at the same moment share one statement."""
        if self._open_until > now:
            purse.opened(now, self._open_until - now)
            return
        task = self._asking.get(purse.bucket)
        if task is None:
            task = self._asking[purse.bucket] = asyncio.create_task(self._lease(purse))
        patience = PATIENCE if self._store.answered else FIRST_PATIENCE
        for _ in range(3):
            began = time.monotonic()
            done, _ = await asyncio.wait({task}, timeout=patience)
            if done:
                return
            if time.monotonic() - began < 1.5 * patience:
                break  # this process was not late itself, so the database is
        # The statement goes on and fills the purse when it ends; nobody waits for it.
        self._let_through(purse, "no answer in time")

    async def _lease(self, purse: Purse) -> None:
        try:
            self.statements += 1
            granted, deficit = await self._store.take(purse.quota, purse.bucket, purse.quota.lease + purse.debt)
        except Exception as problem:
            self._let_through(purse, f"{type(problem).__name__}: {problem}"[:200])
        else:
            purse.leased(time.monotonic(), granted, deficit)
            self._sweep()
        finally:
            del self._asking[purse.bucket]

    def _let_through(self, purse: Purse, why: str) -> None:
        now = time.monotonic()
        if self._open_until <= now:
            log.warning("rate_limits_paused", seconds=OPEN_FOR, problem=why)
            self._open_until = now + OPEN_FOR
        purse.opened(now, self._open_until - now)

    def _sweep(self) -> None:
        if time.monotonic() >= self._sweep_at and self._sweeping is None:
            self._sweep_at = time.monotonic() + SWEEP_EVERY
            self._sweeping = asyncio.create_task(self._swept())

    async def _swept(self) -> None:
        try:
            await self._store.sweep()
        except Exception as problem:
            log.warning("rate_limits_not_swept", problem=f"{type(problem).__name__}: {problem}"[:200])
        finally:
            self._sweeping = None

    async def close(self) -> None:
        """End what is under way, and the connections."""
        for task in [*self._asking.values(), *([self._sweeping] if self._sweeping else [])]:
            task.cancel()
        await self._store.close()
