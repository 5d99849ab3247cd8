"""Tables to fill in, one for each kind: headers in Vietnamese, a row as an example, notes and lists of values."""

import csv
from io import StringIO

from hub.domain.spreadsheet_cells import BOM
from ingest.spreadsheets.column_names import IGNORED, column_form, headers, load_data

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


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
    # Imported with the first workbook: it takes 15 MB of memory, and a web process seldom needs it.
    from ingest.spreadsheets.template_workbook import write_template_workbook

    return write_template_workbook(kind, template_columns(kind))
