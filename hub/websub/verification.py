"""Verification of a subscriber's request: the callback confirms by a challenge, within a few attempts, or is denied."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from hmac import compare_digest
from urllib.parse import urlencode, urlsplit, urlunsplit

import structlog
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from hub.changes.position import Position
from hub.changes.reader import read_log_head
from hub.db import Database
from hub.errors import HubError, ServiceUnavailable
from hub.feeds.params import parse_feed_url
from hub.feeds.render import RenderedFeed
from hub.jobs.backoff import backoff_delay
from hub.outgoing.client import OutgoingClient, Reply, RequestFailed
from hub.settings import Settings
from hub.times import now
from hub.websub.rows import INTENT, SUBSCRIPTION, IntentRow
from hub.websub.sender import TopicRenderer

log = structlog.get_logger()

MAX_SECONDS = 10.0
"""Seconds that a callback may take to confirm: unknown callbacks must not hold up the queue."""
MAX_ATTEMPTS = 4
"""Attempts to verify a request before it is deleted."""


class CallbackVerifier:
    """Asks callbacks to confirm their requests, and stores or deletes the subscriptions of those that do."""

    def __init__(self, database: Database, settings: Settings, outgoing: OutgoingClient, topics: TopicRenderer):
        self.database = database
        self.settings = settings
        self.outgoing = outgoing
        self.topics = topics

    async def verify(self, intent: IntentRow) -> None:
        """Ask the callback to confirm. The subscription starts from the feed as rendered *before* the request."""
        rendered: tuple[Position, RenderedFeed] | None = None
        if intent.mode == "subscribe":
            try:
                rendered = await self.topics.render_topic(intent.topic)
            except ServiceUnavailable:
                raise
            except HubError as problem:
                await self.deny(intent, problem.detail)
                return
        challenge = secrets.token_urlsafe(32)
        query = {"hub.mode": intent.mode, "hub.topic": intent.topic, "hub.challenge": challenge}
        if intent.mode == "subscribe":
            query["hub.lease_seconds"] = str(intent.lease_seconds)
        reply = await self._get(intent.callback, query, keep=len(challenge) + 1)
        confirmed = reply is not None and 200 <= reply.status < 300 and compare_digest(reply.body, challenge.encode())
        async with self.database.write() as session:
            # A newer request for the same subscription is verified on its own, whatever the outcome of this one.
            unchanged = (INTENT.c.key == intent.key, INTENT.c.asked_at == intent.asked_at)
            if not confirmed and (reply is None or reply.status >= 500) and intent.attempts + 1 < MAX_ATTEMPTS:
                wait = backoff_delay(intent.attempts + 1, self.settings.webhook_retry_first)
                values = {"attempts": intent.attempts + 1, "next_at": now() + wait}
                await session.execute(update(INTENT).where(*unchanged).values(**values))
                return
            deleted = await session.execute(delete(INTENT).where(*unchanged).returning(INTENT.c.key))
            if deleted.one_or_none() is None or not confirmed:
                return
            if rendered is None:
                await session.execute(delete(SUBSCRIPTION).where(SUBSCRIPTION.c.key == intent.key))
                return
            _, feed = parse_feed_url(intent.topic, self.settings.languages)
            lease = {"secret": intent.secret, "expires_at": now() + timedelta(seconds=intent.lease_seconds)}
            row = {
                "key": intent.key,
                "callback": intent.callback,
                "host": intent.host,
                "domain": intent.domain,
                "topic": intent.topic,
                "kind": feed.kind,
                "wanted_seq": rendered[0].seq,
                "sent_seq": rendered[0].seq,
                "sent_etag": rendered[1].etag,
                "failures": 0,
                "next_at": now(),
            }
            # The follower may have passed entries in the meantime, when this row did not exist to be queued.
            head = (await read_log_head(await session.connection()))[1]
            if head > rendered[0].seq:
                row |= {"wanted_seq": head, "waiting_since": now()}
            upsert = insert(SUBSCRIPTION).values(**row, **lease)
            await session.execute(upsert.on_conflict_do_update(index_elements=["key"], set_=lease))
        log.info("websub_verified", mode=intent.mode, host=intent.host)

    async def deny(self, intent: IntentRow, reason: str) -> None:
        """Notify the callback that its request is denied; once, whatever it answers."""
        query = {"hub.mode": "denied", "hub.topic": intent.topic, "hub.reason": reason}
        await self._get(intent.callback, query, keep=1)
        async with self.database.write() as session:
            unchanged = (INTENT.c.key == intent.key, INTENT.c.asked_at == intent.asked_at)
            await session.execute(delete(INTENT).where(*unchanged))

    async def _get(self, callback: str, query: Mapping[str, str], *, keep: int) -> Reply | None:
        """Send a GET to a callback, keeping its own query parameters; None if there is no response."""
        parts = urlsplit(callback)
        joined = "&".join(part for part in (parts.query, urlencode(query)) if part)
        try:
            return await self.outgoing.send(
                "GET",
                urlunsplit(parts._replace(query=joined)),
                seconds=min(self.settings.webhook_timeout, MAX_SECONDS),
                max_body=keep,
            )
        except RequestFailed:
            return None
