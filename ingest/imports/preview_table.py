"""The preview of an import: a table on a terminal, plain lines elsewhere; and the file of what is set aside."""

import csv
import sys
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import TextIO

from openpyxl import Workbook
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hub.domain.spreadsheet_cells import BOM, escape_formula
from hub.errors import SetupProblem
from hub.text import remove_invalid_xml
from ingest.imports.outcomes import RecordOutcome
from ingest.imports.preview import FilePreview
from ingest.spreadsheets.corrections import RejectedRow, write_corrections_csv, write_corrections_xlsx

MAX_TOLD = 200
"""Records of a file that are told one by one."""
ENDINGS = (".csv", ".xlsx")
_OUTCOMES = {"created": "created", "changed": "changed", "joined": "joined", "unchanged": "unchanged"}
_LINES_HEADER = ["line", "source_id", "reason", "field", "expected"]


def print_preview(previews: Sequence[FilePreview], out: TextIO | None = None) -> None:
    """Print what an import would do; records that would not change are only counted."""
    out = out or sys.stdout
    for preview in previews:
        told = [outcome for outcome in preview.outcomes if outcome.is_worth_telling]
        # What somebody has to look at comes first.
        told.sort(key=lambda each: (each.reason is None, not each.doubts, each.line))
        if told and out.isatty():
            _print_table(told[:MAX_TOLD], preview.name, out)
        else:
            for each in told[:MAX_TOLD]:
                print("\t".join((each.where, _words(each), each.title or "", each.why)).rstrip(), file=out)
        if len(told) > MAX_TOLD:
            print(f"… and {len(told) - MAX_TOLD:,} more of {preview.name}", file=out)
        for note in preview.notes:
            print(f"{preview.name}, {note}", file=out)
        print(f"{preview.name} ({preview.format}): {_counts(preview)}; nothing was written", file=out)


def check_report_path(path: Path) -> None:
    """Raise `SetupProblem` for a report that cannot be written, before anything is read."""
    if path.suffix.lower() not in ENDINGS:
        raise SetupProblem(f"{path.name} does not say its format; a report ends in .csv or .xlsx.")
    if not path.parent.is_dir():
        raise SetupProblem(f"There is no folder {path.parent}.")


def write_report(path: Path, outcomes: Iterable[RecordOutcome]) -> int:
    """Write the records that are set aside: rows of tables to correct and send again, others by line.

    Returns their number. Raises `SetupProblem` when the file cannot be written.
    """
    aside = [outcome for outcome in outcomes if outcome.reason is not None]
    rows = [RejectedRow(each.original, each.why) for each in aside if each.place is not None]
    is_csv = path.suffix.lower() == ".csv"
    if rows or not aside:
        body = write_corrections_csv(rows) if is_csv else write_corrections_xlsx(rows)
    else:
        body = _lines_csv(aside) if is_csv else _lines_xlsx(aside)
    try:
        path.write_bytes(body)
    except OSError as problem:
        raise SetupProblem(f"The report {path} cannot be written: {problem.strerror}.") from problem
    return len(aside)


def _words(outcome: RecordOutcome) -> str:
    name = _OUTCOMES.get(outcome.name, "set aside")
    return f"{name}, with doubts" if outcome.doubts else name


def _counts(preview: FilePreview) -> str:
    names = ("created", "changed", "joined", "unchanged", "set_aside")
    counts = ", ".join(f"{preview.counts.get(name, 0)} {name.replace('_', ' ')}" for name in names)
    doubtful = sum(bool(each.doubts) for each in preview.outcomes)
    waiting = f", {doubtful} with doubts would wait for an editor" if doubtful else ""
    return f"{counts}; {preview.published} would be published{waiting}"


def _print_table(told: Sequence[RecordOutcome], name: str, out: TextIO) -> None:
    table = Table("where", "outcome", "title", "why", title=name)
    colours = {"created": "green", "changed": "yellow", "joined": "cyan", "unchanged": "", "set_aside": "red"}
    for each in told:
        cells = (each.where, _words(each), each.title or "", each.why)
        table.add_row(*map(escape, cells), style=colours[each.name])
    Console(file=out).print(table)


def _lines(aside: Iterable[RecordOutcome]) -> Iterable[list[str]]:
    yield _LINES_HEADER
    for each in aside:
        reason = each.reason
        assert reason is not None  # noqa: S101 - records without one are not set aside
        texts = (str(each.line), each.source_id or "", reason.detail, reason.field or "", reason.expected or "")
        yield [escape_formula(remove_invalid_xml(text)) for text in texts]


def _lines_csv(aside: Iterable[RecordOutcome]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(_lines(aside))
    return (BOM + text.getvalue()).encode()


def _lines_xlsx(aside: Iterable[RecordOutcome]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("set aside")
    for line in _lines(aside):
        sheet.append(line)
    file = BytesIO()
    book.save(file)
    return file.getvalue()
