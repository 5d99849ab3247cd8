"""The records of an import file to items of the hub, a chunk at a time; the reading itself runs in the sandbox."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hub.sandbox.runner import DEFAULT_LIMITS
from ingest.extraction.errors import UnreadableFile
from ingest.imports.chunk import RecordKey
from ingest.imports.formats import READERS, FormatReader, ImportFormat
from ingest.imports.lines import excerpt
from ingest.reason_texts import load_reason
from ingest.record_chunks import read_chunk
from ingest.records import BatchEntry, ImportContext, ImportItem, RawRecord, Reason, Reject

_READ, _KEYS = (f"ingest.imports.chunk.{name}" for name in ("read_records", "read_keys"))


async def read_entries(
    file_format: ImportFormat, records: Sequence[RawRecord], context: ImportContext
) -> list[BatchEntry]:
    """Read whole records of a file as items, or as rejects with their reasons."""
    arguments = {
        "file_format": file_format.value,
        "file_name": context.file_name,
        "agency": context.agency,
        "languages": context.languages,
        "table_names": context.table_names.tables if context.table_names else None,
    }
    results = await read_chunk(_READ, [raw.value for raw in records], arguments, DEFAULT_LIMITS)
    reader = READERS[file_format]
    return [_entry(raw, result, reader, context) for raw, result in zip(records, results, strict=True)]


async def read_record_keys(file_format: ImportFormat, records: Sequence[RawRecord]) -> list[RecordKey | None]:
    """Read the keys of whole records; None for a record without one."""
    results = await read_chunk(
        _KEYS, [raw.value for raw in records], {"file_format": file_format.value}, DEFAULT_LIMITS
    )
    return [None if found is None or isinstance(found, UnreadableFile) else (found[0], found[1]) for found in results]


def _entry(raw: RawRecord, result: Any, reader: FormatReader, context: ImportContext) -> BatchEntry:
    if isinstance(result, UnreadableFile):
        return Reject(raw.line, None, Reason.of(result), excerpt(raw.value))
    if "reason" in result:
        return Reject(raw.line, result["source_id"], load_reason(result["reason"]), result["original"])
    item = ImportItem.from_dict(result)
    return reader.finish(replace(item, line=raw.line), context)
