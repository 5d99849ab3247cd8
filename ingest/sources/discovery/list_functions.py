"""The readers of lists as functions for `hub.sandbox`: bytes and JSON in, JSON out, a failure as a member of it."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from hub.times import now
from ingest.sources.discovery.base import DiscoveredItem
from ingest.sources.discovery.feed import parse_entries
from ingest.sources.discovery.listing import parse_links
from ingest.sources.discovery.sitemap import parse_sitemap
from ingest.sources.http.fetcher import FetchError, FetchResult
from ingest.sources.schemas import SourceConfig

Packed = dict[str, Any]


def read_feed(body: bytes, url: str, content_type: str) -> Packed:
    """Read a feed."""
    return _pack(lambda: (*parse_entries(_page(body, url, content_type)), ()))


def read_list_page(body: bytes, url: str, content_type: str, links: str | None, following: str | None) -> Packed:
    """Read a list page; its `next` has the URL of the page after it. `links` and `following` are CSS selectors."""

    def read() -> tuple[list[DiscoveredItem], int, tuple[str, ...]]:
        config = SourceConfig(links=links, next=following)
        found, after, bad = parse_links(_page(body, url, content_type), config)
        return found, bad, (after,) if after else ()

    return _pack(read)


def read_sitemap(body: bytes, url: str) -> Packed:
    """Read a sitemap; its `next` has the URLs of the sitemaps of an index."""

    def read() -> tuple[tuple[DiscoveredItem, ...], int, tuple[str, ...]]:
        found = parse_sitemap(body, url)
        return found.pages, found.bad_links, found.children

    return _pack(read)


def _page(body: bytes, url: str, content_type: str) -> FetchResult:
    return FetchResult(url, body, None, content_type, None, None, now())


def _pack(read: Callable[[], tuple[Any, int, Any]]) -> Packed:
    try:
        items, bad_links, following = read()
    except FetchError as problem:
        return {"failure": {"code": problem.code, "detail": problem.detail, "transient": problem.transient}}
    return {"items": [asdict(item) for item in items], "bad_links": bad_links, "next": list(following)}
