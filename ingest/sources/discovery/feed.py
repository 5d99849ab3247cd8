"""Discover the entries of an RSS or Atom feed, also of one that is not well-formed."""

import re
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from html import unescape
from io import BytesIO
from typing import Any

import feedparser

from hub.domain.kinds.html import ELEMENTS
from hub.legal.timestamps import read_moment
from hub.sandbox.errors import UnreadableFile
from hub.times import format_rfc3339
from ingest.extraction.charset import decode_text
from ingest.extraction.html_blocks import shown_text
from ingest.extraction.html_page import parse_page
from ingest.sources.discovery.base import LONGEST_SUMMARY, DiscoveredItem, LinkReader, ListPage, SourceAccess, hint
from ingest.sources.discovery.list_reader import read_list
from ingest.sources.http.fetcher import FetchError, FetchResult

_NOT_XML = "&\n"
"""Put before a feed, it makes feedparser use its parser for what is not well-formed, which knows no namespaces."""


_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]++)|([0-9]++));?")
_LONGEST_REFERENCE = 20
"""Digits of a reference that is looked at, with zeros in front."""


async def discover(access: SourceAccess) -> AsyncIterator[ListPage]:
    """List the entries of the feed in one page; without any when the feed did not change."""
    etag, last_modified = access.validators.get(access.url, (None, None))
    feed = await access.fetcher.fetch(access.url, etag=etag, last_modified=last_modified)
    if feed.body is None:
        yield ListPage(access.url, is_unchanged=True)
        return
    found = await read_list(access.settings, "read_feed", feed.body, feed.url, content_type=feed.content_type)
    is_included = access.name_filter
    included = tuple(each for each in found.items if is_included(each.url or ""))
    yield ListPage(access.url, included, feed.etag, feed.last_modified, bad_links=found.bad_links)


def parse_entries(feed: FetchResult) -> tuple[list[DiscoveredItem], int]:
    """Parse the entries of a feed, in their order, and count bad links. Raises `FetchError` when it is not a feed."""
    assert feed.body is not None  # noqa: S101 - the caller has checked it
    # Decoded as pages are: feedparser believes the server, also where the bytes are valid UTF-8.
    text, _ = decode_text(feed.body, feed.content_type)
    if not text.strip():
        raise FetchError("empty_page", f"{feed.url} is an empty page.", transient=True)
    headers = {
        "content-type": f"{feed.media_type or 'application/xml'}; charset=utf-8",
        "content-location": feed.url,
    }
    parsed = _parse(text, headers)
    if parsed is None or (not parsed.entries and not parsed.version):
        raise FetchError("no_feed", f"{feed.url} is not an RSS or Atom feed.", transient=True)
    links = LinkReader(feed.url)
    has_types = str(parsed.version).startswith("atom")
    found = [_discovered_item(entry, links, has_types) for entry in parsed.entries]
    return [each for each in found if each is not None], links.bad


def _parse(text: str, headers: Mapping[str, str]) -> Any:
    """Parse a feed; None if feedparser fails, which raises anything for elements in places that it does not expect."""
    text = _REFERENCE.sub(_known_character, text)
    for variant in (text, _NOT_XML + text):
        try:
            return feedparser.parse(
                BytesIO(variant.encode()), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
            )
        except MemoryError:
            raise
        except Exception:  # noqa: S112 - the caller tells
            continue
    return None


def _known_character(reference: re.Match[str]) -> str:
    """Return a reference, or U+FFFD for one to a character that does not exist: feedparser fails on it."""
    hexadecimal, decimal = reference[1], reference[2]
    digits = hexadecimal or decimal
    number = int(digits, 16 if hexadecimal else 10) if len(digits) <= _LONGEST_REFERENCE else sys.maxunicode + 1
    return reference[0] if number <= sys.maxunicode and not 0xD800 <= number < 0xE000 else "\ufffd"


def _discovered_item(entry: Any, links: LinkReader, has_types: bool) -> DiscoveredItem | None:
    link = entry.get("link") or (entry.get("id") if str(entry.get("id", "")).startswith("http") else None)
    target = links.read(link) if isinstance(link, str) else None
    if target is None:
        return None
    url, name = target
    posted = _parse_moment(entry, "published") or _parse_moment(entry, "updated")
    hints = {
        "title": hint(_read_text(entry, "title", has_types)),
        "posted": posted,
        "summary": hint(_read_text(entry, "summary", has_types), LONGEST_SUMMARY),
        "changed": _parse_moment(entry, "updated") or posted,
    }
    return DiscoveredItem(name, url, {key: value for key, value in hints.items() if value})


_HTML_TYPES = ("text/html", "application/xhtml+xml")
_TAG = re.compile(
    rf"</?(?:{'|'.join(sorted(ELEMENTS))})(?:\s[^<>=]{{0,100}}=[^<>]{{0,500}}|\s{{0,8}})/?>", re.IGNORECASE
)
"""A tag, whose words after its name are attributes: in `a<b và b>c` they are not."""
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)


def _read_text(entry: Any, name: str, has_types: bool) -> str | None:
    """The plain text of a title or summary, by its type: HTML has tags and entities, plain text of Atom has neither.

    RSS has no types, and many publishers escape twice, so that a text with an entity left is HTML too.
    """
    value, detail = entry.get(name), entry.get(f"{name}_detail") or _content_detail(entry, name)
    if not isinstance(value, str) or not value.strip():
        return None
    # feedparser names the type of RSS by what the text looks like, but takes `A<br>B` for plain text.
    is_html = detail.get("type") in _HTML_TYPES
    if not has_types:
        is_html = (is_html and ("<" not in value or "</" in value)) or _TAG.search(value) is not None
    if is_html:
        try:
            value = shown_text(parse_page(value))
        except UnreadableFile:
            return None
    return unescape(value) if (is_html or not has_types) and _ENTITY.search(value) else value


def _content_detail(entry: Any, name: str) -> Mapping[str, Any]:
    """The type of the content, which feedparser gives as the summary of an entry without one."""
    content = entry.get("content") if name == "summary" else None
    return content[0] if content and content[0].get("value") == entry.get(name) else {}


def _parse_moment(entry: Any, name: str) -> str | None:
    """A moment in ISO form, or else the text of the feed, which differs after a change at least.

    The parser of the feed guesses: it makes a day of any number, and takes a time without a zone for UTC.
    """
    # The `get` of feedparser returns the day of publication when the feed has no day of change.
    value = dict.get(entry, name)
    found = read_moment(value) if isinstance(value, str) else None
    if isinstance(found, datetime):
        return format_rfc3339(found)
    return hint(value, 100) if found is None else found.isoformat()
