"""Verifying wishes, and distributing feeds to confirmed subscribers: the desk that `hub.jobs.dispatcher` runs.

Content is rendered when it is sent, so a subscriber that was away gets the feed as it is now, once.
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
"""How often a callback is asked to confirm before a wish is forgotten."""
MAX_CACHED_FEEDS = 16
"""Rendered feeds kept in memory: the subscribers of one feed get one rendering."""


class WebSubQueue:
    """Whose callback is to be asked or told something, and how."""

    name = "websub"
    channel = CHANNEL

    def __init__(self, database: Database, settings: Settings, outgoing: OutgoingClient):
        self.database = database
        self.settings = settings
        self.outgoing = outgoing
        self.sealer = SecretCipher(settings)
        self._feeds: dict[str, tuple[int, RenderedFeed]] = {}

    async def list_due(self, limit: int, busy: Collection[str]) -> Sequence[DueJob]:
        """Wishes to verify and subscriptions behind their feed, the longest waiting first."""
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
        """First what was asked last, then what the feed has to say."""
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
        """Ask the callback. What it knows of the feed is what stood there *before* we asked."""
        known: tuple[int, RenderedFeed] | None = None
        if intent.mode == "subscribe":
            try:
                known = await self._render_topic(intent.topic)
            except HubError as problem:
                await self._deny(intent, problem.detail)
                return
        challenge = secrets.token_urlsafe(32)
        asked = {"hub.mode": intent.mode, "hub.topic": intent.topic, "hub.challenge": challenge}
        if intent.mode == "subscribe":
            asked["hub.lease_seconds"] = str(intent.lease_seconds)
        reply = await self._get(intent.callback, asked, keep=len(challenge) + 1)
        confirmed = reply is not None and 200 <= reply.status < 300 and compare_digest(reply.body, challenge.encode())
        async with self.database.write() as session:
            # A newer wish for the same subscription begins anew, whatever came of this one.
            same = (INTENT.c.key == intent.key, INTENT.c.asked_at == intent.asked_at)
            if not confirmed and (reply is None or reply.status >= 500) and intent.attempts + 1 < MAX_ATTEMPTS:
                wait = backoff_delay(intent.attempts + 1, self.settings.webhook_retry_first)
                values = {"attempts": intent.attempts + 1, "next_at": now() + wait}
                await session.execute(update(INTENT).where(*same).values(**values))
                return
            ended = await session.execute(delete(INTENT).where(*same).returning(INTENT.c.key))
            if ended.one_or_none() is None or not confirmed:
                return
            if known is None:
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
                "wanted_seq": known[0],
                "sent_seq": known[0],
                "sent_etag": known[1].etag,
                "failures": 0,
                "next_at": now(),
            }
            # The log's follower may have passed entries meanwhile that it could not mark here.
            row["wanted_seq"] = max(known[0], (await read_log_head(await session.connection()))[1])
            made = insert(SUBSCRIPTION).values(**row, **lease)
            await session.execute(made.on_conflict_do_update(index_elements=["key"], set_=lease))
        log.info("websub_verified", mode=intent.mode, host=intent.host)

    async def _deny(self, intent: IntentRow, reason: str) -> None:
        """Tell the callback that its wish is not granted; once, whatever it says."""
        said = {"hub.mode": "denied", "hub.topic": intent.topic, "hub.reason": reason}
        await self._get(intent.callback, said, keep=1)
        async with self.database.write() as session:
            same = (INTENT.c.key == intent.key, INTENT.c.asked_at == intent.asked_at)
            await session.execute(delete(INTENT).where(*same))

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
        """The feed with a position that it surely includes. Every public change moves the head, so one rendering
        holds for all subscribers until then."""
        async with self.database.read() as connection:
            _, head, _ = await read_log_head(connection)
        kept = self._feeds.get(topic)
        if kept is None or kept[0] != head:
            kept = self._feeds[topic] = (head, await render_feed_url(self.database, self.settings, topic))
            while len(self._feeds) > MAX_CACHED_FEEDS:
                self._feeds.pop(next(iter(self._feeds)))
        return kept

    async def _get(self, callback: str, query: Mapping[str, str], *, keep: int) -> Reply | None:
        """Ask a callback, its own parameters kept; None when it does not answer."""
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
