"""The cells of a sheet, whatever file they come from, in values that cross processes as JSON. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

MAX_ROWS = 50_000
"""Rows with content in a file."""
MAX_COLUMNS = 200
MAX_CELLS = 2_000_000
"""Cells of all rows with content."""
MAX_TEXT = 60_000_000
"""Characters of all cells together."""
MAX_CELL = 400_000
"""Characters of a cell; Excel itself ends at 32,767."""

DAY, MOMENT = "date", "moment"
"""Members of a value that was a real date: `{"date": "2015-11-20"}`, `{"moment": "2015-11-20T08:30:00"}`."""


@dataclass
class Grid:
    """A sheet: its name, its rows by number (from 1) without blank ones, and merged cells: first row, first column,
    last row, last column (from 0)."""

    name: str
    rows: dict[int, list[Any]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubt: str | None = None
    """A doubt about every row, such as characters that were guessed."""
    failure: tuple[int, str, str] | None = None
    """A row from which on nothing could be read, the reason and what was expected."""
    height: int = 0


def cell_value(value: Any) -> Any:
    """The JSON of a cell: null, a text, a number, or a real date."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "x" if value else None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, datetime):
        return {DAY: value.date().isoformat()} if value.time() == time() else {MOMENT: value.isoformat()}
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)


def cell_text(value: Any) -> str:
    """The text of a cell; a real date as people write it: `20/11/2015`."""
    if value is None:
        return ""
    if isinstance(value, dict):
        if MOMENT in value:
            return datetime.fromisoformat(value[MOMENT]).strftime("%d/%m/%Y %H:%M")
        return date.fromisoformat(value[DAY]).strftime("%d/%m/%Y")
    return str(value).strip()


def column_letter(index: int) -> str:
    """The letters of a column from 0: A, B, … Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
