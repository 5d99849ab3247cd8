"""One function from a feed's address to its bytes, for the web and for WebSub alike."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from hub.content.filter_expansion import widened
from hub.db import Database
from hub.feeds.atom import atom
from hub.feeds.json_feed import json_feed
from hub.feeds.model import Issue, issue
from hub.feeds.params import Feed, FeedForm, feed_at
from hub.feeds.queries import read_feed
from hub.feeds.rss import rss
from hub.settings import Settings

_WRITERS: dict[FeedForm, Callable[[Issue], bytes]] = {
    FeedForm.atom: atom,
    FeedForm.rss: rss,
    FeedForm.json: json_feed,
}


@dataclass(frozen=True)
class Rendered:
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


async def render(database: Database, settings: Settings, feed: Feed, base: str) -> Rendered:
    """A page of a feed, as the hub at `base` serves it. The same content gives the same bytes."""
    wide = await widened(database, feed.filters)
    async with database.read() as connection:
        page = await read_feed(connection, feed, wide, max_bytes=settings.include_text_bytes)
    made = await asyncio.to_thread(issue, feed, base, page)
    body = await asyncio.to_thread(_WRITERS[feed.form], made)
    charset = "" if feed.form is FeedForm.json else "; charset=utf-8"
    return Rendered(
        body=body,
        media_type=feed.form.media_type + charset,
        self_url=made.self,
        hub_url=made.hub,
        links=made.links(),
        etag=sha256(body).hexdigest()[:32],
        updated=made.updated,
        lang=feed.lang,
    )


async def render_url(database: Database, settings: Settings, url: str) -> Rendered:
    """The feed at an absolute address, as anyone would fetch it there now.

    `Rendered.self_url` is the address to name as the topic: it may differ from the one given in the order of its
    parameters. Raises `InvalidInput` or `NotFound` for what is no feed of the hub.
    """
    base, feed = feed_at(url, settings.languages)
    return await render(database, settings, feed, base)


__all__ = ["Rendered", "render", "render_url"]
