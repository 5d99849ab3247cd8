"""Discover the pages of a sitemap or of a sitemap index, compressed or not."""

import re
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from lxml import etree

from ingest.extraction.charset import decode_text, remove_declaration
from ingest.sources.discovery.base import DiscoveredItem, LinkReader, ListPage, SourceAccess, hint
from ingest.sources.discovery.list_reader import read_list
from ingest.sources.http.fetcher import GZIP, FetchError, inflate


@dataclass(frozen=True)
class Sitemap:
    """A sitemap file: its pages, or the sitemaps of an index."""

    pages: tuple[DiscoveredItem, ...]
    children: tuple[str, ...]
    bad_links: int = 0


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
        if body.startswith(GZIP):
            body = inflate(body, access.settings.source_max_bytes)
        found = await read_list(access.settings, "read_sitemap", body, file.url)
        new = [each for each in found.following if each not in seen]
        seen.update(new)
        queue.extend(new)
        # An index is read each time: its sitemaps may have changed although it did not.
        validators = (None, None) if found.following else (file.etag, file.last_modified)
        is_included = access.name_filter
        pages = tuple(page for page in found.items if is_included(page.url or ""))
        yield ListPage(url, pages, *validators, bad_links=found.bad_links)


_BARE_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)",
    re.DOTALL,
)
"""An ampersand that begins no reference; sections of literal text and comments are matched whole, and stay."""


def parse_sitemap(body: bytes, base: str) -> Sitemap:
    """Parse a file of the sitemap protocol. Raises `FetchError` for anything else."""
    text, _ = decode_text(body, None)
    # A parser that recovers drops an ampersand with the name after it, which makes another address of a link.
    text = remove_declaration(text)
    text = _BARE_AMPERSAND.sub(lambda found: "&amp;" if found[0] == "&" else found[0], text)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False, encoding="utf-8")
    root = etree.fromstring(text.encode(errors="replace"), parser) if text.strip() else None
    kind = _name(root) if root is not None else ""
    if root is None or kind not in ("urlset", "sitemapindex"):
        raise FetchError("no_sitemap", f"{base} is not a sitemap.", transient=True)
    links = LinkReader(base)
    found = [_parse_location(each, links) for each in root if isinstance(each.tag, str)]
    if kind == "sitemapindex":
        return Sitemap((), tuple(each.url for each in found if each is not None and each.url), links.bad)
    return Sitemap(tuple(each for each in found if each is not None), (), links.bad)


def _parse_location(element: "etree._Element", links: LinkReader) -> DiscoveredItem | None:
    location, changed = _child_text(element, "loc"), _child_text(element, "lastmod")
    target = links.read(location) if location else None
    if target is None:
        return None
    url, name = target
    changed = hint(changed, 100)
    return DiscoveredItem(name, url, {"changed": changed} if changed else {})


def _child_text(element: "etree._Element", name: str) -> str | None:
    """The text of the first child with a name in the namespace of the element, without comments."""
    prefix = str(element.tag).rpartition("}")[0]
    found = next((each for each in element if isinstance(each.tag, str) and each.tag == _tag_in(prefix, name)), None)
    return None if found is None else "".join(map(str, found.xpath(".//text()"))).strip()


def _tag_in(prefix: str, name: str) -> str:
    return f"{prefix}}}{name}" if prefix else name


def _name(element: "etree._Element") -> str:
    """The name without its namespace; one with a prefix that is not declared keeps it and is no name of ours."""
    return str(element.tag).rpartition("}")[2]
