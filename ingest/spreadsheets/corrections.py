"""Rows that were set aside as a table to correct and send again: the cells as they were, and a column of reasons.

The reasons are ignored when the table is read again. Headers are those of the templates, so one row of them is enough.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from hub.domain.spreadsheet_cells import BOM, escape_formula
from hub.text import remove_invalid_xml
from ingest.spreadsheets.column_names import headers, value_names
from ingest.spreadsheets.grid import DAY, MOMENT, cell_text

_TEXT, _DAY_FORMAT = "@", "dd/mm/yyyy"
_MAX_CELL = 32_000
"""Characters of a cell of Excel."""
_KINDS = ("policy", "draft", "bulletin", "statement")


@dataclass(frozen=True)
class RejectedRow:
    """A record of a table that was set aside, with the reason in words."""

    record: Mapping[str, Any]
    reason: str


def write_corrections_xlsx(rows: Iterable[RejectedRow]) -> bytes:
    """Write a workbook with a sheet for each sheet of the table."""
    book = Workbook(write_only=True)
    by_sheet: dict[tuple[str, str], list[RejectedRow]] = {}
    for row in rows:
        by_sheet.setdefault((str(row.record["sheet"]), str(row.record["kind"])), []).append(row)
    for number, ((name, kind), found) in enumerate(by_sheet.items(), start=1):
        sheet = book.create_sheet(_sheet_name(name, number))
        columns = _columns(found)
        sheet.freeze_panes = "A2"
        sheet.append([_cell(sheet, text, bold=True) for text in _header(columns, kind)])
        for row in found:
            values = _values(row.record)
            sheet.append([_cell(sheet, value) for value in (row.reason, *(values.get(column) for column in columns))])
    if not by_sheet:
        book.create_sheet("Không có dòng nào")
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def write_corrections_csv(rows: Iterable[RejectedRow]) -> bytes:
    """Write one table of all sheets, for Excel; a column says the kind if there are several."""
    found = list(rows)
    kinds = {str(row.record["kind"]) for row in found}
    columns = _columns(found)
    text = StringIO()
    writer = csv.writer(text)
    first = found[0].record["kind"] if found else "policy"
    several = ["kind"] if len(kinds) > 1 else []
    writer.writerow(
        [headers(first)["reasons"], *(headers(first)[name] for name in several), *_header(columns, first)[1:]]
    )
    for row in found:
        values = _values(row.record)
        kind = [value_names("kind")[_KINDS.index(str(row.record["kind"]))] for _ in several]
        cells = [row.reason, *kind, *(cell_text(values.get(column)) for column in columns)]
        writer.writerow([escape_formula(cell) if "\n" not in cell[:1] else cell for cell in cells])
    return (BOM + text.getvalue()).encode()


Column = tuple[str | None, str, int]
"""Field, header of a column that nobody knows, and which of the columns of the field."""


def _keys(record: Mapping[str, Any]) -> Iterable[tuple[Column, Any]]:
    seen: dict[tuple[str | None, str], int] = {}
    for cell in record["cells"]:
        name = cell["field"]
        if name in ("ordinal", "reasons"):
            continue
        key = (name, "" if name else str(cell["header"]))
        seen[key] = seen.get(key, 0) + 1
        yield (*key, seen[key]), cell["value"]


def _columns(rows: Iterable[RejectedRow]) -> list[Column]:
    """All columns of rows, in the order in which they come."""
    return list(dict.fromkeys(column for row in rows for column, _ in _keys(row.record)))


def _values(record: Mapping[str, Any]) -> dict[Column, Any]:
    return dict(_keys(record))


def _header(columns: Sequence[Column], kind: str) -> list[str]:
    names = headers(kind)
    return [names["reasons"], *(names.get(name, name) if name else header for name, header, _ in columns)]


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    if isinstance(value, dict):
        is_day = DAY in value
        cell.value = date.fromisoformat(value[DAY]) if is_day else datetime.fromisoformat(value[MOMENT])
        cell.number_format = _DAY_FORMAT if is_day else f"{_DAY_FORMAT} hh:mm"
    elif isinstance(value, str):
        cell.value = remove_invalid_xml(value)[:_MAX_CELL]
        # Also a text that begins with `=`, which is no formula here.
        cell.data_type, cell.number_format = "s", _TEXT
    else:
        cell.value = value
    return cell


def _sheet_name(name: str, number: int) -> str:
    bare = "".join(letter for letter in name if letter not in "[]:*?/\\").strip("' ")[:28]
    return bare or f"Sheet{number}"
