"""Queue of WebSub for `hub.jobs.dispatcher`: requests to verify or deny, and subscribers with unsent changes."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select, union_all

from hub.db import Database
from hub.jobs.dispatcher import DueJob
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings
from hub.websub.rows import INTENT, SUBSCRIPTION, IntentRow, SubscriptionRow
from hub.websub.sender import FeedSender, TopicRenderer
from hub.websub.subscriptions import CHANNEL
from hub.websub.verification import CallbackVerifier


class WebSubQueue:
    """Queue of callbacks to verify, to deny, or to send content to."""

    name = "websub"
    channel = CHANNEL

    def __init__(self, database: Database, settings: Settings, outgoing: OutgoingClient):
        self.database = database
        topics = TopicRenderer(database, settings)
        self.verifier = CallbackVerifier(database, settings, outgoing, topics)
        self.sender = FeedSender(database, settings, outgoing, topics)

    async def list_due(self, limit: int, busy: Collection[str]) -> Sequence[DueJob]:
        """List unverified requests and subscriptions with unsent changes, longest waiting first."""
        unsent = (SUBSCRIPTION.c.wanted_seq > SUBSCRIPTION.c.sent_seq) & (SUBSCRIPTION.c.expires_at > func.now())
        both = union_all(
            select(INTENT.c.key, INTENT.c.host, INTENT.c.next_at).where(INTENT.c.next_at <= func.now()),
            select(SUBSCRIPTION.c.key, SUBSCRIPTION.c.host, SUBSCRIPTION.c.next_at).where(
                unsent, SUBSCRIPTION.c.next_at <= func.now()
            ),
        ).subquery()
        query = select(both).where(both.c.key.not_in(list(busy))).order_by(both.c.next_at, both.c.key).limit(limit)
        async with self.database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [DueJob(row.key, row.host) for row in rows]

    async def serve(self, key: str) -> None:
        """Process a due request of this subscription, then send unsent changes."""
        intent = await self._read_intent(key)
        if intent is not None:
            await (self.verifier.verify(intent) if intent.denied is None else self.verifier.deny(intent, intent.denied))
        subscription = await self._read_unsent(key)
        if subscription is not None:
            await self.sender.distribute(subscription)

    async def _read_intent(self, key: str) -> IntentRow | None:
        query = select(INTENT).where(INTENT.c.key == key, INTENT.c.next_at <= func.now())
        async with self.database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return IntentRow(**row) if row is not None else None

    async def _read_unsent(self, key: str) -> SubscriptionRow | None:
        unsent = (SUBSCRIPTION.c.wanted_seq > SUBSCRIPTION.c.sent_seq) & (SUBSCRIPTION.c.next_at <= func.now())
        query = select(SUBSCRIPTION).where(SUBSCRIPTION.c.key == key, SUBSCRIPTION.c.expires_at > func.now(), unsent)
        async with self.database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return SubscriptionRow(**row) if row is not None else None
