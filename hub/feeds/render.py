"""Rendering of a feed into bytes, for HTTP and for WebSub."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hub.content.filter_expansion import expand_filters
from hub.content.pictures import read_pictures
from hub.db import Database
from hub.domain.pictures import Pictures, find_file_ids
from hub.feeds.atom import render_atom
from hub.feeds.json_feed import render_json_feed
from hub.feeds.model import FeedDocument, build_feed_document
from hub.feeds.params import Feed, parse_feed_url
from hub.feeds.queries import FeedPage, read_feed
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
    """A rendered page of a feed."""

    body: bytes
    media_type: str
    """Media type, with the charset for XML."""
    self_url: str
    """Canonical URL of the page; for the first page, the WebSub topic."""
    hub_url: str
    links: dict[str, str]
    """Links to other pages, by relation."""
    etag: str
    updated: datetime
    """Time of the latest entry in the log."""
    lang: str

    @property
    def link_header(self) -> list[str]:
        """Values of the Link header: hub and self for WebSub, and the other pages."""
        own = [f'<{self.hub_url}>; rel="hub"', f'<{self.self_url}>; rel="self"']
        return own + [f'<{href}>; rel="{rel}"' for rel, href in self.links.items()]


async def render_feed(database: Database, settings: Settings, feed: Feed, base: str) -> RenderedFeed:
    """Render a page of a feed for the hub at `base`. The same content gives the same bytes."""
    expanded = await expand_filters(database, feed.filters)
    page = await read_feed(database, feed, expanded, max_bytes=settings.include_text_bytes)
    pictures = await read_pictures(database, set().union(*(find_file_ids(row.json) for row in page.rows)))
    page_document, body = await asyncio.to_thread(_render, feed, base, page, pictures)
    charset = "" if feed.form is FeedFormat.json else "; charset=utf-8"
    return RenderedFeed(
        body=body,
        media_type=feed.form.media_type + charset,
        self_url=page_document.self_url,
        hub_url=page_document.hub_url,
        links=page_document.links(),
        etag=content_digest(body),
        updated=page_document.updated,
        lang=feed.lang,
    )


def _render(feed: Feed, base: str, page: FeedPage, pictures: Pictures) -> tuple[FeedDocument, bytes]:
    page_document = build_feed_document(feed, base, page, pictures)
    return page_document, _RENDERERS[feed.form](page_document)


async def render_feed_url(database: Database, settings: Settings, url: str) -> RenderedFeed:
    """Render the feed at an absolute URL, as a client would receive it now.

    `RenderedFeed.self_url` is the canonical topic: it may differ from the given URL in the order of parameters. Raises
    `InvalidInput` or `NotFound` if the URL is not a feed of the hub.
    """
    base, feed = parse_feed_url(url, settings.languages)
    return await render_feed(database, settings, feed, base)


__all__ = ["RenderedFeed", "render_feed", "render_feed_url"]
