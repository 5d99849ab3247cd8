"""Read a web page: the article in it, its headline, the day it was posted, and the files that it links to."""

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import lxml.html
import trafilatura

from hub.legal.web_article import is_boilerplate, posting_date
from hub.text import clean, compact, one_line
from ingest.extraction.html_blocks import Block, blocks_of, html_of_blocks, shown_text, text_of_blocks
from ingest.extraction.html_encodings import convert_page
from ingest.extraction.html_page import base_url, parse_page
from ingest.extraction.labels import labelled_facts
from ingest.extraction.models import MAX_FILES, Extract

_FILE_SUFFIXES = (".pdf", ".docx", ".doc", ".xlsx", ".xls", ".rtf", ".odt", ".zip", ".rar")
_POSTED_PATHS = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@name='pubdate' or @name='publishdate' or @name='date' or @itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//article//time/@datetime",
    "//time[@pubdate]/@datetime",
)
_TITLE_PATHS = ("//meta[@property='og:title']/@content", "//h1", "//title")
_SITE_SUFFIX = re.compile(r" [|»–-] [^|»]{3,80}$")
_COUNTRY = re.compile(
    r"cộng h(?:òa|oà) xã hội chủ nghĩa việt nam|^\s{0,9}cộng h(?:òa|oà) xã hội(?: chủ nghĩa)?\s{0,9}$", re.IGNORECASE
)
"""The country's name, also where a line break is in it."""


def read_page(text: str, url: str | None, select: dict[str, str], official: bool) -> Extract:
    """Read the article of a page. With `official`, the whole text of a legal document in it is kept, line for line."""
    tree = parse_page(text)
    conversions = convert_page(tree)
    if conversions:
        text = lxml.html.tostring(tree, encoding="unicode")
    base = base_url(tree, url)
    selected = {
        name: found
        for name, selector in select.items()
        if name not in ("body", "files") and (found := _selected_text(tree, selector))
    }
    bodies = tree.cssselect(select["body"]) if "body" in select else []
    files = _files(tree, select.get("files"), base)
    headline = _headline(tree)
    posted = next(
        (one_line(str(found)) for path in _POSTED_PATHS for found in tree.xpath(path) if str(found).strip()), None
    )
    if posted is None:
        posted = _dateline(tree)
    blocks = [block for body in bodies for block in blocks_of(body, base)]
    if not blocks:
        blocks = (_official_blocks(tree, base) if official else []) or _article_blocks(tree, text, base)
    blocks = _trim(blocks, headline)
    before_text = takewhile(lambda line: not _COUNTRY.search(line), _lines(tree))
    return Extract(
        "html",
        clean(text_of_blocks(blocks)),
        html=html_of_blocks(blocks),
        title=headline,
        posted=posted,
        selected=selected,
        labelled=labelled_facts(before_text) if official else {},
        files=files,
        conversions=conversions,
    )


def _selected_text(tree: Any, selector: str) -> str | None:
    found = next(iter(tree.cssselect(selector)), None)
    if found is None:
        return None
    value = found.get("content") or found.get("datetime")
    return (one_line(value) if value else shown_text(found)) or None


def _headline(tree: Any) -> str | None:
    """The only `h1` of the page, or the title in its metadata, without the name of the site after it."""
    ones = [shown_text(found) for found in tree.xpath("//h1")]
    if len([found for found in ones if found]) == 1:
        return next(found for found in ones if found)
    for path in _TITLE_PATHS:
        for found in tree.xpath(path):
            title = one_line(found) if isinstance(found, str) else shown_text(found)
            if title:
                return _SITE_SUFFIX.sub("", title) if path != "//h1" else title
    return None


def _dateline(tree: Any) -> str | None:
    """The first line of the page with a day of posting."""
    return next((line for line in _lines(tree) if posting_date(line) is not None), None)


def _lines(tree: Any) -> Iterator[str]:
    return (line for block in blocks_of(tree, None) for line in block.lines)


def _article_blocks(tree: Any, text: str, base: str | None) -> list[Block]:
    """The blocks from the first to the last one that trafilatura takes for the article.

    It finds the article well but drops short headings and lists in it, so the page's own blocks are kept whole.
    """
    html = trafilatura.extract(
        text,
        output_format="html",
        favor_recall=True,
        include_comments=False,
        include_tables=True,
        include_links=True,
        include_formatting=True,
    )
    whole = list(blocks_of(tree, base))
    if not html:
        return whole
    found = list(blocks_of(lxml.html.document_fromstring(html), base))
    article = {_line_key(line) for block in found for line in block.lines}
    positions = [
        position for position, block in enumerate(whole) if any(_line_key(line) in article for line in block.lines)
    ]
    if not positions:
        # Of very short pages trafilatura gives all text as one line, menus included.
        return whole
    if len(positions) * 2 < len(found):
        return found
    return whole[positions[0] : positions[-1] + 1]


def _line_key(line: str) -> str:
    """The key by which lines are compared: their first letters."""
    return compact(line[:80])[:40]


def _official_blocks(tree: Any, base: str | None) -> list[Block]:
    """The blocks of the element around the country's name that has most of the page's text after it."""
    holder = next(_country_holders(tree), None)
    if holder is None:
        return []
    best, size = holder, 0
    for above in (holder, *holder.iterancestors()):
        if above.tag == "body" and size:
            break
        length = len(above.text_content())
        if length > size * 1.1:
            best, size = above, length
    return list(blocks_of(best, base))


def _country_holders(tree: Any) -> Iterator[Any]:
    """Yield the elements that the country's name stands in."""
    for node in tree.iter():
        if isinstance(node.tag, str) and _COUNTRY.search(node.text or ""):
            yield node
        elif _COUNTRY.search(node.tail or ""):
            yield node.getparent()


def _trim(blocks: list[Block], headline: str | None) -> list[Block]:
    """Drop the headline, the dateline and the buttons around the text."""
    rest = list(blocks)
    while rest and (
        rest[0].lines == (headline,) or all(is_boilerplate(line) or posting_date(line) for line in rest[0].lines)
    ):
        rest.pop(0)
    end = next(
        (n for n, block in enumerate(rest) if n and any(is_boilerplate(line, ends=True) for line in block.lines)),
        len(rest),
    )
    return [block for block in rest[:end] if not all(map(is_boilerplate, block.lines))]


def _files(tree: Any, selector: str | None, base: str | None) -> list[tuple[str, str | None]]:
    links = tree.cssselect(selector) if selector else tree.xpath("//a[@href]")
    found: dict[str, str | None] = {}
    for link in links:
        href = link.get("href") or link.get("src") or link.get("data")
        if not href:
            continue
        try:
            url = urljoin(base or "", href.strip())
            parts = urlsplit(url)
        except ValueError:
            continue
        named = unquote(parts.path).lower().endswith(_FILE_SUFFIXES) or unquote(parts.query).lower().endswith(
            _FILE_SUFFIXES
        )
        if parts.scheme in ("http", "https") and (selector or named):
            found.setdefault(url, shown_text(link) or one_line(link.get("title") or "") or None)
    return list(found.items())[:MAX_FILES]
