"""Conversion of the text of a page that was written in a font from before Unicode, or decoded wrongly."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from lxml import etree

from hub.text import remove_invalid_xml
from ingest.encodings.conversion import Conversion
from ingest.encodings.fonts import OldFont, Piece, convert_pieces, old_font

_INLINE_TAGS = (
    "a abbr acronym b bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup "
    "tt u var"
)
_INLINE = frozenset(_INLINE_TAGS.split())
_UNREAD = frozenset(("script", "style", "noscript", "template"))
_OWN_FONT = re.compile(r"font-family\s{0,4}:\s{0,4}(?P<names>[^;{}]{1,200})", re.IGNORECASE)


def convert_page(tree: Any) -> list[Conversion]:
    """Convert the texts of a page in place; a line is the text of a block."""
    lines: dict[Any, list[Piece]] = {}
    for block, piece in _pieces(tree):
        lines.setdefault(block, []).append(piece)
    return convert_pieces(lines.values())


def _pieces(tree: Any) -> Iterator[tuple[Any, Piece]]:
    """The texts of a page in their order, each with its block."""
    open_: list[tuple[Any, OldFont | None]] = [(tree, None)]
    for event, node in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            block, font = open_[-1]
            open_.append((block if node.tag in _INLINE else node, _font_of(node, font)))
            if node.text and node.tag not in _UNREAD:
                yield open_[-1][0], Piece(node.text, open_[-1][1], partial(_write, node, "text"))
        else:
            open_.pop()
            if node.tail:
                yield open_[-1][0], Piece(node.tail, open_[-1][1], partial(_write, node, "tail"))


def _font_of(node: Any, outer: OldFont | None) -> OldFont | None:
    names = node.get("face")
    if (style := node.get("style")) and (found := _OWN_FONT.search(style)):
        names = found["names"]
    return outer if names is None else old_font(names.partition(",")[0])


def _write(node: Any, name: str, text: str) -> None:
    setattr(node, name, remove_invalid_xml(text))
