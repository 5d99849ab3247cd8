"""Tables to fill in, one for each kind: headers in Vietnamese, a row as an example, notes and lists of values."""

import csv
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from hub.domain.spreadsheet_cells import BOM
from hub.legal.types import TYPES
from ingest.spreadsheets.column_names import IGNORED, column_form, headers, load_data, value_names
from ingest.spreadsheets.dates import read_day

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_CHOICES = {"force": "force", "priority": "priority", "form": "form", "high_impact": "yes"}
"""Fields whose cells offer the values of an enumeration."""
_ROWS = 1_000
"""Rows that are made ready for values."""
_LISTS, _GUIDE = "Giá trị", "Hướng dẫn"
_FILL = PatternFill("solid", fgColor="DDE8F0")


def template_columns(kind: str) -> dict[str, str]:
    """The header of each field of a template, in its order."""
    return {name: text for name, text in headers(kind).items() if name not in _LEFT_OUT and _is_written(kind, name)}


_LEFT_OUT = frozenset({"number_day", "serial", "symbol", "kind", "change_note"})


def _is_written(kind: str, name: str) -> bool:
    return column_form(kind, name) != IGNORED


def template_name(kind: str, form: str) -> str:
    """The file name of a template."""
    return f"mau-{kind}.{form}"


def write_template(kind: str, form: str = "xlsx") -> bytes:
    """Write the template of a kind as `xlsx` or `csv`."""
    return _write_csv(kind) if form == "csv" else _write_xlsx(kind)


def _write_csv(kind: str) -> bytes:
    columns, example = template_columns(kind), load_data("examples")[kind]
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns.values())
    writer.writerow(example.get(name, "") for name in columns)
    return (BOM + text.getvalue()).encode()


def _write_xlsx(kind: str) -> bytes:
    columns, example, guide = template_columns(kind), load_data("examples")[kind], _guide(kind)
    book = Workbook()
    sheet: Any = book.active
    sheet.title = value_names("kind")[list(load_data("values")["kind"]).index(kind)]
    sheet.freeze_panes = "A2"
    lists = book.create_sheet(_LISTS)
    for place, (name, header) in enumerate(columns.items(), start=1):
        letter = get_column_letter(place)
        cell = sheet.cell(1, place, header)
        cell.font, cell.fill = Font(bold=True), _FILL
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        if name in guide:
            cell.comment = Comment(guide[name], "hub")
        is_long = name in ("title", "text", "body", "summary", "explanatory_note")
        sheet.column_dimensions[letter].width = 48 if is_long else max(16, len(header) + 4)
        _write_example(sheet.cell(2, place), column_form(kind, name), example.get(name))
        if column_form(kind, name) == "text":
            # Numbers of documents stay text: a program makes a date of 1/2020.
            for row in range(2, _ROWS):
                sheet.cell(row, place).number_format = "@"
        if (values := _values(name)) and column_form(kind, name) != "list":
            _offer(sheet, lists, letter, values)
    lists.sheet_state = "hidden"
    _write_guide(book.create_sheet(_GUIDE), columns, guide)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _guide(kind: str) -> dict[str, str]:
    found = load_data("guide")
    return {**found["every"], **found[kind]}


def _values(name: str) -> list[str]:
    if name == "type":
        return list(TYPES)
    return value_names(_CHOICES[name]) if name in _CHOICES else []


def _write_example(cell: Any, form: str, value: str | None) -> None:
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    day = read_day(value) if form == "day" and value else None
    if day is not None:
        cell.value, cell.number_format = day.on, "dd/mm/yyyy"
    elif value:
        cell.value = value


def _offer(sheet: Any, lists: Any, letter: str, values: list[str]) -> None:
    """Let the cells of a column offer values; others can be typed all the same."""
    place = lists.max_column + (1 if lists.cell(1, 1).value is not None else 0)
    for row, value in enumerate(values, start=1):
        lists.cell(row, place, value)
    column = get_column_letter(place)
    choices = DataValidation(
        type="list",
        formula1=f"'{_LISTS}'!${column}$1:${column}${len(values)}",
        allow_blank=True,
        showErrorMessage=False,
    )
    sheet.add_data_validation(choices)
    choices.add(f"{letter}2:{letter}{_ROWS}")


def _write_guide(sheet: Any, columns: dict[str, str], guide: dict[str, str]) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 32, 80
    for name, header in columns.items():
        sheet.append([header, guide.get(name, "")])
