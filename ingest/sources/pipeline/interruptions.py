"""Attempts that an outage or a graceful stop interrupted: they are taken back, so that nobody is blamed for them.

An attempt is counted before its item is read, and a process that is killed takes nothing back. While the database is
down an attempt cannot be taken back; then this process remembers it and does not count the next one.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hub.db import Database
from hub.faults import describe_fault, is_outage

log = structlog.get_logger()

RETURN_SECONDS = 2.0
"""Seconds that taking an attempt back may take; whoever stops or finds the database down waits for it."""


class Interruptions:
    """Interrupted attempts of one process that are still counted, by what was attempted."""

    def __init__(self, database: Database):
        self.database = database
        self._counted: set[Hashable] = set()

    def is_counted(self, key: Hashable) -> bool:
        """True if the last attempt was interrupted and could not be taken back."""
        return key in self._counted

    @asynccontextmanager
    async def attempt(self, key: Hashable, take_back: Callable[[AsyncSession], Awaitable[None]]) -> AsyncIterator[None]:
        """Run a counted attempt; after an outage or a cancellation, `take_back` is committed. Raises what it raised."""
        try:
            yield
        except BaseException as problem:
            if isinstance(problem, asyncio.CancelledError) or is_outage(problem):
                await self._take_back(key, take_back)
            else:
                self._counted.discard(key)
            raise
        self._counted.discard(key)

    async def _take_back(self, key: Hashable, take_back: Callable[[AsyncSession], Awaitable[None]]) -> None:
        self._counted.add(key)
        try:
            async with asyncio.timeout(RETURN_SECONDS), self.database.write() as session:
                await take_back(session)
        except Exception as problem:
            log.warning("attempt_not_taken_back", attempt=str(key), problem=describe_fault(problem))
        else:
            self._counted.discard(key)
