"""Discover the articles that list pages link to."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urljoin

from charset_normalizer import from_bytes
from lxml import html

from hub.urls import canonical_url
from ingest.sources.discovery.base import DiscoveredItem, ListPage, SourceAccess, hint
from ingest.sources.http.fetcher import FetchError, FetchResult
from ingest.sources.schemas import SourceConfig


async def discover(access: SourceAccess) -> AsyncIterator[ListPage]:
    """List the linked articles of the list page and the pages after it, at most `pages` pages."""
    url: str | None = access.url
    seen: set[str] = set()
    while url is not None and url not in seen and len(seen) < access.config.pages:
        seen.add(url)
        page = await access.fetcher.fetch(url)
        found, following = await asyncio.to_thread(parse_links, page, access.config)
        is_included = access.name_filter
        yield ListPage(url, tuple(each for each in found if is_included(each.url or "")))
        url = following


def parse_links(page: FetchResult, config: SourceConfig) -> tuple[list[DiscoveredItem], str | None]:
    """Parse the articles that a list page links to, each once, and the URL of the next page. Raises `FetchError`."""
    tree = _parse_html(page)
    found: dict[str, DiscoveredItem] = {}
    for element in tree.cssselect(config.links or "a"):
        link = element if element.tag == "a" else next(iter(element.cssselect("a[href]")), None)
        url = _target_url(link, page.url)
        if link is None or url is None:
            continue
        try:
            name = canonical_url(url)
        except ValueError:
            continue
        title = hint(link.text_content()) or hint(link.get("title"))
        if name not in found or (title and "title" not in found[name].hints):
            found[name] = DiscoveredItem(name, url, {"title": title} if title else {})
    following = next(iter(tree.cssselect(config.next)), None) if config.next else None
    return list(found.values()), _target_url(following, page.url)


def _target_url(link: html.HtmlElement | None, base: str) -> str | None:
    address = (link.get("href") or "").strip() if link is not None else ""
    if not address or address.startswith(("#", "javascript:", "mailto:", "tel:")):
        return None
    return str(urljoin(base, address)).partition("#")[0]


def _parse_html(page: FetchResult) -> html.HtmlElement:
    body = page.body or b""
    declared = page.content_type.partition("charset=")[2].partition(";")[0].strip(" \"'") or None
    try:
        text = body.decode(declared or "utf-8")
    except (LookupError, UnicodeDecodeError):
        guess = from_bytes(body[:100_000]).best()
        text = body.decode(guess.encoding if guess else "utf-8", "replace")
    # lxml refuses a text that declares an encoding of its own.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    tree = html.document_fromstring(text.encode(), parser=parser) if text.strip() else None
    if tree is None:
        raise FetchError("empty_page", f"{page.url} is an empty page.", transient=True)
    return tree
