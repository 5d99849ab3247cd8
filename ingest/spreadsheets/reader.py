"""A spreadsheet to the records of its rows, in one call. It runs in `hub.sandbox`."""

import io
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from hub.file_kinds import LOCKED_OFFICE, binary_kind
from hub.problem_texts.templates import as_words, fill, list_names
from ingest.encodings import convert_value
from ingest.extraction.errors import EncryptedFile, NotADocument
from ingest.spreadsheets.column_names import headers
from ingest.spreadsheets.csv_file import read_csv
from ingest.spreadsheets.grid import Grid
from ingest.spreadsheets.identity import identify
from ingest.spreadsheets.kinds_of_files import WORKBOOKS
from ingest.spreadsheets.table import read_rows
from ingest.spreadsheets.workbook import read_workbook

_TABLE_CELLS, _TABLE_ROWS = 3, 2
"""A sheet without a header that has so many rows with so many cells is a table whose rows are missed."""


def read_table(body: bytes, name: str, kind: str | None, agency: str) -> dict[str, Any]:
    """Read the rows of all sheets: `{records, notes, failures}`.

    A record is that of `ingest.spreadsheets.table` with its `line`, its `id`, and the `identity` of its document.
    `kind` is that of the records; None: that of which most columns are known. `agency` owns them. A failure is
    `{line, detail, expected, field}`. Lines count the rows of all sheets. Raises `UnreadableFile`.
    """
    grids = _read_grids(body, name)
    records: list[dict[str, Any]] = []
    failures: list[dict[str, Any]] = []
    notes: list[str] = []
    before, is_table = 0, False
    for grid in grids:
        found = read_rows(grid, kind)
        if found is not None:
            is_table = True
            for record in found.records:
                source_id, document = identify(record, agency)
                more = {"line": before + record["row"], "id": source_id, "identity": document}
                records.append(record | more)
            notes += found.notes
        elif _looks_like_table(grid):
            failures.append(_headless(grid, before + next(iter(grid.rows)), kind))
        elif not grid.rows:
            notes += grid.notes
        else:
            notes.append(f"{grid.name}: the sheet has no header that the hub knows, and was not read")
        if grid.failure is not None and found is not None:
            row, detail, expected = grid.failure
            failures.append(
                {"line": before + row, "detail": detail, "expected": expected, "field": f"{grid.name}!{row}"}
            )
        before += max(grid.height, 1)
    if not is_table:
        if len(failures) == 1:
            raise NotADocument(failures[0]["detail"], expected=failures[0]["expected"])
        raise NotADocument("No sheet has a header that the hub knows.", expected=_expected(kind))
    return {"records": records, "notes": notes, "failures": failures}


def _read_grids(body: bytes, name: str) -> list[Grid]:
    if not body.strip():
        raise NotADocument("The file is empty.", expected="a table")
    found = binary_kind(io.BytesIO(body))
    if found == LOCKED_OFFICE:
        raise EncryptedFile(expected="the file without a password")
    if found in WORKBOOKS:
        return [_convert(grid) for grid in read_workbook(body)]
    if found is not None:
        raise NotADocument(fill("The file is {found}.", found=as_words(found)), expected="XLSX, XLS, ODS or CSV")
    return [read_csv(body, PurePath(name).stem or "csv")]


def _convert(grid: Grid) -> Grid:
    """The sheet in Unicode, before its header is looked for; told by a note. A CSV is converted as a text."""
    # Each text once: columns of a table repeat their values.
    texts = list(dict.fromkeys(cell for cells in grid.rows.values() for cell in cells if isinstance(cell, str)))
    found, conversions = convert_value({grid.name: texts})
    if not conversions:
        return grid
    converted = dict(zip(texts, found[grid.name], strict=True))
    rows = {
        number: [converted[cell] if isinstance(cell, str) else cell for cell in cells]
        for number, cells in grid.rows.items()
    }
    return replace(grid, rows=rows, notes=[*grid.notes, *(each.words for each in conversions)])


def _looks_like_table(grid: Grid) -> bool:
    wide = [cells for cells in grid.rows.values() if sum(value is not None for value in cells) >= _TABLE_CELLS]
    return len(wide) >= _TABLE_ROWS


def _headless(grid: Grid, line: int, kind: str | None) -> dict[str, Any]:
    detail = fill(
        "The sheet {sheet} has no header that the hub knows, so none of its {count:,} rows was read.",
        sheet=grid.name,
        count=len(grid.rows),
    )
    return {"line": line, "detail": detail, "expected": _expected(kind), "field": grid.name}


def _expected(kind: str | None) -> str:
    names = list(headers(kind or "policy").values())[:6]
    return fill(
        "a row with names of columns such as {names}; see `hub import --template {kind}`",
        names=list_names(names),
        kind=kind or "policy",
    )
