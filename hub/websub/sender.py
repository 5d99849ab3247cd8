"""Queue of WebSub for `hub.jobs.dispatcher`: verifies requests, and sends feeds to confirmed subscribers.

Content is rendered when it is sent, so a subscriber that was unreachable gets the current feed, once.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import structlog
from sqlalchemy import delete, func, select, union_all, update
from sqlalchemy.dialects.postgresql import insert

from hub.auth.encryption import SecretCipher, SecretUnreadable
from hub.changes.reader import read_log_head
from hub.db import Database
from hub.errors import HubError
from hub.feeds.params import parse_feed_url
from hub.feeds.render import RenderedFeed, render_feed_url
from hub.jobs.backoff import backoff_delay
from hub.jobs.dispatcher import DueJob
from hub.outgoing.client import OutgoingClient, Reply, RequestFailed
from hub.settings import Settings
from hub.times import now
from hub.websub.rows import INTENT, SUBSCRIPTION, IntentRow, SubscriptionRow
from hub.websub.subscriptions import CHANNEL

log = structlog.get_logger()

MAX_ATTEMPTS = 4
"""Attempts to verify a request before it is deleted."""
MAX_CACHED_FEEDS = 16
"""Size of the cache of rendered feeds: a feed is rendered once for all its subscribers."""


class WebSubQueue:
    """Queue of callbacks to verify, to deny, or to send content to."""

    name = "websub"
    channel = CHANNEL

    def __init__(self, database: Database, settings: Settings, outgoing: OutgoingClient):
        self.database = database
        self.settings = settings
        self.outgoing = outgoing
        self.sealer = SecretCipher(settings)
        self._feeds: dict[str, tuple[int, RenderedFeed]] = {}

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
            await (self._verify(intent) if intent.denied is None else self._deny(intent, intent.denied))
        subscription = await self._read_unsent(key)
        if subscription is not None:
            await self._distribute(subscription)

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

    async def _verify(self, intent: IntentRow) -> None:
        """Ask the callback to confirm. The subscription starts from the feed as rendered *before* the request."""
        rendered: tuple[int, RenderedFeed] | None = None
        if intent.mode == "subscribe":
            try:
                rendered = await self._render_topic(intent.topic)
            except HubError as problem:
                await self._deny(intent, problem.detail)
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
                "topic": intent.topic,
                "kind": feed.kind,
                "wanted_seq": rendered[0],
                "sent_seq": rendered[0],
                "sent_etag": rendered[1].etag,
                "failures": 0,
                "next_at": now(),
            }
            # The follower may have passed entries in the meantime, when this row did not exist to be queued.
            row["wanted_seq"] = max(rendered[0], (await read_log_head(await session.connection()))[1])
            upsert = insert(SUBSCRIPTION).values(**row, **lease)
            await session.execute(upsert.on_conflict_do_update(index_elements=["key"], set_=lease))
        log.info("websub_verified", mode=intent.mode, host=intent.host)

    async def _deny(self, intent: IntentRow, reason: str) -> None:
        """Notify the callback that its request is denied; once, whatever it answers."""
        query = {"hub.mode": "denied", "hub.topic": intent.topic, "hub.reason": reason}
        await self._get(intent.callback, query, keep=1)
        async with self.database.write() as session:
            unchanged = (INTENT.c.key == intent.key, INTENT.c.asked_at == intent.asked_at)
            await session.execute(delete(INTENT).where(*unchanged))

    async def _distribute(self, subscription: SubscriptionRow) -> None:
        this = SUBSCRIPTION.c.key == subscription.key
        try:
            seq, feed = await self._render_topic(subscription.topic)
            headers = self._headers(subscription, feed)
        except (HubError, SecretUnreadable) as problem:
            log.warning("websub_ended", host=subscription.host, problem=str(problem))
            async with self.database.write() as session:
                await session.execute(delete(SUBSCRIPTION).where(this))
            return
        status: int | None = 204
        if feed.etag != subscription.sent_etag:
            status = await self._post(subscription.callback, headers, feed.body)
        async with self.database.write() as session:
            if status == 410:
                await session.execute(delete(SUBSCRIPTION).where(this))
            elif status is not None and 200 <= status < 300:
                values: dict[str, Any] = {"sent_seq": seq, "sent_etag": feed.etag, "failures": 0, "next_at": now()}
                await session.execute(update(SUBSCRIPTION).where(this).values(**values))
            else:
                wait = backoff_delay(subscription.failures + 1, self.settings.webhook_retry_first)
                values = {"failures": subscription.failures + 1, "next_at": now() + wait}
                await session.execute(update(SUBSCRIPTION).where(this).values(**values))

    def _headers(self, subscription: SubscriptionRow, feed: RenderedFeed) -> dict[str, str]:
        links = f'<{feed.hub_url}>; rel="hub", <{subscription.topic}>; rel="self"'
        headers = {"content-type": feed.media_type, "link": links}
        if subscription.secret is not None:
            secret = self.sealer.decrypt(subscription.secret).encode()
            headers["x-hub-signature"] = "sha256=" + hmac(secret, feed.body, sha256).hexdigest()
        return headers

    async def _render_topic(self, topic: str) -> tuple[int, RenderedFeed]:
        """Render a feed and return it with a log position that it includes.

        Every public change advances the head, so a rendering is cached for all subscribers until the head changes.
        """
        async with self.database.read() as connection:
            _, head, _ = await read_log_head(connection)
        cached = self._feeds.get(topic)
        if cached is None or cached[0] != head:
            cached = self._feeds[topic] = (head, await render_feed_url(self.database, self.settings, topic))
            while len(self._feeds) > MAX_CACHED_FEEDS:
                self._feeds.pop(next(iter(self._feeds)))
        return cached

    async def _get(self, callback: str, query: Mapping[str, str], *, keep: int) -> Reply | None:
        """Send a GET to a callback, keeping its own query parameters; None if there is no response."""
        parts = urlsplit(callback)
        joined = "&".join(part for part in (parts.query, urlencode(query)) if part)
        try:
            return await self.outgoing.send(
                "GET", urlunsplit(parts._replace(query=joined)), seconds=self.settings.webhook_timeout, max_body=keep
            )
        except RequestFailed:
            return None

    async def _post(self, callback: str, headers: Mapping[str, str], body: bytes) -> int | None:
        try:
            reply = await self.outgoing.send(
                "POST", callback, headers=headers, content=body, seconds=self.settings.webhook_timeout, max_body=1
            )
        except RequestFailed:
            return None
        return reply.status
