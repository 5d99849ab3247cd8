"""Queues of WebSub for `hub.jobs.dispatcher`: requests to verify or deny, and subscribers with unsent changes.

They are served apart: however many strangers ask, content is never behind them.
"""

from collections.abc import Collection, Sequence

import structlog
from sqlalchemy import ColumnElement, delete, func, select, update

from hub.db import Database
from hub.jobs.backoff import backoff_delay
from hub.jobs.dispatcher import DueJob
from hub.log.send_lease import SendGate
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings
from hub.times import now
from hub.websub.rows import INTENT, SUBSCRIPTION, IntentRow, SubscriptionRow
from hub.websub.sender import FeedSender, TopicRenderer
from hub.websub.subscriptions import CHANNEL, VERIFICATION_CHANNEL
from hub.websub.verification import MAX_ATTEMPTS, CallbackVerifier

log = structlog.get_logger()

VERIFICATIONS = 8
"""Callbacks that one process verifies at the same time."""


class WebSubQueue:
    """Queue of subscriptions with unsent changes."""

    name = "websub"
    channel = CHANNEL

    def __init__(
        self, database: Database, settings: Settings, outgoing: OutgoingClient, *, gate: SendGate | None = None
    ):
        self.database = database
        self.settings = settings
        self.sender = FeedSender(database, settings, outgoing, TopicRenderer(database, settings), gate)

    async def list_due(self, limit: int, busy: Collection[str]) -> Sequence[DueJob]:
        """List subscriptions with unsent changes, longest waiting first."""
        columns = (SUBSCRIPTION.c.key, SUBSCRIPTION.c.host)
        query = select(*columns).where(_is_unsent(), SUBSCRIPTION.c.key.not_in(list(busy)))
        query = query.order_by(SUBSCRIPTION.c.next_at, SUBSCRIPTION.c.key).limit(limit)
        async with self.database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [DueJob(row.key, row.host) for row in rows]

    async def serve(self, key: str) -> None:
        """Send the unsent changes of a subscription."""
        query = select(SUBSCRIPTION).where(SUBSCRIPTION.c.key == key, _is_unsent())
        async with self.database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        if row is not None:
            await self.sender.distribute(SubscriptionRow(**row))

    async def record_failure(self, key: str, problem: str) -> None:
        """Count an unforeseen exception against a subscription: it rests, longer each time, until its lease ends."""
        mine = SUBSCRIPTION.c.key == key
        async with self.database.write() as session:
            query = select(SUBSCRIPTION.c.failures, SUBSCRIPTION.c.host).where(mine).with_for_update()
            row = (await session.execute(query)).one_or_none()
            if row is None:
                return
            log.error("websub_failed", host=row.host, failures=row.failures + 1, problem=problem)
            wait = backoff_delay(row.failures + 1, self.settings.webhook_retry_first)
            values = {"failures": row.failures + 1, "next_at": now() + wait}
            await session.execute(update(SUBSCRIPTION).where(mine).values(**values))


class WebSubVerificationQueue:
    """Queue of requests whose callbacks are to be verified, or told that they are denied."""

    name = "websub-verification"
    channel = VERIFICATION_CHANNEL

    def __init__(self, database: Database, settings: Settings, outgoing: OutgoingClient):
        self.database = database
        self.settings = settings
        self.verifier = CallbackVerifier(database, settings, outgoing, TopicRenderer(database, settings))

    async def list_due(self, limit: int, busy: Collection[str]) -> Sequence[DueJob]:
        """List due requests in turn: the first of every client and domain, then the second of each, and so on."""
        columns = INTENT.c
        of_client = func.row_number().over(partition_by=columns.client, order_by=(columns.next_at, columns.key))
        of_domain = func.row_number().over(partition_by=columns.domain, order_by=(columns.next_at, columns.key))
        turn = func.greatest(of_client, of_domain).label("turn")
        due = select(columns.key, columns.domain, columns.next_at, turn).where(columns.next_at <= func.now()).subquery()
        query = select(due.c.key, due.c.domain).where(due.c.key.not_in(list(busy)))
        async with self.database.read() as connection:
            rows = (await connection.execute(query.order_by(due.c.turn, due.c.next_at, due.c.key).limit(limit))).all()
        return [DueJob(row.key, row.domain) for row in rows]

    async def serve(self, key: str) -> None:
        """Ask the callback of a request to confirm it, or tell it that it is denied."""
        query = select(INTENT).where(INTENT.c.key == key, INTENT.c.next_at <= func.now())
        async with self.database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            return
        intent = IntentRow(**row)
        await (self.verifier.verify(intent) if intent.denied is None else self.verifier.deny(intent, intent.denied))

    async def record_failure(self, key: str, problem: str) -> None:
        """Count an unforeseen exception against a request: it is tried again later, and dropped at last."""
        mine = INTENT.c.key == key
        async with self.database.write() as session:
            query = select(INTENT.c.attempts, INTENT.c.host).where(mine).with_for_update()
            row = (await session.execute(query)).one_or_none()
            if row is None:
                return
            attempts = row.attempts + 1
            log.error("websub_verification_failed", host=row.host, attempts=attempts, problem=problem)
            if attempts >= MAX_ATTEMPTS:
                await session.execute(delete(INTENT).where(mine))
                return
            values = {
                "attempts": attempts,
                "next_at": now() + backoff_delay(attempts, self.settings.webhook_retry_first),
            }
            await session.execute(update(INTENT).where(mine).values(**values))


def _is_unsent() -> ColumnElement[bool]:
    """Condition for subscriptions that are due to receive changes."""
    columns = SUBSCRIPTION.c
    is_due = (columns.expires_at > func.now()) & (columns.next_at <= func.now())
    return (columns.wanted_seq > columns.sent_seq) & is_due
