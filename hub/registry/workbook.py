"""Workbooks (XLSX) of a registry: read in the sandbox, in a mode that loads no pictures and computes nothing."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from itertools import islice
from typing import Any

from hub.errors import InvalidInput
from hub.problem_texts.templates import fill, list_names
from hub.registry.columns import HEADERS, SHEETS, cell_text, find_list, find_member, format_cell, parse_cell
from hub.registry.difference import REMOVE
from hub.registry.entries import ENTRY_MODELS, RegistryList
from hub.sandbox.errors import BrokenFile

READ_FUNCTION = "hub.registry.workbook.read_workbook"
"""Name of the function for the sandbox."""
MAX_ROWS = 20_000
MAX_COLUMNS = 40
MAX_CELL_CHARACTERS = 4_000


def read_workbook(body: bytes) -> list[dict[str, Any]]:
    """Read the rows of the sheets named after lists, as `{list, where, members}`. Runs in the sandbox.

    Raises `BrokenFile` for a workbook that is no registry. openpyxl takes any XML for the element that it expects, and
    raises anything, when it opens a file or later, at any row: the sandbox makes `BrokenFile` of all of it.
    """
    from openpyxl import load_workbook  # large, and a web process seldom needs it

    book = load_workbook(BytesIO(body), read_only=True, data_only=True, keep_links=False)
    found: list[dict[str, Any]] = []
    sheets = [(sheet, kind) for sheet in book.worksheets if (kind := find_list(sheet.title)) is not None]
    if not sheets:
        expected = ", ".join(names[0] for names in SHEETS.values())
        raise BrokenFile(
            "The workbook has no sheet of a registry.", expected=fill("a sheet named {expected}", expected=expected)
        )
    for sheet, kind in sheets:
        rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)
        columns = _read_header(kind, sheet.title, next(rows, ()))
        for number, cells in enumerate(islice(rows, MAX_ROWS + 1), start=2):
            if len(found) >= MAX_ROWS:
                raise BrokenFile(
                    fill("The workbook has more than {max_rows:,} rows.", max_rows=MAX_ROWS),
                    expected="several smaller files",
                )
            if any(cell_text(cell) for cell in cells):
                found.append(_read_row(kind, f"{sheet.title}, row {number}", columns, cells))
    return found


def write_workbook(entries: Mapping[RegistryList, Iterable[Mapping[str, Any]]]) -> bytes:
    """Write entries as a workbook with one sheet for each list; all cells are text, so that codes keep their zeros."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for kind, rows in entries.items():
        sheet = book.create_sheet(SHEETS[kind][0])
        members = list(ENTRY_MODELS[kind].model_fields)
        sheet.append([HEADERS[member][0] for member in members])
        for row in rows:
            sheet.append([format_cell(member, row[member]) for member in members])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _read_header(kind: RegistryList, sheet: str, cells: Iterable[Any]) -> dict[int, str]:
    allowed = {*ENTRY_MODELS[kind].model_fields, REMOVE}
    columns: dict[int, str] = {}
    for index, cell in enumerate(cells):
        text = cell_text(cell)
        if not text:
            continue
        member = find_member(text)
        if member is None or member not in allowed:
            names = list_names(HEADERS[name][0] for name in HEADERS if name in allowed)
            raise BrokenFile(
                fill("{sheet}: the column `{text}` is not known.", sheet=sheet, text=text[:60]), expected=names
            )
        if member in columns.values():
            raise BrokenFile(
                fill("{sheet}: the column `{text}` is there twice.", sheet=sheet, text=text[:60]),
                expected="each column once",
            )
        columns[index] = member
    if "code" not in columns.values():
        raise BrokenFile(
            fill("{sheet}: there is no column `code` (Mã) in the first row.", sheet=sheet), expected="headers in row 1"
        )
    return columns


def _read_row(kind: RegistryList, where: str, columns: Mapping[int, str], cells: tuple[Any, ...]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for index, member in columns.items():
        value = cells[index] if index < len(cells) else None
        if len(cell_text(value)) > MAX_CELL_CHARACTERS:
            raise BrokenFile(
                fill("{where}: the cell of `{member}` is too long.", where=where, member=member),
                expected="shorter cells",
            )
        try:
            members[member] = parse_cell(kind, member, value)
        except InvalidInput as problem:
            raise BrokenFile(
                fill("{where}: {detail}", where=where, detail=problem.detail), expected=problem.expected
            ) from problem
    return {"list": kind.value, "where": where, "members": members}
