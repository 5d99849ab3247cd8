"""Retention of the outbox: settled items and their calls are deleted when they are older than a set number of days.

What is open stays, and so does the copy of a document, without which it could not be corrected.
"""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.rows import ITEM, SETTLED
from hub.db import Database
from hub.jobs.periodic import PeriodicJob
from hub.times import now

BATCH = 5_000
"""Items deleted in one transaction."""


class ChannelCleanup(PeriodicJob):
    """Deletes old items once an hour; their calls go with them."""

    name = "channel-cleanup"
    interval = 3_600.0
    failure_event = "channel_cleanup_paused"

    def __init__(self, database: Database, days: int):
        self.database = database
        self.keep = timedelta(days=days)

    async def run_once(self) -> None:
        """Delete the settled items that are too old."""
        while True:
            async with self.database.write() as session:
                if await delete_old_items(session, self.keep) < BATCH:
                    return


async def delete_old_items(session: AsyncSession, keep: timedelta) -> int:
    """Delete settled items older than `keep`, one batch; returns their number."""
    states = [state.value for state in SETTLED]
    old = select(ITEM.c.id).where(ITEM.c.state.in_(states), ITEM.c.settled_at < now() - keep).limit(BATCH)
    deleted = await session.execute(delete(ITEM).where(ITEM.c.id.in_(old)).returning(ITEM.c.id))
    return len(deleted.all())
