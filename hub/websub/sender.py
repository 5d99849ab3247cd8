"""Sender of feeds to confirmed subscribers.

Content is rendered when it is sent, so a subscriber that was unreachable gets the current feed, once.
"""

from collections.abc import Mapping
from hashlib import sha256
from hmac import new as hmac
from typing import Any
from urllib.parse import quote

import structlog
from sqlalchemy import case, delete, func, update

from hub.auth.encryption import SecretCipher, SecretUnreadable
from hub.changes.position import Position
from hub.changes.reader import read_log_head
from hub.db import Database
from hub.errors import HubError, ServiceUnavailable
from hub.feeds.render import RenderedFeed, render_feed_url
from hub.jobs.backoff import backoff_delay
from hub.log.send_lease import SendGate
from hub.outgoing.client import OutgoingClient, RequestFailed
from hub.settings import Settings
from hub.times import now
from hub.websub.rows import SUBSCRIPTION, SubscriptionRow

log = structlog.get_logger()

URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"
"""Characters of a URL that are not escaped, besides letters and figures."""
MAX_CACHED_FEEDS = 16
"""Size of the cache of rendered feeds: a feed is rendered once for all its subscribers."""


class TopicRenderer:
    """Renders feeds by their topic URL, and caches the last ones."""

    def __init__(self, database: Database, settings: Settings):
        self.database = database
        self.settings = settings
        self._feeds: dict[str, tuple[Position, RenderedFeed]] = {}

    async def render_topic(self, topic: str) -> tuple[Position, RenderedFeed]:
        """Render a feed and return it with a log position that it includes.

        Every public change advances the head, so a rendering is cached for all subscribers until the head changes.
        """
        async with self.database.read() as connection:
            head = Position.from_hash(*await read_log_head(connection))
        cached = self._feeds.get(topic)
        if cached is None or cached[0] != head:
            cached = self._feeds[topic] = (head, await render_feed_url(self.database, self.settings, topic))
            while len(self._feeds) > MAX_CACHED_FEEDS:
                self._feeds.pop(next(iter(self._feeds)))
        return cached


class FeedSender:
    """Sends the current feed to a subscriber whose copy is older."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        outgoing: OutgoingClient,
        topics: TopicRenderer,
        gate: SendGate | None = None,
    ):
        self.database = database
        self.settings = settings
        self.outgoing = outgoing
        self.topics = topics
        self.gate = gate
        self.sealer = SecretCipher(settings)

    async def distribute(self, subscription: SubscriptionRow) -> None:
        """Send the current feed unless its ETag is unchanged; end a subscription that cannot be served any more."""
        this = SUBSCRIPTION.c.key == subscription.key
        try:
            position, feed = await self.topics.render_topic(subscription.topic)
            headers = self._headers(subscription, position, feed)
        except ServiceUnavailable:
            raise
        except (HubError, SecretUnreadable) as problem:
            log.warning("websub_ended", host=subscription.host, problem=str(problem))
            async with self.database.write() as session:
                await session.execute(delete(SUBSCRIPTION).where(this))
            return
        if self.gate is not None and not await self.gate.covers(position.seq):
            return
        status: int | None = 204
        if feed.etag != subscription.sent_etag:
            status = await self._post(subscription.callback, headers, feed.body)
        async with self.database.write() as session:
            if status == 410:
                await session.execute(delete(SUBSCRIPTION).where(this))
            elif status is not None and 200 <= status < 300:
                values: dict[str, Any] = {
                    "sent_seq": position.seq,
                    "sent_etag": feed.etag,
                    "failures": 0,
                    "next_at": now(),
                    "waiting_since": case((SUBSCRIPTION.c.wanted_seq > position.seq, func.now())),
                }
                await session.execute(update(SUBSCRIPTION).where(this).values(**values))
            else:
                wait = backoff_delay(subscription.failures + 1, self.settings.webhook_retry_first)
                values = {"failures": subscription.failures + 1, "next_at": now() + wait}
                await session.execute(update(SUBSCRIPTION).where(this).values(**values))

    def _headers(self, subscription: SubscriptionRow, position: Position, feed: RenderedFeed) -> dict[str, str]:
        # A header has ASCII only: other letters of a topic are escaped, as in the feed's own `self`.
        topic = quote(subscription.topic, safe=URL_CHARACTERS)
        links = f'<{feed.hub_url}>; rel="hub", <{topic}>; rel="self"'
        headers = {"content-type": feed.media_type, "link": links, "x-hub-position": str(position)}
        if subscription.secret is not None:
            secret = self.sealer.decrypt(subscription.secret).encode()
            headers["x-hub-signature"] = "sha256=" + hmac(secret, feed.body, sha256).hexdigest()
        return headers

    async def _post(self, callback: str, headers: Mapping[str, str], body: bytes) -> int | None:
        try:
            reply = await self.outgoing.send(
                "POST", callback, headers=headers, content=body, seconds=self.settings.webhook_timeout, max_body=1
            )
        except RequestFailed:
            return None
        return reply.status
