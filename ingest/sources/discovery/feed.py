"""Discover the entries of an RSS or Atom feed, also of one that is not well-formed."""

import asyncio
import calendar
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import feedparser

from hub.sandbox.errors import UnreadableFile
from hub.times import format_rfc3339
from ingest.extraction.charset import decode_text
from ingest.extraction.html_blocks import shown_text
from ingest.extraction.html_page import parse_page
from ingest.sources.discovery.base import LONGEST_SUMMARY, DiscoveredItem, LinkReader, ListPage, SourceAccess, hint
from ingest.sources.http.fetcher import FetchError, FetchResult


async def discover(access: SourceAccess) -> AsyncIterator[ListPage]:
    """List the entries of the feed in one page; without any when the feed did not change."""
    etag, last_modified = access.validators.get(access.url, (None, None))
    feed = await access.fetcher.fetch(access.url, etag=etag, last_modified=last_modified)
    if feed.body is None:
        yield ListPage(access.url, is_unchanged=True)
        return
    found, bad_links = await asyncio.to_thread(parse_entries, feed)
    is_included = access.name_filter
    included = tuple(each for each in found if is_included(each.url or ""))
    yield ListPage(access.url, included, feed.etag, feed.last_modified, bad_links=bad_links)


def parse_entries(feed: FetchResult) -> tuple[list[DiscoveredItem], int]:
    """Parse the entries of a feed, in their order, and count bad links. Raises `FetchError` when it is not a feed."""
    assert feed.body is not None  # noqa: S101 - the caller has checked it
    if not feed.body.strip():
        raise FetchError("empty_page", f"{feed.url} is an empty page.", transient=True)
    # Decoded as pages are: feedparser believes the server, also where the bytes are valid UTF-8.
    text, _ = decode_text(feed.body, feed.content_type)
    headers = {
        "content-type": f"{feed.media_type or 'application/xml'}; charset=utf-8",
        "content-location": feed.url,
    }
    parsed = feedparser.parse(BytesIO(text.encode()), response_headers=headers, sanitize_html=False)
    if not parsed.entries and not parsed.version:
        raise FetchError("no_feed", f"{feed.url} is not an RSS or Atom feed.", transient=True)
    links = LinkReader(feed.url)
    found = [_discovered_item(entry, links) for entry in parsed.entries]
    return [each for each in found if each is not None], links.bad


def _discovered_item(entry: Any, links: LinkReader) -> DiscoveredItem | None:
    link = entry.get("link") or (entry.get("id") if str(entry.get("id", "")).startswith("http") else None)
    target = links.read(link) if isinstance(link, str) else None
    if target is None:
        return None
    url, name = target
    posted = _parse_moment(entry, "published") or _parse_moment(entry, "updated")
    hints = {
        "title": hint(entry.get("title")),
        "posted": posted,
        "summary": _plain_text(entry.get("summary")),
        "changed": _parse_moment(entry, "updated") or posted,
    }
    return DiscoveredItem(name, url, {key: value for key, value in hints.items() if value})


def _plain_text(markup: object) -> str | None:
    """The plain text of a summary; feeds have HTML of every quality."""
    if not isinstance(markup, str) or not markup.strip():
        return None
    try:
        return hint(shown_text(parse_page(markup)), LONGEST_SUMMARY)
    except UnreadableFile:
        return None


def _parse_moment(entry: Any, name: str) -> str | None:
    """A moment in ISO form, or else the text of the feed, which extraction may be able to parse."""
    # The `get` of feedparser returns the day of publication when the feed has no day of change.
    parsed, value = dict.get(entry, f"{name}_parsed"), dict.get(entry, name)
    if parsed is not None:
        return format_rfc3339(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
    return hint(value, 100)
