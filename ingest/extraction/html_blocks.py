"""Blocks of an HTML element: paragraphs, headings, list items and tables, as lines of text and as simple HTML."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from hub.domain.figure_heights import Height, join_heights
from hub.legal.aligned_text import AlignedText
from hub.legal.document.numbering import match_numbering
from hub.text import clean, one_line
from ingest.extraction.formula_text import APART, settle
from ingest.extraction.html_hidden import HiddenWords
from ingest.extraction.html_letters import LetterStyles
from ingest.extraction.html_lists import OpenList
from ingest.extraction.html_tables import read_rows
from ingest.extraction.table_layout import is_layout, join_cells, layout_parts, row_texts

SKIPPED_TAGS = frozenset(
    ("script", "style", "noscript", "template", "head", "iframe", "object", "embed", "svg", "button",
     "select", "input", "textarea", "nav", "footer", "audio", "video", "canvas", "map")
)  # fmt: skip
_BLOCKS = {
    "p": "p", "div": "p", "section": "p", "article": "p", "header": "p", "main": "p", "body": "p", "center": "p",
    "h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3", "li": "li", "dt": "p", "dd": "p",
    "blockquote": "blockquote", "pre": "p", "tr": "p", "td": "p", "th": "p", "ul": "p", "ol": "p", "dl": "p",
    "figure": "p", "figcaption": "p", "aside": "p", "address": "p", "font": "", "hr": "p", "caption": "p", "tbody": "p",
    "thead": "p", "tfoot": "p", "details": "p", "summary": "p", "dialog": "p", "fieldset": "p", "legend": "p",
    "form": "p", "hgroup": "p", "search": "p", "menu": "p", "dir": "p", "listing": "p", "xmp": "p", "table": "p",
}  # fmt: skip
_INLINE = {"b": "strong", "strong": "strong", "i": "em", "em": "em"}
_CONTEXT = 40
"""Characters before raised figures that decide how they are written."""
_MAX_TABLES = 3
"""Tables inside one another that are read as tables; deeper ones give their cells one after another."""


@dataclass(frozen=True)
class Block:
    """A block: its kind in the hub's HTML (`li` with its list), its lines of text, and its inner HTML.

    `label` is the automatic number of a list item, which is not in its lines.
    """

    kind: str
    lines: tuple[str, ...]
    html: str
    label: str = ""

    @property
    def text(self) -> str:
        """The lines as a page shows them, with the number of a list item."""
        return "\n".join((f"{self.label} {self.lines[0]}" if self.label else self.lines[0], *self.lines[1:]))


def blocks_of(element: Any, base: str | None, depth: int = 0) -> Iterator[Block]:
    """Yield the blocks of an lxml element in reading order, without scripts, forms and other elements without text."""
    builder = _BlockBuilder(base)
    is_hidden = HiddenWords(element, is_block=lambda node: bool(_BLOCKS.get(node.tag)))
    walker = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walker:
        tag = node.tag if isinstance(node.tag, str) else None
        if event in ("comment", "pi"):
            builder.write(node.tail)
            continue
        if tag is None:
            continue
        is_table = tag == "table" and depth < _MAX_TABLES
        is_skipped = node is not element and (tag in SKIPPED_TAGS or is_hidden(node))
        if event == "end":
            if is_skipped or is_table:
                continue
            yield from builder.close(tag)
            if node is not element:
                builder.write(node.tail)
            continue
        if is_skipped:
            walker.skip_subtree()
            builder.write(node.tail)
        elif is_table:
            yield from builder.flush()
            yield from _table(node, base, depth)
            walker.skip_subtree()
            builder.write(node.tail)
        else:
            yield from builder.open(tag, node)
            builder.write(node.text)
    yield from builder.flush()


def shown_text(element: Any) -> str:
    """The text of an element on one line, as a page shows it."""
    return one_line(" ".join(block.text for block in blocks_of(element, None)))


class _BlockBuilder:
    """Builds one block after another from the events of a tree."""

    def __init__(self, base: str | None) -> None:
        self.base = base
        self.kinds: list[str] = []
        self.lists: list[OpenList] = []
        self.inline: list[str] = []
        self.letters = LetterStyles()
        self.label = ""
        self.html: list[str] = []
        self.text: list[str] = []
        self.is_apart = False
        """True after a formula whose figures must not join those after it."""
        self.raised: list[tuple[str, Height]] = []
        """Raised or lowered text that is not written yet."""

    def open(self, tag: str, node: Any) -> Iterator[Block]:
        self.letters.open(node, is_block=bool(_BLOCKS.get(tag)))
        if tag == "br":
            self._write_raised()
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
                self.lists.append(OpenList.of(node))
            elif tag == "li" and self.lists:
                self.label = self.lists[-1].next_label(node)

    def close(self, tag: str) -> Iterator[Block]:
        self.letters.close()
        if tag in _INLINE or tag == "a":
            if self.inline:
                self._write_raised()
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
            spaced, height = self.letters.show(spaced), self.letters.height
            if height is Height.normal:
                self._write_raised()
                self._write_plain(spaced)
            else:
                self.raised.append((spaced, height))

    def flush(self) -> Iterator[Block]:
        self._write_raised()
        self.is_apart = False
        lines = tuple(line for line in map(one_line, "".join(self.text).split("\n")) if line)
        kind = next((kind for kind in reversed(self.kinds) if kind != "p"), "p")
        if kind == "li" and self.lists:
            kind = f"li:{self.lists[-1].tag}"
        # Inline elements that are open stay open in the next block.
        inner = "".join(self.html) + "".join(f"</{name.split(' ', 1)[0]}>" for name in reversed(self.inline) if name)
        self.html, self.text = [f"<{name}>" for name in self.inline if name], []
        if lines:
            # Pages write numbers out, too, in lists whose style sheet shows none.
            label = "" if self.label and match_numbering(AlignedText(lines[0])) is not None else self.label
            self.label = ""
            yield Block(kind, lines, clean(inner).strip().removesuffix("<br>").removeprefix("<br>").strip(), label)

    def _write_raised(self) -> None:
        if self.raised:
            raised, self.raised = self.raised, []
            before = "".join(self.text[-_CONTEXT:])[-_CONTEXT:]
            self._write_plain(join_heights([(before, Height.normal), *raised])[len(before) :])

    def _write_plain(self, text: str) -> None:
        if text and (self.is_apart or APART in text):
            before = self.text[-1][-1:] if self.text else ""
            whole = f"{before}{APART if self.is_apart else ''}{text}"
            self.is_apart = whole.endswith(APART)
            text = settle(whole.rstrip(APART))[len(before) :]
        self.html.append(escape(text, quote=False))
        self.text.append(text)

    def _begin(self, name: str) -> None:
        self._write_raised()
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
    rows = read_rows(table, lambda cell: list(blocks_of(cell, base, depth + 1)))
    if is_layout(rows, _words):
        yield from layout_parts(rows)
        return
    texts = row_texts(rows, _words)
    head = "th" if table.find(".//th") is not None else "td"
    cells = [
        "".join(f"<{tag}>{escape(cell, quote=False)}</{tag}>" for cell in row)
        for row, tag in zip(texts, [head, *["td"] * len(texts)], strict=False)
    ]
    whole = "<table><tbody>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</tbody></table>"
    yield Block("table", tuple(map(join_cells, texts)), whole)


def _words(block: Block) -> str:
    return " ".join(block.text.split("\n"))


def text_of_blocks(blocks: list[Block]) -> str:
    """The text of blocks, one line each."""
    return "\n".join(block.text for block in blocks)


def html_of_blocks(blocks: list[Block], keep: Callable[[Block], bool] = lambda block: True) -> str:
    """Simple HTML of the blocks to keep: paragraphs, headings, lists, tables.

    A list item whose number a browser would not count here is a paragraph that begins with it.
    """
    parts: list[str] = []
    open_list: str | None = None
    count = 0
    for block in filter(keep, blocks):
        kind, _, of = block.kind.partition(":")
        if of == "ol" and block.label != f"{count + 1}.":
            kind, of = "p", ""
        count = count + 1 if of == "ol" else 0
        listed = (of or "ul") if kind == "li" else None
        if open_list != listed:
            parts.append(f"</{open_list}>" if open_list else "")
            parts.append(f"<{listed}>" if listed else "")
            open_list = listed
        if kind == "table":
            parts.append(block.html)
        elif kind == "blockquote":
            parts.append(f"<blockquote><p>{block.html}</p></blockquote>")
        elif block.label and kind == "p":
            parts.append(f"<p>{block.label} {block.html}</p>")
        else:
            parts.append(f"<{kind}>{block.html}</{kind}>")
    parts.append(f"</{open_list}>" if open_list else "")
    return "".join(parts)
