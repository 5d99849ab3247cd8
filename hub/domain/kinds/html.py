"""The little HTML a bulletin may hold: structure only, sanitised on the way in."""

import re
from html import unescape
from html.parser import HTMLParser

import nh3

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
"""Elements that nothing has to close."""
MAX_DEPTH = 32
MAX_LENGTH = 200_000
"""Characters of HTML. Cleaning takes seconds for megabytes of what only looks like character references."""
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][^\s/<>]*+)(?P<attributes>[^<>]*+)")
_HANDLER = re.compile(r"(?:^|[\s\"'/])(on[a-z]++)\s*=", re.IGNORECASE)


def sanitise_html(html: str) -> str:
    """The same HTML with unknown tags and attributes taken off; `ValueError` when it holds something that runs."""
    if bad := _find_active_content(html):
        raise ValueError(f"HTML may not hold {', '.join(bad)}; allowed are the tags {', '.join(sorted(TAGS))}")
    if _is_too_deep(html):
        raise ValueError(f"HTML may not be nested more than {MAX_DEPTH} deep")
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "th": {"scope"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    # Cleaning closes what stood open. What is stored is read again, so it has to keep these rules as well.
    if len(cleaned) > MAX_LENGTH or _is_too_deep(cleaned):
        raise ValueError("HTML must close what it opens")
    return cleaned


def html_to_text(html: str) -> str:
    """The words of sanitised HTML, blocks on lines of their own."""
    return _TextExtractor.of(html).text.strip()


def _find_active_content(html: str) -> list[str]:
    """The tags and attributes that would run something, as far as they are written openly.

    This makes the refusal clear; what keeps readers safe is the cleaning, which takes off what is found in no list.
    Each `<` is read up to the next one, so the time grows with the length alone: `html.parser` would go back to the
    start of every unclosed tag and comment.
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
    """Whether elements stand inside each other more than `MAX_DEPTH` times; cleaning takes long for such."""
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
