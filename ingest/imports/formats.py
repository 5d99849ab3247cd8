"""The formats of `hub import`, and their detection."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

from hub.errors import SetupProblem
from hub.text_files import InputFile
from ingest.imports import read_jsonl, read_legal, read_text
from ingest.imports.lines import json_lines, whole_text
from ingest.records import ImportContext, ImportItem, RawRecord


class ImportFormat(StrEnum):
    """Values of `--format` (định dạng)."""

    auto = "auto"
    jsonl = "jsonl"
    legal = "legal"
    text = "text"


@dataclass(frozen=True)
class FormatReader:
    """The reader of one format: from a file to raw records, and from a raw record to an item of the hub."""

    source: str
    records: Callable[[InputFile], Iterator[RawRecord]]
    key: Callable[[Any], tuple[str, str] | None]
    read: Callable[[RawRecord, ImportContext], ImportItem]


READERS: dict[ImportFormat, FormatReader] = {
    ImportFormat.jsonl: FormatReader(read_jsonl.SOURCE_NAME, json_lines, read_jsonl.key, read_jsonl.read),
    ImportFormat.legal: FormatReader(read_legal.SOURCE_NAME, json_lines, read_legal.key, read_legal.read),
    ImportFormat.text: FormatReader(read_text.SOURCE_NAME, whole_text, read_text.key, read_text.read),
}

_JSON_ENDINGS = (".jsonl", ".ndjson", ".json")
_PROBE_RECORDS = 20
"""Records that are checked before the format counts as unknown."""


def detect(path: Path) -> ImportFormat:
    """Detect the format of a file by its suffix, its first byte and the keys of its first records.

    Raises `SetupProblem` when they are not enough.
    """
    ending = Path(path.name.lower().removesuffix(".gz")).suffix
    if ending == ".txt":
        return ImportFormat.text
    with InputFile(path) as source:
        if source.kind is not None:
            # Its reader rejects the file with its kind in words.
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
        f"The format of {path} cannot be detected from its first lines; set it with --format jsonl|legal|text."
    )
