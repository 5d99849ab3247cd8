"""A chunk of the records of an import file, read in `hub.sandbox`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hub.errors import HubError
from hub.registry.known_names import RegistryNames
from hub.text_files import FileLine
from ingest.chunk_body import cut_records
from ingest.encodings import convert_value
from ingest.imports.formats import READERS, FormatReader, ImportFormat
from ingest.reason_texts import dump_reason
from ingest.records import ImportContext, Reason, RejectionCode
from ingest.spreadsheets.table_names import NameTables, TableNames

RecordKey = tuple[str, str]
"""Source id and language."""
_IDENTIFIERS = ("id", "source_id")
"""Members that stay as they are, so that a record is known again."""


def read_records(
    body: bytes,
    sizes: Sequence[int],
    file_format: str,
    file_name: str,
    agency: str,
    languages: Sequence[str],
    table_names: NameTables | None = None,
) -> list[dict[str, Any]]:
    """Read the records of a chunk, each as an item or as the reason for its rejection."""
    reader = READERS[ImportFormat(file_format)]
    # The registry is not known here: names are looked up by `FormatReader.finish`.
    by_name = None if table_names is None else TableNames(table_names)
    context = ImportContext(file_name, agency, tuple(languages), RegistryNames(()), table_names=by_name)
    return [_read_record(reader, FileLine(0, data, len(data)), context) for data in cut_records(body, sizes)]


def _read_record(reader: FormatReader, line: FileLine, context: ImportContext) -> dict[str, Any]:
    raw = reader.parse(line)
    reason, source_id = raw.failure, None
    if reason is None:
        try:
            value, conversions = convert_value(raw.value, except_for=_IDENTIFIERS)
            item = reader.read(replace(raw, value=value), context)
            return replace(item, conversions=tuple(conversions), original=raw.value).to_dict()
        except HubError as problem:
            reason = Reason.of(problem)
        except MemoryError:
            raise
        except Exception as problem:  # a record that no rule foresaw must not stop the others
            reason = Reason(RejectionCode.internal_error, f"{type(problem).__name__}: {problem}"[:1_000])
        key = reader.key(raw.value)
        source_id = key[0] if key else None
    return {"reason": dump_reason(reason), "source_id": source_id, "original": raw.value}


def read_keys(body: bytes, sizes: Sequence[int], file_format: str) -> list[RecordKey | None]:
    """Read the keys of the records of a chunk."""
    reader = READERS[ImportFormat(file_format)]
    raws = [reader.parse(FileLine(0, data, len(data))) for data in cut_records(body, sizes)]
    return [reader.key(raw.value) if raw.failure is None else None for raw in raws]
