"""The reading order of tables: rows as `a | b`, or one cell after another where a table only lays out a page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, TypeVar

from hub.text import clean

Part = TypeVar("Part")

_MAX_CARRIED = 64
"""Merged cells from above that keep their column in one row."""
_LAYOUT = ("CỘNG HÒA XÃ HỘI", "CỘNG HOÀ XÃ HỘI", "Nơi nhận")
_MAX_LAYOUT_ROWS = 8


@dataclass(frozen=True)
class TableCell(Generic[Part]):
    """A cell: the column of the grid that it begins in, the columns that it spans, and its content.

    The part of a vertically merged cell in the rows below is an empty cell, so that its text is there once and the
    cells beside it keep their columns.
    """

    column: int
    span: int
    content: list[Part]


class MergedColumns:
    """Columns of a grid that are covered by a cell of a row above."""

    def __init__(self) -> None:
        self._left: dict[int, tuple[int, int]] = {}
        """Span and number of further rows, by column."""

    def open(self, column: int, span: int, rows: int) -> None:
        """Let a cell cover its columns in further rows."""
        if rows > 0 and len(self._left) < _MAX_CARRIED:
            self._left[column] = (span, rows)

    def cover(self, column: int) -> int:
        """The columns that a cell from above covers from here; 0 without one. Each row asks once."""
        span, rows = self._left.pop(column, (0, 0))
        self.open(column, span, rows - 1)
        return span


def is_layout(rows: Sequence[Sequence[TableCell[Part]]], text: Callable[[Part], str]) -> bool:
    """True for a table of one column, or one that lays out the head or the end of a document."""
    if all(len(row) == 1 for row in rows):
        return True
    words = clean(" ".join(text(part) for row in rows for cell in row for part in cell.content))
    return len(rows) <= _MAX_LAYOUT_ROWS and any(phrase in words for phrase in _LAYOUT)


def filled_rows(rows: Iterable[list[TableCell[Part]]]) -> list[list[TableCell[Part]]]:
    """The rows with any content."""
    return [row for row in rows if any(cell.content for cell in row)]


def layout_parts(rows: Sequence[Sequence[TableCell[Part]]]) -> Iterator[Part]:
    """The contents of a layout table, column by column. A cell across all columns stands between those around it."""
    width = max((cell.column + cell.span for row in rows for cell in row), default=0)
    for is_whole, band in groupby(rows, key=lambda row: len(row) == 1 and row[0].span >= width > 1):
        cells = [cell for row in band for cell in row]
        if not is_whole:
            cells.sort(key=lambda cell: cell.column)
        for cell in cells:
            yield from cell.content


def row_texts(rows: Sequence[Sequence[TableCell[Part]]], text: Callable[[Part], str]) -> list[list[str]]:
    """The text of each cell, row by row."""
    return [[" ".join(text(part) for part in cell.content) for cell in row] for row in rows]


def join_cells(cells: Sequence[str]) -> str:
    """A row as a line of text."""
    return " | ".join(cells).strip()
