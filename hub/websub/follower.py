"""Follower of the log that queues subscriptions whose feed may have changed; the sender compares its ETag."""

from collections.abc import Sequence

from sqlalchemy import delete, func, or_, text, update

from hub.db import Database
from hub.heartbeats.chore import Chore
from hub.log.entries import DocumentEntry
from hub.log.follow import LogFollower
from hub.times import now
from hub.websub.rows import SUBSCRIPTION
from hub.websub.subscriptions import CHANNEL

NAME = "websub"
CLEANUP_SECONDS = 3_600.0


class WebSubFollower(LogFollower):
    """Follower that queues the subscriptions of the kinds in a batch, and deletes expired ones once an hour."""

    def __init__(self, database: Database):
        super().__init__(database, NAME, self._schedule_subscriptions)
        self.chores = (Chore("websub-cleanup", self.clean_up, CLEANUP_SECONDS),)

    async def clean_up(self) -> None:
        """Delete expired subscriptions."""
        async with self.database.write() as session:
            await session.execute(delete(SUBSCRIPTION).where(SUBSCRIPTION.c.expires_at <= now()))

    async def _schedule_subscriptions(self, entries: Sequence[DocumentEntry]) -> None:
        kinds = {entry.kind for entry in entries}
        of_kind = or_(SUBSCRIPTION.c.kind.is_(None), SUBSCRIPTION.c.kind.in_(kinds))
        outdated = SUBSCRIPTION.c.wanted_seq < entries[-1].seq
        async with self.database.write() as session:
            since = func.coalesce(SUBSCRIPTION.c.waiting_since, func.now())
            values = {"wanted_seq": entries[-1].seq, "waiting_since": since}
            queued = update(SUBSCRIPTION).where(of_kind, outdated).values(**values)
            await session.execute(queued)
            await session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
