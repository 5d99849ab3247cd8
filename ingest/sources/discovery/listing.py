"""Discover the articles that list pages link to."""

from collections.abc import AsyncIterator

from lxml import html

from hub.sandbox.errors import UnreadableFile
from ingest.extraction.charset import decode
from ingest.extraction.html_blocks import shown_text
from ingest.extraction.html_encodings import convert_page
from ingest.extraction.html_page import base_url, parse_page
from ingest.sources.discovery.base import DiscoveredItem, LinkReader, ListPage, SourceAccess, hint
from ingest.sources.discovery.list_reader import read_list
from ingest.sources.http.fetcher import FetchError, FetchResult
from ingest.sources.schemas import SourceConfig


async def discover(access: SourceAccess) -> AsyncIterator[ListPage]:
    """List the linked articles of the list page and the pages after it, at most `pages` pages."""
    url: str | None = access.url
    seen: set[str] = set()
    while url is not None and url not in seen and len(seen) < access.config.pages:
        seen.add(url)
        page = await access.fetcher.fetch(url)
        found = await read_list(
            access.settings,
            "read_list_page",
            page.body or b"",
            page.url,
            content_type=page.content_type,
            links=access.config.links,
            following=access.config.next,
        )
        is_included = access.name_filter
        included = tuple(each for each in found.items if is_included(each.url or ""))
        yield ListPage(url, included, bad_links=found.bad_links)
        url = next(iter(found.following), None)


def parse_links(page: FetchResult, config: SourceConfig) -> tuple[list[DiscoveredItem], str | None, int]:
    """Parse the articles that a list page links to, each once, the URL of the next page, and the number of bad links.

    Raises `FetchError`.
    """
    tree = _parse_html(page)
    links = LinkReader(base_url(tree, page.url) or page.url)
    found: dict[str, DiscoveredItem] = {}
    for element in tree.cssselect(config.links or "a"):
        link = element if element.tag == "a" else next(iter(element.cssselect("a[href]")), None)
        target = _read_target(link, links)
        if link is None or target is None:
            continue
        url, name = target
        title = hint(shown_text(link)) or hint(link.get("title"))
        if name not in found or (title and "title" not in found[name].hints):
            found[name] = DiscoveredItem(name, url, {"title": title} if title else {})
    following = next(iter(tree.cssselect(config.next)), None) if config.next else None
    after = _read_target(following, links)
    return list(found.values()), after[0] if after else None, links.bad


def _read_target(link: html.HtmlElement | None, links: LinkReader) -> tuple[str, str] | None:
    address = (link.get("href") or "").strip() if link is not None else ""
    if not address or address.startswith(("#", "javascript:", "mailto:", "tel:")):
        return None
    return links.read(address)


def _parse_html(page: FetchResult) -> html.HtmlElement:
    """Parse the page as the pages of articles are: the same charset, the same tree."""
    text = decode(page.body or b"", page.content_type).text
    try:
        tree = parse_page(text)
    except UnreadableFile as problem:
        # Nothing, or nothing but comments.
        raise FetchError("empty_page", f"{page.url} is an empty page.", transient=True) from problem
    convert_page(tree)
    return tree
