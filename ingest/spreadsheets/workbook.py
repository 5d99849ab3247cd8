"""Workbooks (XLSX, XLS, ODS) to grids, with the stored values of formulas. It runs in `hub.sandbox`.

The declared sizes of a packed file are checked before anything is unpacked; what a file does beyond them, the limits
of the sandbox end.
"""

import zipfile
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from hub.file_kinds import DAMAGED_ARCHIVE
from hub.problem_texts.templates import fill
from ingest.extraction.errors import BrokenFile, EncryptedFile, TooMuchText
from ingest.spreadsheets.formulas import NOT_CALCULATED, find_uncalculated
from ingest.spreadsheets.grid import MAX_CELL, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_TEXT, Grid, cell_value

MAX_UNPACKED = 400_000_000
"""Bytes that the parts of a packed workbook may say to have together."""
MAX_SHEETS = 60
SMALLER = "several smaller files"


def read_workbook(body: bytes) -> list[Grid]:
    """Read the sheets of a workbook in their order. Raises `BrokenFile`, `EncryptedFile` or `TooMuchText`."""
    _check_declared_size(body)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(body))
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        if len(sheets) > MAX_SHEETS:
            raise TooMuchText(
                fill("The workbook has {count} sheets.", count=len(sheets)),
                expected=fill("at most {max_sheets} sheets", max_sheets=MAX_SHEETS),
            )
        meter, uncalculated = _Meter(), _find_uncalculated(body)
        return [
            _read_sheet(book.get_sheet_by_name(sheet.name), meter, uncalculated.get(sheet.name, ()))
            if sheet.visible == SheetVisibleEnum.Visible
            else Grid(sheet.name, {}, notes=[f"{sheet.name}: the sheet is hidden, and was not read"])
            for sheet in sheets
        ]
    except PasswordError as problem:
        raise EncryptedFile(expected="the file without a password") from problem
    except CalamineError as problem:
        raise BrokenFile("The workbook cannot be read.", expected="a whole workbook") from problem


class _Meter:
    """Counts rows, cells and characters of all sheets, and stops reading at the limits."""

    def __init__(self) -> None:
        self.rows = self.cells = self.characters = 0

    def add(self, sheet: str, number: int, values: list[Any]) -> None:
        """Count a row with content. Raises `TooMuchText`."""
        self.rows += 1
        self.cells += len(values)
        longest = 0
        for value in values:
            if isinstance(value, str):
                self.characters += len(value)
                longest = max(longest, len(value))
        if self.rows > MAX_ROWS:
            raise TooMuchText(fill("The file has more than {max_rows:,} rows.", max_rows=MAX_ROWS), expected=SMALLER)
        if self.cells > MAX_CELLS or self.characters > MAX_TEXT:
            raise TooMuchText(
                fill("The file has too much in its cells, up to {sheet}!{number}.", sheet=sheet, number=number),
                expected=SMALLER,
            )
        if longest > MAX_CELL:
            raise TooMuchText(
                fill(
                    "A cell of {sheet}!{number} has {longest:,} characters.",
                    sheet=sheet,
                    number=number,
                    longest=longest,
                ),
                expected=fill("at most {max_cell:,} characters", max_cell=MAX_CELL),
            )


def fill_grid(name: str, rows: Iterable[tuple[int, list[Any]]], meter: _Meter | None = None) -> Grid:
    """Make a grid of numbered rows, without those that are blank. Raises `TooMuchText`."""
    meter = meter or _Meter()
    grid = Grid(name, {})
    for number, cells in rows:
        grid.height = number
        values = [cell_value(cell.strip() if isinstance(cell, str) else cell) for cell in cells]
        while values and values[-1] is None:
            values.pop()
        if not values:
            continue
        if len(values) > MAX_COLUMNS:
            last = next(place for place in range(len(values) - 1, -1, -1) if values[place] is not None)
            raise TooMuchText(
                fill("{name}!{number} has cells up to column {last:,}.", name=name, number=number, last=last + 1),
                expected=fill("at most {max_columns} columns", max_columns=MAX_COLUMNS),
            )
        meter.add(name, number, values)
        grid.rows[number] = values
    return grid


def _read_sheet(sheet: CalamineSheet, meter: _Meter, uncalculated: Iterable[tuple[int, int]]) -> Grid:
    first_row, first_column = sheet.start or (0, 0)
    before = [None] * first_column
    rows = ((number, before + list(cells)) for number, cells in enumerate(_rows(sheet), start=first_row + 1))
    grid = fill_grid(sheet.name, rows, meter)
    for number, column in uncalculated:
        cells = grid.rows.get(number, [])
        if column < MAX_COLUMNS and cells:
            cells.extend([None] * (column + 1 - len(cells)))
            cells[column] = NOT_CALCULATED
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        grid.merged.append((top, left, bottom, right))
        _fill_down(grid, top, left, bottom)
    return grid


def _rows(sheet: CalamineSheet) -> Iterable[list[Any]]:
    """The rows from the first that has a value."""
    return sheet.to_python(skip_empty_area=True) if sheet.height else ()


def _fill_down(grid: Grid, top: int, left: int, bottom: int) -> None:
    """Give the value of cells that are merged over several rows to each of these rows, as people read them."""
    above = grid.rows.get(top + 1, [])
    value = above[left] if left < len(above) else None
    if value is None:
        return
    for number in range(top + 2, min(bottom + 1, grid.height) + 1):
        cells = grid.rows.get(number)
        if cells is None:
            continue
        if left >= len(cells):
            cells.extend([None] * (left + 1 - len(cells)))
        if cells[left] is None:
            cells[left] = value


def _find_uncalculated(body: bytes) -> dict[str, list[tuple[int, int]]]:
    return find_uncalculated(body) if body.startswith(b"PK") else {}


def _check_declared_size(body: bytes) -> None:
    if not body.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except DAMAGED_ARCHIVE as problem:
        raise BrokenFile("The workbook is not whole.", expected="a whole workbook") from problem
    if unpacked > MAX_UNPACKED:
        raise TooMuchText(
            fill("The workbook unpacks to {unpacked:,} bytes.", unpacked=unpacked),
            expected=fill("at most {max_unpacked:,}", max_unpacked=MAX_UNPACKED),
        )
