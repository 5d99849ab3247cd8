"""The text of a paragraph as Word shows it, and the text boxes that hang on it.

Shown are tracked insertions, results of fields, content controls and formulas; not shown are tracked deletions, hidden
text, codes of fields and comments.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from hub.domain.figure_heights import Height, join_heights
from hub.legal.doubt import Doubt
from ingest.extraction.docx_elements import find_shown, shown_children, switch
from ingest.extraction.docx_field_codes import FieldCode
from ingest.extraction.docx_fields import FieldState, simple_code
from ingest.extraction.docx_formulas import FORMULA_TAGS, formula_text
from ingest.extraction.docx_shapes import GRAPHIC_DATA, SHAPE_TEXT
from ingest.extraction.docx_styles import StyleSheet
from ingest.extraction.formula_text import settle
from ingest.extraction.symbol_fonts import symbol_text

_BOX = qn("w:txbxContent")
_DRAWINGS = tuple(map(qn, ("w:drawing", "w:pict", "w:object")))
_HEIGHTS = {"superscript": Height.raised, "subscript": Height.lowered}
_SMALLEST_SHIFT = 4
"""Half points by which figures have to be shifted (`w:position`) to be raised or lowered."""
_SIGNS = {qn("w:tab"): "\t", qn("w:ptab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_NOTES = tuple(map(qn, ("w:footnoteReference", "w:endnoteReference")))
WORDART = "{urn:schemas-microsoft-com:vml}textpath"


@dataclass
class ParagraphText:
    """The shown text of a paragraph in parts, and the contents of its text boxes."""

    parts: list[tuple[str, Height]] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)

    def add(self, other: "ParagraphText") -> None:
        """Append the text of the paragraph after this one."""
        self.parts += other.parts
        self.boxes += other.boxes

    @property
    def text(self) -> str:
        """The text, with raised and lowered figures as Unicode has them."""
        return settle(join_heights(self.parts))


class ParagraphReader:
    """Reads the paragraphs of a document in their order, because fields go over paragraphs."""

    def __init__(self, body: Any, styles: StyleSheet) -> None:
        self._styles = styles
        self._fields = FieldState(body)
        self._unknown_signs: set[str] = set()
        self._unread: dict[str, str] = {}
        """Words of the doubts about text that Word shows and the reader lacks, with the expected form."""

    def read(self, paragraph: Any, style: str | None) -> ParagraphText:
        """Read the shown text of a paragraph."""
        found = ParagraphText()
        for part in self._walk(paragraph, style):
            if isinstance(part, tuple):
                found.parts.append(part)
            else:
                found.boxes.append(part)
        return found

    @property
    def doubts(self) -> list[Doubt]:
        """Doubts about signs of a font of pictures without a letter in Unicode, and about what is not read."""
        found = [Doubt("text", words, expected) for words, expected in self._unread.items()]
        if self._unknown_signs:
            signs = ", ".join(sorted(self._unknown_signs)[:10])
            found.append(Doubt("text", f"Signs of a symbol font cannot be read: {signs}.", "signs of a usual font"))
        return found

    def _walk(self, element: Any, style: str | None) -> Iterator[tuple[str, Height] | Any]:
        for child in shown_children(element):
            if child.tag == qn("w:r"):
                yield from self._run(child, style)
            elif child.tag == qn("w:fldSimple"):
                if self._fields.is_shown:
                    yield self._field_words(simple_code(child)), Height.normal
                yield from self._walk(child, style)
            elif child.tag in FORMULA_TAGS:
                if self._fields.is_shown:
                    yield formula_text(child), Height.normal
            elif child.tag == qn("w:ruby"):
                yield from self._walk(child.find(qn("w:rubyBase")), style)
            elif child.tag in _DRAWINGS:
                yield from self._boxes(child)
            else:
                yield from self._walk(child, style)

    def _run(self, run: Any, style: str | None) -> Iterator[tuple[str, Height] | Any]:
        properties = run.find(qn("w:rPr"))
        is_hidden = self._styles.is_hidden(properties, style)
        height = self._height(run, properties, style)
        is_upper = self._styles.is_in_capitals(properties, style)
        for child in shown_children(run):
            if child.tag == qn("w:fldChar"):
                if not is_hidden and self._fields.is_shown:
                    yield self._field_words(self._fields.code(child)), height
                self._fields.advance(child)
            elif is_hidden or not self._fields.is_shown:
                continue
            elif child.tag == qn("w:t"):
                text = self._symbols(child.text or "", properties)
                yield text.upper() if is_upper else text, height
            elif child.tag in _SIGNS:
                yield _SIGNS[child.tag], Height.normal
            elif child.tag == qn("w:sym"):
                yield self._symbol(child.get(qn("w:font")), child.get(qn("w:char"))), height
            elif child.tag.endswith("}symEx"):
                of = child.tag.removesuffix("symEx")
                yield self._symbol(child.get(f"{of}font"), child.get(f"{of}char")), height
            elif child.tag in _DRAWINGS:
                yield from self._boxes(child)
            elif child.tag == qn("w:ruby"):
                yield from self._walk(child.find(qn("w:rubyBase")), style)
            elif child.tag in _NOTES:
                self._unread["The file has footnotes, which are not read."] = "notes in the text"

    def _field_words(self, code: FieldCode | None) -> str:
        """The words that Word shows for a field whose result has none."""
        if code is None:
            return ""
        if code.lacks_words:
            self._unread["A number or formula is a field that Word computes, and is not read."] = "the words themselves"
        return self._of_font(*code.symbol) if code.symbol else code.words

    def _height(self, run: Any, properties: Any, style: str | None) -> Height:
        named = self._styles.vertical_alignment(properties, style)
        if named in _HEIGHTS:
            return _HEIGHTS[named]
        shift = self._styles.shift(properties, style)
        if abs(shift) >= _SMALLEST_SHIFT and all((part.text or "").strip().isdecimal() for part in run.iter(qn("w:t"))):
            return Height.raised if shift > 0 else Height.lowered
        return Height.normal

    def _boxes(self, drawing: Any) -> Iterator[Any]:
        """The contents of the text boxes of a drawing; a hidden drawing shows none."""
        named = next((each for each in drawing.iter() if str(each.tag).endswith("}docPr")), None)
        if named is not None and named.get("hidden") in ("1", "true"):
            return
        if any((data.get("uri") or "").endswith("/diagram") for data in drawing.iter(GRAPHIC_DATA)):
            self._unread["The file has a diagram whose words are not read."] = "the words in the text"
        yield from find_shown(drawing, (_BOX, WORDART, SHAPE_TEXT))

    def _symbol(self, font: str | None, code: str | None) -> str:
        try:
            sign = chr(int(code or "", 16))
        except (ValueError, OverflowError):
            return ""
        return self._of_font(sign, font)

    def _symbols(self, text: str, properties: Any) -> str:
        """Text in which letters of the private area are signs of the run's font."""
        if not any("\uf000" <= letter <= "\uf0ff" for letter in text):
            return text
        fonts = None if properties is None else properties.find(qn("w:rFonts"))
        font = None if fonts is None else fonts.get(qn("w:ascii")) or fonts.get(qn("w:hAnsi"))
        return "".join(self._of_font(letter, font) for letter in text)

    def _of_font(self, sign: str, font: str | None) -> str:
        found = symbol_text(sign, font)
        if found is None:
            self._unknown_signs.add(f"{font} {ord(sign):04X}")
        return found or ""


def has_shown_mark(properties: Any, styles: StyleSheet, style: str | None) -> bool:
    """True when the mark at the end of a paragraph is shown; otherwise the paragraph goes on in the next one."""
    mark = None if properties is None else properties.find(qn("w:rPr"))
    if mark is not None and any(mark.find(qn(name)) is not None for name in ("w:del", "w:moveFrom")):
        return False
    return not styles.is_hidden(mark, style)


def is_removed_row(row: Any) -> bool:
    """True for a table row that is hidden or deleted by a tracked change."""
    properties = row.find(qn("w:trPr"))
    return properties is not None and (properties.find(qn("w:del")) is not None or bool(switch(properties, "w:hidden")))
