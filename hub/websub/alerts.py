"""Counts for health and metrics: subscribers that have waited for a feed for too long."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.websub.rows import SUBSCRIPTION

LATE_SECONDS = 6 * 3_600.0
"""Seconds after which a subscriber that still waits needs a person."""


@dataclass(frozen=True)
class WebSubDelays:
    """Subscriptions whose lease runs and whose feed has changes that they did not receive."""

    waiting: int
    oldest_seconds: float
    """Seconds for which one of them waits longest; zero if none waits."""
    late: int
    """Those that wait longer than `LATE_SECONDS`."""


async def read_websub_delays(connection: AsyncConnection) -> WebSubDelays:
    """Read how many subscribers wait, and for how long: one statement."""
    columns = SUBSCRIPTION.c
    age = func.extract("epoch", func.now() - columns.waiting_since)
    late = func.count().filter(age > LATE_SECONDS)
    query = select(func.count(), func.coalesce(func.max(age), 0), late).where(
        columns.wanted_seq > columns.sent_seq, columns.expires_at > func.now()
    )
    waiting, oldest, late_count = (await connection.execute(query)).one()
    return WebSubDelays(waiting, max(0.0, float(oldest)), late_count)


async def read_websub_alarms(connection: AsyncConnection) -> dict[str, int]:
    """Count the subscribers that have waited for too long."""
    return {"websub_late": (await read_websub_delays(connection)).late}
