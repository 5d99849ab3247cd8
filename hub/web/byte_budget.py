"""Budgets of bytes that a process holds for its clients: request bodies that arrive, and answers not yet sent."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from hub.errors import Overload
from hub.problem_texts.templates import fill
from hub.settings import Settings

PATIENCE_SECONDS = 10.0
"""Seconds that a request waits for room."""
SHARE = 4
"""One client gets at most the fourth part of a budget."""
RETRY_SECONDS = 5


@dataclass
class _Waiter:
    who: str
    size: int
    admitted: asyncio.Future[None]


class ByteBudget:
    """Bytes that may be held at the same time, by client. Who finds no room waits in turn, for a while."""

    def __init__(self, total: int):
        self.total = total
        self.share = max(1, total // SHARE)
        self.held = 0
        self.waiting_bytes = 0
        self._by_client: Counter[str] = Counter()
        self._waiters: deque[_Waiter] = deque()

    @property
    def has_waiters(self) -> bool:
        """True while somebody waits for room."""
        return bool(self._waiters)

    @asynccontextmanager
    async def hold(self, who: str, size: int) -> AsyncIterator[None]:
        """Hold bytes during the block. Raises `Overload`."""
        held = await self.take(who, size)
        try:
            yield
        finally:
            self.give(who, held)

    async def take(self, who: str, size: int, *, holding: int = 0) -> int:
        """Take room for `size` bytes of a client, and return what `give` must be called with.

        More than a client's share counts as its share. `holding` are the bytes in memory already while this waits: they
        are limited to the budget again. Raises `Overload`.
        """
        size = min(size, self.share)
        if not self._waiters and self._fits(who, size):
            self._enter(who, size)
            return size
        if self.waiting_bytes + holding > self.total:
            raise _overload()
        waiter = _Waiter(who, size, asyncio.get_running_loop().create_future())
        self._waiters.append(waiter)
        self.waiting_bytes += holding
        self._admit_waiters()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await waiter.admitted
        except TimeoutError:
            if not _is_admitted(waiter):
                raise _overload() from None
        except asyncio.CancelledError:
            if _is_admitted(waiter):
                self.give(who, size)
            raise
        finally:
            self.waiting_bytes -= holding
            if waiter in self._waiters:
                self._waiters.remove(waiter)
        return size

    def give(self, who: str, size: int) -> None:
        """Give room back."""
        self.held -= size
        self._by_client[who] -= size
        if self._by_client[who] <= 0:
            del self._by_client[who]
        self._admit_waiters()

    def _fits(self, who: str, size: int) -> bool:
        return self.held + size <= self.total and self._by_client[who] + size <= self.share

    def _enter(self, who: str, size: int) -> None:
        self.held += size
        self._by_client[who] += size

    def _admit_waiters(self) -> None:
        """Admit in turn whoever fits. A client that has its share lets others pass; a full budget lets nobody."""
        for waiter in list(self._waiters):
            if self.held + waiter.size > self.total:
                break
            if self._fits(waiter.who, waiter.size) and not waiter.admitted.done():
                self._enter(waiter.who, waiter.size)
                self._waiters.remove(waiter)
                waiter.admitted.set_result(None)


@dataclass(frozen=True)
class ByteBudgets:
    """The budgets of a process."""

    bodies: ByteBudget
    answers: ByteBudget

    @classmethod
    def from_settings(cls, settings: Settings) -> "ByteBudgets":
        return cls(ByteBudget(settings.body_budget_bytes), ByteBudget(settings.answer_budget_bytes))


def _is_admitted(waiter: _Waiter) -> bool:
    return waiter.admitted.done() and not waiter.admitted.cancelled()


def _overload() -> Overload:
    return Overload(
        "Other large requests or answers use the memory that is kept for them.",
        expected=fill("the same request in {retry_seconds} seconds, or a smaller one", retry_seconds=RETRY_SECONDS),
        retry_after=RETRY_SECONDS,
    )
