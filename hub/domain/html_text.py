"""Plain text of cleaned HTML, in which no two words of different blocks, cells or lines run together."""

import re
from html.parser import HTMLParser

from hub.domain.figure_heights import Height, join_heights

_INLINE = frozenset({"a", "strong", "em", "u", "s", "b", "i", "sup", "sub", "span", "wbr"})
"""Elements that stand within a line; every other one ends the line before it and its own."""
_HEIGHTS = {"sup": Height.raised, "sub": Height.lowered}
_SPACES = re.compile(r"[ \t\n\r\f\xa0]+")


def html_to_text(html: str) -> str:
    """Return the text of cleaned HTML: each block on a line of its own, raised and lowered figures as in `m²`."""
    builder = _LineBuilder()
    builder.feed(html)
    builder.close()
    builder.end_line()
    return "\n".join(builder.lines)


class _LineBuilder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._line: list[tuple[str, Height]] = []
        self._heights = [Height.normal]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self._line.append((" ", Height.normal))
        elif tag not in _INLINE:
            self.end_line()
        elif tag in _HEIGHTS:
            self._heights.append(_HEIGHTS[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self.end_line()
        elif tag in _HEIGHTS and len(self._heights) > 1:
            self._heights.pop()

    def handle_data(self, data: str) -> None:
        # `[1]` is the mark of a footnote, which nobody takes for a figure.
        height = Height.normal if data.lstrip().startswith("[") else self._heights[-1]
        self._line.append((_SPACES.sub(" ", data), height))

    def end_line(self) -> None:
        """End the line; an empty one is left out."""
        if line := _SPACES.sub(" ", join_heights(self._line)).strip():
            self.lines.append(line)
        self._line = []
