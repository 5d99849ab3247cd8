"""Discover the pages of a sitemap or of a sitemap index, compressed or not."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree

from hub.urls import canonical_url
from ingest.sources.discovery.base import DiscoveredItem, ListPage, SourceAccess, hint
from ingest.sources.http.fetcher import FetchError, inflate

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Sitemap:
    """A sitemap file: its pages, or the sitemaps of an index."""

    pages: tuple[DiscoveredItem, ...]
    children: tuple[str, ...]


async def discover(access: SourceAccess) -> AsyncIterator[ListPage]:
    """List the pages of the sitemap and of the sitemaps below it, at most `pages` files.

    A file that did not change gives a page with `is_unchanged`.
    """
    queue, seen = deque([access.url]), {access.url}
    read = 0
    while queue and read < access.config.pages:
        url = queue.popleft()
        read += 1
        etag, last_modified = access.validators.get(url, (None, None))
        file = await access.fetcher.fetch(url, etag=etag, last_modified=last_modified)
        if file.body is None:
            yield ListPage(url, is_unchanged=True)
            continue
        body = file.body
        if body.startswith(_GZIP):
            body = inflate(body, access.settings.source_max_bytes)
        sitemap = await asyncio.to_thread(parse_sitemap, body, file.url)
        new = [each for each in sitemap.children if each not in seen]
        seen.update(new)
        queue.extend(new)
        # An index is read each time: its sitemaps may have changed although it did not.
        validators = (None, None) if sitemap.children else (file.etag, file.last_modified)
        is_included = access.name_filter
        yield ListPage(url, tuple(page for page in sitemap.pages if is_included(page.url or "")), *validators)


def parse_sitemap(body: bytes, base: str) -> Sitemap:
    """Parse a file of the sitemap protocol. Raises `FetchError` for anything else."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(body, parser) if body.strip() else None
    kind = etree.QName(root).localname if root is not None else ""
    if root is None or kind not in ("urlset", "sitemapindex"):
        raise FetchError("no_sitemap", f"{base} is not a sitemap.", transient=True)
    locations = [_parse_location(each, base) for each in root if isinstance(each.tag, str)]
    named = [each for each in locations if each is not None]
    if kind == "sitemapindex":
        return Sitemap((), tuple(url for url, _ in named))
    pages = []
    for url, changed in named:
        try:
            pages.append(DiscoveredItem(canonical_url(url), url, {"changed": changed} if changed else {}))
        except ValueError:
            continue
    return Sitemap(tuple(pages), ())


def _parse_location(element: "etree._Element", base: str) -> tuple[str, str | None] | None:
    texts = {etree.QName(part).localname: (part.text or "").strip() for part in element if isinstance(part.tag, str)}
    url = texts.get("loc")
    return (urljoin(base, url), hint(texts.get("lastmod"), 100)) if url else None
