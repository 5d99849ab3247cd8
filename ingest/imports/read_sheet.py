"""The reader of spreadsheets: rows of all sheets as records, and each of them as an item, with its faults by cell."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from hub.errors import InvalidInput
from hub.problem_texts.templates import as_words, fill
from hub.sandbox.runner import DEFAULT_LIMITS, call_in_sandbox
from hub.text_files import InputFile, read_whole
from ingest.extraction.errors import ERRORS_BY_CODE, UnreadableFile
from ingest.imports.prepare import prepare_item
from ingest.records import ImportContext, ImportItem, RawRecord, Reason, RejectionCode
from ingest.spreadsheets.other_kinds import build_bulletin, build_draft, build_statement
from ingest.spreadsheets.policies import build_policy
from ingest.spreadsheets.row import Row
from ingest.spreadsheets.table_names import TableNames

SOURCE_NAME = "sheet"
MAX_BYTES = 30_000_000
"""Largest size of a spreadsheet."""
READ_FUNCTION = "ingest.spreadsheets.reader.read_table"
_BUILDERS = {"policy": build_policy, "draft": build_draft, "bulletin": build_bulletin, "statement": build_statement}
IDENTITY = {
    "policy": "an id, a number, a title or a text",
    "draft": "an id, a title or a text",
    "bulletin": "an id, a title or a text",
    "statement": "an id, a title or a text",
}
"""Values that identify a row, by kind; each has a Vietnamese form."""


def sheet_rows(source: InputFile, context: ImportContext) -> Iterator[RawRecord]:
    """Read the rows of a file in the sandbox, all at once: a workbook has no order in which it could be streamed.

    Notes about the file as a whole are added to `source.notes`.
    """
    whole = read_whole(source, MAX_BYTES)
    if whole.problem is not None:
        reason = Reason(
            RejectionCode.broken_file,
            as_words("The file is not whole, or too large."),
            None,
            fill("at most {most:,} bytes", most=MAX_BYTES),
        )
        return iter([RawRecord(1, None, 0, reason)])
    arguments = {"name": context.file_name, "kind": context.table_kind, "agency": context.agency}
    try:
        found = call_in_sandbox(READ_FUNCTION, whole.data, arguments, DEFAULT_LIMITS, ERRORS_BY_CODE)
    except UnreadableFile as problem:
        return iter([RawRecord(1, None, 0, Reason.of(problem))])
    source.notes += found["notes"]
    return iter(rows_of_table(found))


def rows_of_table(found: Mapping[str, Any]) -> list[RawRecord]:
    """The records and failures of `ingest.spreadsheets.reader.read_table`, by line."""
    raws = [RawRecord(each["line"], (packed := orjson.dumps(each)), len(packed)) for each in found["records"]]
    for failure in found["failures"]:
        reason = Reason(RejectionCode.broken_file, failure["detail"], failure["field"], failure["expected"])
        raws.append(RawRecord(failure["line"], None, 0, reason))
    return sorted(raws, key=lambda raw: raw.line)


def key(value: Any) -> tuple[str, str] | None:
    """Source id and language of a row."""
    found = value.get("id") if isinstance(value, dict) else None
    return (found, "vi") if isinstance(found, str) else None


def read(raw: RawRecord, context: ImportContext) -> ImportItem:
    """Read the document of a row. Raises `InvalidInput` that names its place by sheet, row and column."""
    record = raw.value
    if not isinstance(record, dict) or record.get("kind") not in _BUILDERS or "cells" not in record:
        raise InvalidInput("This is no row of a table.", expected="a row that `hub import` has read")
    row = Row.of(record)
    content = _BUILDERS[row.kind](row, context.table_names or TableNames({}), context.agency)
    source_id = record.get("id")
    if source_id is None:
        place = row.place("number" if row.kind == "policy" else "title")
        detail = fill("{place}: Nothing identifies the row. {doubts}", place=place, doubts=" ".join(row.doubts))
        raise InvalidInput(
            detail if row.doubts else fill("{place}: Nothing identifies the row.", place=place),
            field=place,
            expected=as_words(IDENTITY[row.kind]),
        )
    try:
        item = prepare_item(
            raw,
            context,
            source=SOURCE_NAME,
            source_id=str(source_id),
            kind=row.kind,
            content=content,
            change_note=row.line("change_note"),
            identity=record.get("identity"),
        )
    except InvalidInput as refusal:
        raise _locate_refusal(refusal, row) from refusal
    doubts = tuple(dict.fromkeys((*row.doubts, *(_locate_doubt(doubt, row) for doubt in item.doubts))))
    return replace(item, doubts=doubts, kept=row.kept)


def name_unmapped(item: ImportItem) -> ImportItem:
    """The item with a note for each cell whose words the registry does not know; that is no doubt."""
    words: dict[str, list[str]] = {}
    for each in item.content.get("unmapped") or ():
        words.setdefault(each["field"], []).append(f"`{each['text'][:60]}`")
    row = Row.of(item.original)
    notes = {row.place(field): f"the registry does not know {', '.join(found)}" for field, found in words.items()}
    return replace(item, kept={**item.kept, **notes})


def locate(reason: Reason, original: Any) -> Reason:
    """The reason with the place of the cell that it is about, or of the row."""
    if not isinstance(original, dict) or "cells" not in original or "!" in (reason.field or ""):
        return reason
    row = Row.of(original)
    named = {"source_id": "id" if row.has_column("id") else "number", "kind": "kind"}.get(reason.field or "")
    place = row.place(named) if named in row.cells else row.place_of_path(reason.field or "")
    place = place or f"{row.sheet}!{row.number}"
    return replace(reason, detail=fill("{place}: {detail}", place=place, detail=reason.detail), field=place)


def _locate_refusal(problem: InvalidInput, row: Row) -> InvalidInput:
    place = row.place_of_path(problem.field or "") or f"{row.sheet}!{row.number}"
    return InvalidInput(
        fill("{place}: {detail}", place=place, detail=problem.detail), field=place, expected=problem.expected
    )


def _locate_doubt(doubt: str, row: Row) -> str:
    path, colon, detail = doubt.partition(": ")
    place = row.place_of_path(path) if colon and " " not in path else None
    return f"{place}: {detail}" if place else doubt
