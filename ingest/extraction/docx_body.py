"""The lines of a DOCX in reading order: paragraphs with their numbers, tables, text boxes after their paragraph."""

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

from hub.legal.doubt import Doubt
from ingest.extraction.docx_elements import find_shown, number, value
from ingest.extraction.docx_encodings import convert_body
from ingest.extraction.docx_numbering import Numbering
from ingest.extraction.docx_paragraph import (
    WORDART,
    ParagraphReader,
    ParagraphText,
    has_shown_mark,
    is_removed_row,
)
from ingest.extraction.docx_shapes import SHAPE_TEXT, shape_lines
from ingest.extraction.docx_styles import StyleSheet
from ingest.extraction.table_layout import (
    TableCell,
    filled_rows,
    is_layout,
    join_cells,
    layout_parts,
    row_texts,
)

_PARAGRAPH, _TABLE, _ROW, _CELL = map(qn, ("w:p", "w:tbl", "w:tr", "w:tc"))
_EMBEDDED = tuple(map(qn, ("w:altChunk", "w:subDoc")))
_MAX_DEPTH = 25
_MAX_SPAN = 1_000


class BodyReader:
    """Reads the body of a DOCX from its beginning to its end, once: numbers and fields go on from line to line."""

    def __init__(self, document: Any) -> None:
        self._body = document.element.body
        self._styles = StyleSheet(_styles_root(document))
        self.conversions = convert_body(self._body, self._styles)
        self._numbering = Numbering.of(document, self._styles)
        self._paragraphs = ParagraphReader(self._body, self._styles)
        self._doubts: list[Doubt] = []

    def lines(self) -> Iterator[str]:
        """Yield the lines that Word shows."""
        return self._lines(self._body, 0)

    @property
    def doubts(self) -> list[Doubt]:
        """The doubts about the lines that were read."""
        return [*self._paragraphs.doubts, *self._doubts]

    def _lines(self, container: Any, depth: int) -> Iterator[str]:
        tables = (_TABLE,) if depth < _MAX_DEPTH else ()
        before = ParagraphText()
        for block in find_shown(container, (_PARAGRAPH, *tables, *_EMBEDDED)):
            if block.tag == _PARAGRAPH:
                properties = block.find(qn("w:pPr"))
                style = self._styles.paragraph_style(properties)
                before.add(self._paragraphs.read(block, style))
                if not has_shown_mark(properties, self._styles, style):
                    continue
                yield from self._paragraph_lines(before, self._numbering.label(properties, style), depth)
            else:
                yield from self._paragraph_lines(before, "", depth)
                if block.tag == _TABLE:
                    yield from self._table(block, depth)
                else:
                    self._doubts.append(
                        Doubt("text", "The file embeds another document, which is not read.", "one document")
                    )
            before = ParagraphText()
        yield from self._paragraph_lines(before, "", depth)

    def _paragraph_lines(self, paragraph: ParagraphText, label: str, depth: int) -> Iterator[str]:
        """Yield the lines of a paragraph, then those of its text boxes."""
        text = paragraph.text
        if not text.strip() and label.strip() in ("-", "+"):
            label = ""
        for position, line in enumerate(text.split("\n")):
            whole = f"{label}{line.strip()}" if position == 0 else line
            if whole.strip():
                yield whole.strip()
        for box in paragraph.boxes:
            if box.tag == WORDART:
                yield from filter(None, [(box.get("string") or "").strip()])
            elif box.tag == SHAPE_TEXT:
                yield from filter(None, shape_lines(box))
            elif depth < _MAX_DEPTH * 2:
                yield from self._lines(box, depth + 1)

    def _table(self, table: Any, depth: int) -> Iterator[str]:
        rows = filled_rows(self._rows(table, depth))
        if is_layout(rows, str):
            yield from layout_parts(rows)
        else:
            yield from map(join_cells, row_texts(rows, str))

    def _rows(self, table: Any, depth: int) -> Iterator[list[TableCell[str]]]:
        """Yield the rows. A cell that goes on from above (`w:vMerge`) is empty, whatever it holds."""
        merged: set[int] = set()
        for row in find_shown(table, (_ROW,)):
            if is_removed_row(row):
                continue
            cells: list[TableCell[str]] = []
            still_merged: set[int] = set()
            column = number(row.find(qn("w:trPr")), "w:gridBefore", 0)
            for cell in find_shown(row, (_CELL,)):
                properties = cell.find(qn("w:tcPr"))
                span = min(max(number(properties, "w:gridSpan", 1), 1), _MAX_SPAN)
                merge = None if properties is None else properties.find(qn("w:vMerge"))
                goes_on = merge is not None and merge.get(qn("w:val")) != "restart" and column in merged
                if merge is not None:
                    still_merged.add(column)
                if not _is_removed_cell(properties):
                    content = [] if goes_on else list(self._lines(cell, depth + 1))
                    cells.append(TableCell(column, span, content))
                column += span
            merged = still_merged
            yield cells


def _is_removed_cell(properties: Any) -> bool:
    """True for a cell that a tracked change deletes, or that the cell before it covers (`w:hMerge`)."""
    if properties is None:
        return False
    covered = properties.find(qn("w:hMerge"))
    is_covered = covered is not None and value(properties, "w:hMerge") != "restart"
    return is_covered or properties.find(qn("w:cellDel")) is not None


def _styles_root(document: Any) -> Any:
    try:
        return document.part._styles_part.element
    except (KeyError, AttributeError):
        return None
