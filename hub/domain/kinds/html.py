"""The subset of HTML that a bulletin may contain: structure only, sanitised when it is saved."""

import re
from html import unescape
from html.parser import HTMLParser

import nh3

from hub.text import clean
from hub.urls import parse_web_url

TAGS = {
    "p",
    "br",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "a",
    "strong",
    "em",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
_DANGEROUS = {"script", "style", "iframe", "object", "embed", "form", "svg", "math", "link", "meta", "base"}
_UNNESTED = {"p", "br", "hr", "img", "input", "li", "thead", "tbody", "tr", "th", "td", "wbr", "col"}
"""Elements that may stay open; they do not count towards the depth."""
MAX_DEPTH = 32
MAX_LENGTH = 200_000
"""Characters of HTML. Cleaning takes seconds for megabytes of text that only looks like character references."""
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][^\s/<>]*+)(?P<attributes>[^<>]*+)")
_HANDLER = re.compile(r"(?:^|[\s\"'/])(on[a-z]++)\s*=", re.IGNORECASE)


def sanitise_html(html: str) -> str:
    """Return the HTML without unknown tags and attributes.

    Raises `ValueError` for content that would run a script, for too deep nesting, and for unclosed elements that make
    the result too long or too deep.
    """
    if bad := _find_active_content(html):
        raise ValueError(f"HTML may not contain {', '.join(bad)}; the allowed tags are {', '.join(sorted(TAGS))}")
    if _is_too_deep(html):
        raise ValueError(f"HTML may not be nested more than {MAX_DEPTH} levels deep")
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "th": {"scope"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
        attribute_filter=_drop_broken_link,
    )
    # References such as `&#1;` have become characters that no text may have.
    cleaned = clean(cleaned)
    # Cleaning closes open elements. Stored HTML is validated again when it is read, so it must keep these limits too.
    if len(cleaned) > MAX_LENGTH or _is_too_deep(cleaned):
        raise ValueError("HTML must close the elements that it opens")
    return cleaned


def _drop_broken_link(_tag: str, name: str, value: str) -> str | None:
    """Return the value of an attribute; None for a web address that no program can open."""
    if name != "href" or not value.lower().lstrip().startswith(("http:", "https:")):
        return value
    try:
        parse_web_url(value.strip())
    except ValueError:
        return None
    return value


def html_to_text(html: str) -> str:
    """Return the text of sanitised HTML, each block on a line of its own."""
    return _TextExtractor.of(html).text.strip()


def _find_active_content(html: str) -> list[str]:
    """List the tags and attributes that would run a script, as far as they are written openly.

    This only makes the error message clear; readers are protected by the cleaning, which removes everything outside the
    allowed lists. Each `<` is read up to the next one, so the time is linear in the length: `html.parser` would go back
    to the start of every unclosed tag and comment.
    """
    found: set[str] = set()
    for tag in _TAG.finditer(html):
        name, attributes = tag["name"].lower(), unescape(tag["attributes"])
        if tag["close"]:
            continue
        if name in _DANGEROUS:
            found.add(f"<{name}>")
        found.update(f"<{name} {handler.lower()}>" for handler in _HANDLER.findall(attributes))
        if "javascript:" in "".join(attributes.lower().split()):
            found.add("javascript:")
    return sorted(found)


def _is_too_deep(html: str) -> bool:
    """Return true if elements are nested more than `MAX_DEPTH` levels deep; cleaning would take long for them."""
    depth = 0
    for tag in _TAG.finditer(html):
        if tag["name"].lower() not in _UNNESTED:
            depth = max(0, depth - 1) if tag["close"] else depth + 1
            if depth > MAX_DEPTH:
                return True
    return False


class _TextExtractor(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []

    @classmethod
    def of(cls, html: str) -> "_TextExtractor":
        parser = cls()
        parser.feed(html)
        parser.close()
        return parser

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("p", "br", "li", "h2", "h3", "tr", "blockquote"):
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        self._parts.append(data)

    @property
    def text(self) -> str:
        return "".join(self._parts)
