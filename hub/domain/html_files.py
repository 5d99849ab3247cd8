"""Files of the hub in the text of a bulletin: pictures and links whose addresses are paths of this hub."""

from collections.abc import Iterator
from html.parser import HTMLParser

_PATH = "/files/"


def find_hub_urls(html: str) -> Iterator[tuple[bool, str]]:
    """Yield the paths of files that a cleaned text names: true and the path of a link, false and that of a picture."""
    if _PATH in html:
        finder = _UrlFinder()
        finder.feed(html)
        finder.close()
        yield from finder.found


def make_urls_absolute(html: str, base: str) -> str:
    """Put the base URL before the paths of files in a cleaned text, for readers elsewhere."""
    for tag in ('<img src="', '<a href="'):
        html = html.replace(f"{tag}{_PATH}", f"{tag}{base}{_PATH}")
    return html


class _UrlFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[bool, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        url = dict(attrs).get({"img": "src", "a": "href"}.get(tag, ""))
        if url and url.startswith(_PATH):
            self.found.append((tag == "a", url))
