"""The little HTML a bulletin may hold: structure only, sanitised on the way in."""

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


def sanitised(html: str) -> str:
    """The same HTML with unknown tags and attributes taken off; `ValueError` when it holds something that runs."""
    found = _Tags.of(html)
    if bad := sorted(found.dangerous):
        raise ValueError(f"HTML may not hold {', '.join(bad)}; allowed are the tags {', '.join(sorted(TAGS))}")
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "th": {"scope"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )


def html_to_text(html: str) -> str:
    """The words of sanitised HTML, blocks on lines of their own."""
    return _Tags.of(html).text.strip()


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.dangerous: set[str] = set()
        self.text = ""

    @classmethod
    def of(cls, html: str) -> "_Tags":
        parser = cls()
        parser.feed(html)
        parser.close()
        return parser

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DANGEROUS:
            self.dangerous.add(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or "javascript:" in "".join((value or "").lower().split()):
                self.dangerous.add(f"<{tag} {name}>")
        if tag in ("p", "br", "li", "h2", "h3", "tr", "blockquote"):
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        self.text += data
