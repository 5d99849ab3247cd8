"""The header of a table: the row, or two rows, in which most cells are names of columns that the hub knows. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.domain.kinds import KINDS
from ingest.spreadsheets.column_names import IGNORED, ColumnName, header_key, kind_of_name, known_columns
from ingest.spreadsheets.grid import Grid, cell_text

MAX_ROWS_ABOVE = 60
"""Rows with content among which the header is looked for."""
_LONGEST = 120
"""Characters of a header."""
_FEWEST = 2
"""Known columns of a header."""
_ANCHORS = ("title", "number", "number_day", "serial", "spokesperson", "body")
"""One of these columns makes a row a header."""
_SUFFIX = re.compile(r"(?: cua)?(?: cac)? (?:van ban|vb)$")


@dataclass(frozen=True)
class HeaderColumn:
    """A column: its place from 0, its header as written, and its field; None for a column that nobody knows."""

    place: int
    header: str
    field: str | None


@dataclass(frozen=True)
class TableHeader:
    """The header of a table: its last row, the kind of its records and its columns."""

    kind: str
    row: int
    columns: tuple[HeaderColumn, ...]
    score: int
    is_single: bool


def find_header(grid: Grid, kind: str | None) -> TableHeader | None:
    """Find the header of a sheet: for a kind, or for the kind of which most columns are known."""
    numbers = list(grid.rows)[:MAX_ROWS_ABOVE]
    found = [header for number in numbers if (header := header_at(grid, number, kind)) is not None]
    # The first of those with most columns; a title above a header is no upper row of it.
    return max(found, key=lambda header: (header.score, header.is_single), default=None)


def header_at(grid: Grid, number: int, kind: str | None) -> TableHeader | None:
    """Read a row as a header, alone or with the row below it; None if it is none."""
    upper = _texts(grid, number)
    forms = [(number, _single(upper))]
    if number + 1 in grid.rows:
        forms.append((number + 1, _stack_names(_spread(grid, number, upper), _texts(grid, number + 1))))
    told = kind_of_name(grid.name)
    best: TableHeader | None = None
    for name in [kind] if kind else sorted(KINDS, key=lambda each: (each != told, list(KINDS).index(each))):
        for row, names in forms:
            header = _read_names(name, row, names, is_single=row == number)
            if header is not None and (best is None or header.score > best.score):
                best = header
    return best


def _read_names(
    kind: str, row: int, names: Sequence[tuple[str, Sequence[str]]], *, is_single: bool
) -> TableHeader | None:
    known = known_columns(kind)
    taken: dict[str, tuple[int, int]] = {}
    found: list[ColumnName | None] = []
    for place, (_, forms) in enumerate(names):
        column = _lookup(known, forms)
        found.append(column)
        if column is not None and column.form != IGNORED:
            taken[column.field] = min(taken.get(column.field, (column.rank, place)), (column.rank, place))
    if len(taken) < _FEWEST or not any(name in taken for name in _ANCHORS):
        return None
    columns = []
    for place, ((written, _), column) in enumerate(zip(names, found, strict=True)):
        is_read = column is not None and (
            column.form in (IGNORED, "list") or taken[column.field] == (column.rank, place)
        )
        if written:
            columns.append(HeaderColumn(place, written, column.field if column and is_read else None))
    return TableHeader(kind, row, tuple(columns), len(taken), is_single)


def _lookup(known: Mapping[str, ColumnName], forms: Sequence[str]) -> ColumnName | None:
    keys = [header_key(form) for form in forms]
    # `Ngày ban hành của văn bản` is a longer name of `Ngày ban hành`.
    return next((known[key] for key in (*keys, *(_SUFFIX.sub("", key) for key in keys)) if key in known), None)


def _texts(grid: Grid, number: int) -> list[str]:
    return [_header_text(cell) for cell in grid.rows[number]]


def _header_text(cell: Any) -> str:
    text = " ".join(cell_text(cell).split()) if isinstance(cell, str) else ""
    return text if len(text) <= _LONGEST else ""


def _spread(grid: Grid, number: int, texts: list[str]) -> list[str]:
    """The texts of a row, with those of cells that are merged across several columns in each of them."""
    spread = list(texts)
    for top, left, bottom, right in grid.merged:
        if top <= number - 1 <= bottom and right > left and left < len(texts):
            spread.extend([""] * (right + 1 - len(spread)))
            spread[left : right + 1] = [texts[left]] * (right + 1 - left)
    return spread


def _single(texts: Sequence[str]) -> list[tuple[str, Sequence[str]]]:
    return [(text, (text,)) for text in texts]


def _stack_names(upper: Sequence[str], lower: Sequence[str]) -> list[tuple[str, Sequence[str]]]:
    """Names of two rows: `Thời gian` above `Ban hành` is tried as both together, then as the lower one alone."""
    names: list[tuple[str, Sequence[str]]] = []
    above = ""
    for place in range(max(len(upper), len(lower))):
        high, low = (texts[place] if place < len(texts) else "" for texts in (upper, lower))
        # In a CSV the cells right of a merged one are empty.
        above = high or (above if low else "")
        if not low:
            names.append((high, (high,)))
        elif not above or above == low:
            names.append((low, (low,)))
        else:
            names.append((f"{above} / {low}", (f"{above} {low}", low)))
    return names
