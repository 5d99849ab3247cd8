"""Template workbooks: a sheet with headers and an example, lists of values, and notes."""

from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from hub.legal.types import TYPES
from ingest.spreadsheets.column_names import column_form, load_data, value_names
from ingest.spreadsheets.dates import read_day

_CHOICES = {"force": "force", "priority": "priority", "form": "form", "high_impact": "yes"}
"""Fields whose cells offer the values of an enumeration."""
_ROWS = 1_000
"""Rows that are made ready for values."""
_LISTS, _GUIDE = "Giá trị", "Hướng dẫn"
_FILL = PatternFill("solid", fgColor="DDE8F0")


def write_template_workbook(kind: str, columns: dict[str, str]) -> bytes:
    """Write the template of a kind with these columns: the header by the name of the field."""
    example, guide = load_data("examples")[kind], _guide(kind)
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
