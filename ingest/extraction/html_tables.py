"""The rows of an HTML table in its grid, with cells that span rows and columns."""

from collections.abc import Callable, Iterator
from typing import Any

from ingest.extraction.table_layout import MergedColumns, Part, TableCell, filled_rows

_MAX_SPAN, _MAX_ROWS = 1_000, 65_534
"""Spans of columns and rows that browsers take at most."""


def read_rows(table: Any, content: Callable[[Any], list[Part]]) -> list[list[TableCell[Part]]]:
    """Read the rows with any content. A cell that spans rows has its content in the first of them."""
    return filled_rows(_rows(table, content))


def _rows(table: Any, content: Callable[[Any], list[Part]]) -> Iterator[list[TableCell[Part]]]:
    merged = MergedColumns()
    for row in table.iter("tr"):
        if next(row.iterancestors("table"), None) is not table:
            continue
        cells: list[TableCell[Part]] = []
        column = 0
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while covered := merged.cover(column):
                cells.append(TableCell(column, covered, []))
                column += covered
            span = min(max(_attribute(cell, "colspan", 1), 1), _MAX_SPAN)
            # 0 means all rows to the end of the table.
            rows = min(_attribute(cell, "rowspan", 1) or _MAX_ROWS, _MAX_ROWS)
            cells.append(TableCell(column, span, content(cell)))
            merged.open(column, span, rows - 1)
            column += span
        while covered := merged.cover(column):
            cells.append(TableCell(column, covered, []))
            column += covered
        yield cells


def _attribute(cell: Any, name: str, default: int) -> int:
    text = (cell.get(name) or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else default
