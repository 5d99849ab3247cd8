"""Conversion of the text of a DOCX that was written in a font from before Unicode, or decoded wrongly."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from docx.oxml.ns import qn

from ingest.encodings.conversion import Conversion
from ingest.encodings.fonts import Piece, convert_pieces, old_font
from ingest.encodings.tables import Encoding
from ingest.extraction.docx_styles import StyleSheet

_TEXT, _SOFT_HYPHEN = qn("w:t"), qn("w:softHyphen")


def convert_body(body: Any, styles: StyleSheet) -> list[Conversion]:
    """Convert the texts of a body in place; a line is a paragraph, whatever it hangs on."""
    return convert_pieces([list(_pieces(paragraph, styles)) for paragraph in body.iter(qn("w:p"))])


def _pieces(paragraph: Any, styles: StyleSheet) -> Iterator[Piece]:
    style = styles.paragraph_style(paragraph.find(qn("w:pPr")))
    for run in paragraph.iter(qn("w:r")):
        if next(run.iterancestors(qn("w:p")), None) is not paragraph:
            continue
        font = old_font(styles.font(run.find(qn("w:rPr")), style))
        for child in run:
            if child.tag == _SOFT_HYPHEN and font is not None and font.encoding is Encoding.tcvn3:
                # A letter of the font, which Word takes for the mark that it looks like elsewhere.
                child.tag, child.text = _TEXT, "\u00ad"
            if child.tag == _TEXT and child.text:
                yield Piece(child.text, font, partial(setattr, child, "text"))
