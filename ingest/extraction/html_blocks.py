"""Blocks of an HTML element: paragraphs, headings, list items and tables, as lines of text and as simple HTML."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from hub.text import clean, one_line

SKIPPED_TAGS = frozenset(
    ("script", "style", "noscript", "template", "head", "iframe", "object", "embed", "svg", "math", "button",
     "select", "input", "textarea", "nav", "footer", "audio", "video", "canvas", "map")
)  # fmt: skip
_BLOCKS = {
    "p": "p", "div": "p", "section": "p", "article": "p", "header": "p", "main": "p", "body": "p", "center": "p",
    "h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3", "li": "li", "dt": "p", "dd": "p",
    "blockquote": "blockquote", "pre": "p", "tr": "p", "td": "p", "th": "p", "ul": "p", "ol": "p", "dl": "p",
    "figure": "p", "figcaption": "p", "aside": "p", "address": "p", "font": "", "hr": "p", "caption": "p", "tbody": "p",
}  # fmt: skip
_INLINE = {"b": "strong", "strong": "strong", "i": "em", "em": "em"}
_MAX_CELLS = 200
_LAYOUT = ("CỘNG HÒA XÃ HỘI", "CỘNG HOÀ XÃ HỘI", "Nơi nhận")


@dataclass(frozen=True)
class Block:
    """A block: its kind in the hub's HTML (`li` with its list), its lines of text, and its inner HTML."""

    kind: str
    lines: tuple[str, ...]
    html: str


def blocks_of(element: Any, base: str | None, depth: int = 0) -> Iterator[Block]:
    """Yield the blocks of an lxml element in reading order, without scripts, forms and other elements without text."""
    builder = _BlockBuilder(base)
    walker = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walker:
        tag = node.tag if isinstance(node.tag, str) else None
        if event in ("comment", "pi"):
            builder.write(node.tail)
            continue
        if tag is None:
            continue
        if event == "end":
            if tag in SKIPPED_TAGS or tag == "table":
                continue
            yield from builder.close(tag)
            if node is not element:
                builder.write(node.tail)
            continue
        if tag in SKIPPED_TAGS and node is not element:
            walker.skip_subtree()
            builder.write(node.tail)
        elif tag == "table" and depth < 3:
            yield from builder.flush()
            yield from _table(node, base, depth)
            walker.skip_subtree()
            builder.write(node.tail)
        else:
            yield from builder.open(tag, node)
            builder.write(node.text)
    yield from builder.flush()


class _BlockBuilder:
    """Builds one block after another from the events of a tree."""

    def __init__(self, base: str | None) -> None:
        self.base = base
        self.kinds: list[str] = []
        self.lists: list[str] = []
        self.inline: list[str] = []
        self.html: list[str] = []
        self.text: list[str] = []

    def open(self, tag: str, node: Any) -> Iterator[Block]:
        if tag == "br":
            self.html.append("<br>")
            self.text.append("\n")
        elif tag in _INLINE:
            self._begin(_INLINE[tag])
        elif tag == "a":
            href = _absolute_url(node.get("href"), self.base)
            self._begin(f'a href="{escape(href)}"' if href else "")
        elif _BLOCKS.get(tag):
            yield from self.flush()
            self.kinds.append(_BLOCKS[tag])
            if tag in ("ul", "ol"):
                self.lists.append(tag)

    def close(self, tag: str) -> Iterator[Block]:
        if tag in _INLINE or tag == "a":
            if self.inline:
                name = self.inline.pop()
                self.html.append(f"</{name.split(' ', 1)[0]}>" if name else "")
        elif _BLOCKS.get(tag):
            yield from self.flush()
            if self.kinds:
                self.kinds.pop()
            if tag in ("ul", "ol") and self.lists:
                self.lists.pop()

    def write(self, text: str | None) -> None:
        if text:
            words = " ".join(text.split()) if text.strip() else ""
            spaced = f"{' ' if text[:1].isspace() else ''}{words}{' ' if words and text[-1:].isspace() else ''}"
            self.html.append(escape(spaced, quote=False))
            self.text.append(spaced)

    def flush(self) -> Iterator[Block]:
        lines = tuple(line for line in map(one_line, "".join(self.text).split("\n")) if line)
        kind = next((kind for kind in reversed(self.kinds) if kind != "p"), "p")
        if kind == "li" and self.lists:
            kind = f"li:{self.lists[-1]}"
        # Inline elements that are open stay open in the next block.
        inner = "".join(self.html) + "".join(f"</{name.split(' ', 1)[0]}>" for name in reversed(self.inline) if name)
        self.html, self.text = [f"<{name}>" for name in self.inline if name], []
        if lines:
            yield Block(kind, lines, clean(inner).strip().removesuffix("<br>").removeprefix("<br>").strip())

    def _begin(self, name: str) -> None:
        self.inline.append(name)
        if name:
            self.html.append(f"<{name}>")


def _absolute_url(href: str | None, base: str | None) -> str | None:
    if not href:
        return None
    try:
        whole = urljoin(base or "", href.strip())
    except ValueError:
        return None
    return whole if whole.startswith(("http://", "https://", "mailto:")) else None


def _table(table: Any, base: str | None, depth: int) -> Iterator[Block]:
    """Yield a table as rows `a | b`; a table that is only layout gives its cells one after another."""
    rows = [
        [list(blocks_of(cell, base, depth + 1)) for cell in row if cell.tag in ("td", "th")][:_MAX_CELLS]
        for row in table.iter("tr")
        if next(row.iterancestors("table"), None) is table
    ]
    rows = [row for row in rows if any(row)]
    words = " ".join(line for row in rows for cell in row for block in cell for line in block.lines)
    if all(len(row) == 1 for row in rows) or (len(rows) <= 8 and any(phrase in words for phrase in _LAYOUT)):
        for column in range(max((len(row) for row in rows), default=0)):
            for row in rows:
                yield from row[column] if column < len(row) else ()
        return
    lines = tuple(" | ".join(_cell(cell) for cell in row) for row in rows)
    head = "th" if rows and table.find(".//th") is not None else "td"
    cells = [
        "".join(f"<{tag}>{escape(_cell(cell), quote=False)}</{tag}>" for cell in row)
        for row, tag in zip(rows, [head, *["td"] * len(rows)], strict=False)
    ]
    if lines:
        yield Block("table", lines, "<table><tbody>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</tbody></table>")


def _cell(blocks: list[Block]) -> str:
    return " ".join(line for block in blocks for line in block.lines)


def text_of_blocks(blocks: list[Block]) -> str:
    """The text of blocks, one line each."""
    return "\n".join(line for block in blocks for line in block.lines)


def html_of_blocks(blocks: list[Block], keep: Callable[[Block], bool] = lambda block: True) -> str:
    """Simple HTML of the blocks to keep: paragraphs, headings, lists, tables."""
    parts: list[str] = []
    open_list: str | None = None
    for block in filter(keep, blocks):
        kind, _, of = block.kind.partition(":")
        listed = (of or "ul") if kind == "li" else None
        if open_list != listed:
            parts.append(f"</{open_list}>" if open_list else "")
            parts.append(f"<{listed}>" if listed else "")
            open_list = listed
        if kind == "table":
            parts.append(block.html)
        elif kind == "blockquote":
            parts.append(f"<blockquote><p>{block.html}</p></blockquote>")
        else:
            parts.append(f"<{kind}>{block.html}</{kind}>")
    parts.append(f"</{open_list}>" if open_list else "")
    return "".join(parts)
