"""Who may change which index when: one lock in the database, and the clock of the nightly check."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hub.db import Database
from hub.times import VIETNAM

CHECK_HOUR = 2
"""The hour of the nightly check, in Việt Nam."""


@asynccontextmanager
async def index_lock(database: Database, name: str = "hub:search-index") -> AsyncIterator[AsyncSession]:
    """Held around each step of the follower and around a swap: between the two, no batch can get lost.

    It lives in an open transaction, so it goes with its process.
    """
    async with database.write() as session:
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})
        yield session


class NightlySchedule:
    """Says once a night that it is time; the first time in the night after the process began."""

    def __init__(self) -> None:
        self._next = self._next_after(datetime.now(VIETNAM))

    def claim_if_due(self) -> bool:
        """Whether it is time; asking takes the answer."""
        here = datetime.now(VIETNAM)
        if here < self._next:
            return False
        self._next = self._next_after(here)
        return True

    @staticmethod
    def _next_after(here: datetime) -> datetime:
        tonight = here.replace(hour=CHECK_HOUR, minute=0, second=0, microsecond=0)
        return tonight if here < tonight else tonight + timedelta(days=1)
