"""A sheet to the records of its rows: each with its place, its cells and the doubts about its columns. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hub.legal.derivation import derive_number
from hub.legal.numbers import parse_number
from hub.legal.types import canonical_type
from ingest.spreadsheets.column_names import column_form, header_key
from ingest.spreadsheets.dates import figures_of, read_day
from ingest.spreadsheets.grid import DAY, Grid, cell_text, column_letter
from ingest.spreadsheets.header import HeaderColumn, TableHeader, find_header, header_at

_ORDINAL = re.compile(r"\(?\d{1,6}[.)]?")
_NUMBERING = re.compile(r"[(\[]?(?:\d{1,2}|[A-Za-z])[)\]]?")
_FEW = 2
"""Cells of a heading, a total or a signature, which is no record."""
_LISTED = 12
"""Numbers of rows that a note lists."""


@dataclass
class TableRows:
    """The records of a sheet, the kind of them, and notes about what is no record."""

    kind: str | None
    records: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_rows(grid: Grid, kind: str | None) -> TableRows | None:
    """Read the rows below the header as `{sheet, row, kind, cells, doubts}`; None for a sheet without a header.

    A cell is `{at, header, field, value}`. Cells of known columns are there although they are empty, those of other
    columns, whose `field` is null, only with a value.
    """
    header = find_header(grid, kind)
    if header is None:
        return None
    rows = TableRows(header.kind, notes=[*grid.notes, *_unknown_columns(grid, header)])
    order_doubts = _order_doubts(grid, header)
    others: list[int] = []
    for number, cells, now in _data_rows(grid, header, kind):
        if _is_no_record(cells, now):
            others.append(number)
            continue
        rows.records.append(
            {
                "sheet": grid.name,
                "row": number,
                "kind": now.kind,
                "cells": _cells(number, cells, now),
                "doubts": [
                    *([grid.doubt] if grid.doubt and not _is_ascii(cells) else []),
                    *(order_doubts[name] for name in order_doubts.keys() & _ambiguous(cells, now)),
                ],
            }
        )
    if others:
        rows.notes.append(
            f"{grid.name}: headings, totals and signatures were not read as records: {_list_numbers(others)}"
        )
    return rows


def _data_rows(grid: Grid, header: TableHeader, kind: str | None) -> Iterator[tuple[int, list[Any], TableHeader]]:
    """The rows below the header, without repeated headers and the numbering of columns; each with its header."""
    now, last = header, header.row
    anchor = next((c for c in header.columns if c.field in ("title", "number")), header.columns[0])
    for number, cells in grid.rows.items():
        if number <= last or _is_numbering(cells):
            continue
        # A printed list repeats its header on each page, and a second table may have another one.
        text = cells[anchor.place] if anchor.place < len(cells) else None
        if isinstance(text, str) and len(text) < 120 and _is_header_name(text, anchor):
            again = header_at(grid, number, kind)
            if again is not None and again.score >= max(2, now.score // 2):
                now, last = again, again.row
                continue
        yield number, cells, now


def _is_header_name(text: str, anchor: HeaderColumn) -> bool:
    return header_key(text) in (header_key(anchor.header), header_key(anchor.header.rpartition(" / ")[2]))


def _cells(number: int, cells: list[Any], header: TableHeader) -> list[dict[str, Any]]:
    found = []
    known = {column.place: column for column in header.columns}
    for place in range(max(len(cells), max(known) + 1)):
        column, value = known.get(place), cells[place] if place < len(cells) else None
        name = column.field if column else None
        if value is None and name is None:
            continue
        at = f"{column_letter(place)}{number}"
        found.append({"at": at, "header": column.header if column else "", "field": name, "value": value})
    return found


def _filled_places(cells: list[Any]) -> list[int]:
    return [place for place, value in enumerate(cells) if value is not None]


def _is_numbering(cells: list[Any]) -> bool:
    """True for a row `(1) (2) (3) …` below a header."""
    texts = [cell_text(cells[place]) for place in _filled_places(cells)]
    if len(texts) < 3 or not all(_NUMBERING.fullmatch(text) for text in texts):
        return False
    bare = [text.strip("()[]") for text in texts]
    numbers = [int(text) for text in bare if text.isdecimal()]
    return len(numbers) >= len(bare) - 2 and all(a < b for a, b in pairwise(numbers))


def _is_no_record(cells: list[Any], header: TableHeader) -> bool:
    """True for a heading within the table, a total or a signature: few cells, and none that identifies a record."""
    filled = _filled_places(cells)
    by_place = {column.place: column for column in header.columns}
    fields = {by_place[place].field: cells[place] for place in filled if place in by_place}
    if not fields.keys() - {None, "ordinal", "reasons"}:
        return True
    if len(filled) > _FEW:
        return False
    text = cell_text(fields.get("ordinal"))
    if text and _ORDINAL.fullmatch(text):
        return False
    # A title beside the name of a type, or with a number in it, is a document; a heading or a signature is neither.
    title = cell_text(fields.get("title"))
    if title and (canonical_type(cell_text(fields.get("type"))) or derive_number(title)):
        return False
    return not any(_identifies(header.kind, name, value) for name, value in fields.items() if name)


def _identifies(kind: str, name: str, value: Any) -> bool:
    if name in ("id", "number_day"):
        return True
    if name in ("number", "serial"):
        return not isinstance(value, str) or parse_number(value) is not None
    return column_form(kind, name) in ("day", "moment") and read_day(value) is not None


def _unknown_columns(grid: Grid, header: TableHeader) -> list[str]:
    unknown = [column for column in header.columns if column.field is None]
    return [
        f"{grid.name}!{column_letter(column.place)}{header.row} ({column.header}): the column is not known; its cells "
        "are kept for editors and not published"
        for column in unknown
    ]


def _order_doubts(grid: Grid, header: TableHeader) -> Mapping[str, str]:
    """Doubts about columns of days in which day and month may be exchanged, by field.

    A program with American settings takes `05/11/2015` for the 11th of May, and leaves `20/11/2015` as a text.
    """
    doubts = {}
    for column in header.columns:
        if not column.field or column_form(header.kind, column.field) != "day":
            continue
        values = [cells[column.place] for n, cells in grid.rows.items() if n > header.row and column.place < len(cells)]
        figures = [found for value in values if (found := figures_of(value)) is not None]
        real = [int(value[DAY][8:]) for value in values if isinstance(value, dict) and DAY in value]
        where = f"{grid.name}!{column_letter(column.place)} ({column.header})"
        if any(first <= 12 < second <= 31 for first, second in figures):
            doubts[column.field] = f"{where}: dates of this column have the month first"
        elif len(figures) >= 2 and len(real) >= 3 and min(figures)[0] > 12 and max(real) <= 12:
            doubts[column.field] = f"{where}: a program may have exchanged day and month of the dates of this column"
    return doubts


def _ambiguous(cells: list[Any], header: TableHeader) -> set[str]:
    """The fields of days in a row whose day may be a month."""
    found = set()
    for column in header.columns:
        value = cells[column.place] if column.place < len(cells) else None
        figures = figures_of(value)
        is_real = isinstance(value, dict) and DAY in value and int(value[DAY][8:]) <= 12
        if column.field and (is_real or (figures and max(figures) <= 12 and figures[0] != figures[1])):
            found.add(column.field)
    return found


def _is_ascii(cells: list[Any]) -> bool:
    return all(not isinstance(value, str) or value.isascii() for value in cells)


def _list_numbers(numbers: list[int]) -> str:
    more = f" and {len(numbers) - _LISTED} more" if len(numbers) > _LISTED else ""
    return f"rows {', '.join(map(str, numbers[:_LISTED]))}{more}"
