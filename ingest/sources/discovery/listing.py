"""Articles that a list page links to, and the list pages behind it."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urljoin

from charset_normalizer import from_bytes
from lxml import html

from ingest.sources.discovery.base import Found, Listed, Place, hint
from ingest.sources.http.fetcher import Fetched, NotFetched
from ingest.sources.schemas import SourceConfig
from ingest.sources.urls import canonical


async def find(place: Place) -> AsyncIterator[Listed]:
    """Linked articles of the list page and of those behind it, at most `pages` of them."""
    url: str | None = place.url
    seen: set[str] = set()
    while url is not None and url not in seen and len(seen) < place.config.pages:
        seen.add(url)
        page = await place.fetcher.fetch(url)
        found, following = await asyncio.to_thread(linked, page, place.config)
        wanted = place.wanted
        yield Listed(url, tuple(each for each in found if wanted(each.url or "")))
        url = following


def linked(page: Fetched, config: SourceConfig) -> tuple[list[Found], str | None]:
    """The articles a list page links to, each once, and the page behind it. Raises `NotFetched`."""
    tree = _tree(page)
    found: dict[str, Found] = {}
    for element in tree.cssselect(config.links or "a"):
        link = element if element.tag == "a" else next(iter(element.cssselect("a[href]")), None)
        url = _target(link, page.url)
        if link is None or url is None:
            continue
        try:
            name = canonical(url)
        except ValueError:
            continue
        title = hint(link.text_content()) or hint(link.get("title"))
        if name not in found or (title and "title" not in found[name].hints):
            found[name] = Found(name, url, {"title": title} if title else {})
    following = next(iter(tree.cssselect(config.next)), None) if config.next else None
    return list(found.values()), _target(following, page.url)


def _target(link: html.HtmlElement | None, base: str) -> str | None:
    address = (link.get("href") or "").strip() if link is not None else ""
    if not address or address.startswith(("#", "javascript:", "mailto:", "tel:")):
        return None
    return str(urljoin(base, address)).partition("#")[0]


def _tree(page: Fetched) -> html.HtmlElement:
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
        raise NotFetched("empty_page", f"{page.url} is an empty page.", passing=True)
    return tree
