"""The formats of `hub import`, and their detection."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

from hub.content.checked_content import CheckedContent, record_digest
from hub.errors import SetupProblem
from hub.registry.known_names import RegistryNames
from hub.text_files import FileLine, InputFile
from ingest.imports import read_jsonl, read_legal, read_sheet, read_text
from ingest.imports.lines import decode_plain_text, json_lines, parse_line, raw_lines, raw_text
from ingest.names import map_names
from ingest.records import ImportContext, ImportItem, RawRecord, Reason
from ingest.spreadsheets.kinds_of_files import TEXT_ENDINGS, WORKBOOKS


class ImportFormat(StrEnum):
    """Values of `--format` (định dạng)."""

    auto = "auto"
    jsonl = "jsonl"
    legal = "legal"
    text = "text"
    sheet = "sheet"


@dataclass(frozen=True)
class FormatReader:
    """The reader of one format: from a file to the bytes of its records, and from these to an item of the hub.

    `parse`, `key` and `read` run in the sandbox; `finish` adds what only the hub knows, and `locate` puts the reason of
    a rejected record in the terms of the file.
    """

    source: str
    records: Callable[[InputFile, ImportContext], Iterator[RawRecord]]
    parse: Callable[[FileLine], RawRecord]
    key: Callable[[Any], tuple[str, str] | None]
    read: Callable[[RawRecord, ImportContext], ImportItem]
    finish: Callable[[ImportItem, ImportContext], ImportItem]
    locate: Callable[[Reason, Any], Reason] = lambda reason, _: reason


_WITH_CODES = (read_jsonl.SOURCE_NAME, read_sheet.SOURCE_NAME)
"""Sources whose records come with the codes of their issuers."""


def _finish(item: ImportItem, context: ImportContext) -> ImportItem:
    """Look up all names and codes in the registry, as of the day of issue; an unknown owner is asked about."""
    names, doubts = context.names, item.doubts
    owner = item.owner if item.owner in names.codes else context.agency
    if owner != item.owner:
        doubts = (*doubts, f"agency: The registry has no agency `{item.owner}`; the document was given to {owner}.")
    checked, found = map_names(item.checked, names, owner)
    earlier = item.checked if item.source in _WITH_CODES else _with_issuer_codes(item.checked, names)
    forms = {earlier.without_marks().sha256} - {checked.sha256}
    return replace(
        item,
        owner=owner,
        checked=checked,
        doubts=(*doubts, *found),
        earlier_digests=tuple(record_digest(sha, item.change_note) for sha in sorted(forms)),
    )


def _finish_row(item: ImportItem, context: ImportContext) -> ImportItem:
    return read_sheet.name_unmapped(_finish(item, context))


def _with_issuer_codes(checked: CheckedContent, names: RegistryNames) -> CheckedContent:
    """The content with codes for its issuers alone, as it was stored before other names were looked up."""
    on = checked.issued_on
    codes = {one["name"]: names.code(one["name"], on) for one in checked.stored["issuers"] if on is not None}
    return checked.with_issuer_codes(codes)


def _lines(source: InputFile, _: ImportContext) -> Iterator[RawRecord]:
    return raw_lines(source)


def _whole_text(source: InputFile, _: ImportContext) -> Iterator[RawRecord]:
    return raw_text(source)


READERS: dict[ImportFormat, FormatReader] = {
    ImportFormat.jsonl: FormatReader(
        read_jsonl.SOURCE_NAME, _lines, parse_line, read_jsonl.key, read_jsonl.read, _finish
    ),
    ImportFormat.legal: FormatReader(
        read_legal.SOURCE_NAME, _lines, parse_line, read_legal.key, read_legal.read, _finish
    ),
    ImportFormat.text: FormatReader(
        read_text.SOURCE_NAME, _whole_text, decode_plain_text, read_text.key, read_text.read, _finish
    ),
    ImportFormat.sheet: FormatReader(
        read_sheet.SOURCE_NAME,
        read_sheet.sheet_rows,
        parse_line,
        read_sheet.key,
        read_sheet.read,
        _finish_row,
        read_sheet.locate,
    ),
}

_JSON_ENDINGS = (".jsonl", ".ndjson", ".json")
_PROBE_RECORDS = 20
"""Records that are checked before the format counts as unknown."""


def detect(path: Path) -> ImportFormat:
    """Detect the format of a file by its suffix, its first byte and the keys of its first records.

    Raises `SetupProblem` when they are not enough.
    """
    ending = Path(path.name.lower().removesuffix(".gz")).suffix
    with InputFile(path) as source:
        if source.kind in WORKBOOKS or ending in TEXT_ENDINGS:
            return ImportFormat.sheet
        if ending == ".txt" or source.kind is not None:
            # Of a file of another kind, the reader of texts says the kind in words.
            return ImportFormat.text
        for position, raw in enumerate(islice(json_lines(source), _PROBE_RECORDS)):
            if raw.failure is None and isinstance(raw.value, dict):
                if {"source_id", "content"} & raw.value.keys():
                    return ImportFormat.jsonl
                if {"articles", "issued_date"} & raw.value.keys():
                    return ImportFormat.legal
            elif position == 0 and ending not in _JSON_ENDINGS and not str(raw.value).lstrip().startswith("{"):
                return ImportFormat.text
    if ending in _JSON_ENDINGS:
        return ImportFormat.jsonl
    raise SetupProblem(
        f"The format of {path} cannot be detected from its first lines; set it with --format jsonl|legal|text|sheet."
    )
