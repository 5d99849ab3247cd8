"""One function from a feed's address to its bytes, for the web and for WebSub alike."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hub.content.filter_expansion import expand_filters
from hub.db import Database
from hub.feeds.atom import render_atom
from hub.feeds.json_feed import render_json_feed
from hub.feeds.model import FeedDocument, build_feed_document
from hub.feeds.params import Feed, parse_feed_url
from hub.feeds.queries import read_feed
from hub.feeds.rss import render_rss
from hub.settings import Settings
from hub.web.feed_links import FeedFormat
from hub.web.responses import content_digest

_RENDERERS: dict[FeedFormat, Callable[[FeedDocument], bytes]] = {
    FeedFormat.atom: render_atom,
    FeedFormat.rss: render_rss,
    FeedFormat.json: render_json_feed,
}


@dataclass(frozen=True)
class RenderedFeed:
    """A page of a feed in its form."""

    body: bytes
    media_type: str
    """With its charset where it has one."""
    self_url: str
    """The canonical address of the page; of a first page, the WebSub topic."""
    hub_url: str
    links: dict[str, str]
    """The pages around it, by relation."""
    etag: str
    updated: datetime
    """When its newest entry came into the log."""
    lang: str

    @property
    def link_header(self) -> list[str]:
        """The values of the Link header that WebSub asks for, and the pages around."""
        own = [f'<{self.hub_url}>; rel="hub"', f'<{self.self_url}>; rel="self"']
        return own + [f'<{href}>; rel="{rel}"' for rel, href in self.links.items()]


async def render_feed(database: Database, settings: Settings, feed: Feed, base: str) -> RenderedFeed:
    """A page of a feed, as the hub at `base` serves it. The same content gives the same bytes."""
    wide = await expand_filters(database, feed.filters)
    async with database.read() as connection:
        page = await read_feed(connection, feed, wide, max_bytes=settings.include_text_bytes)
    made = await asyncio.to_thread(build_feed_document, feed, base, page)
    body = await asyncio.to_thread(_RENDERERS[feed.form], made)
    charset = "" if feed.form is FeedFormat.json else "; charset=utf-8"
    return RenderedFeed(
        body=body,
        media_type=feed.form.media_type + charset,
        self_url=made.self_url,
        hub_url=made.hub_url,
        links=made.links(),
        etag=content_digest(body),
        updated=made.updated,
        lang=feed.lang,
    )


async def render_feed_url(database: Database, settings: Settings, url: str) -> RenderedFeed:
    """The feed at an absolute address, as anyone would fetch it there now.

    `Rendered.self_url` is the address to name as the topic: it may differ from the one given in the order of its
    parameters. Raises `InvalidInput` or `NotFound` for what is no feed of the hub.
    """
    base, feed = parse_feed_url(url, settings.languages)
    return await render_feed(database, settings, feed, base)


__all__ = ["RenderedFeed", "render_feed", "render_feed_url"]
