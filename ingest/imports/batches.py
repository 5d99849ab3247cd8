"""Split the entries of a file into batches that fit one transaction and memory."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b

from hub.errors import HubError
from hub.text_files import InputFile
from ingest.imports.formats import FormatReader
from ingest.records import BatchEntry, ImportContext, RawRecord, Reason, Reject, RejectionCode

MAX_RECORDS = 50
"""Largest number of records in one transaction, so that the log's head stays locked for a short time only."""
MAX_BYTES = 16_000_000
"""Largest size of a batch in memory, in bytes, not counting the record being read."""


class BatchReader:
    """Entries after a position, in batches without two entries of the same source id or document and language.

    `rejected_lines` has the lines rejected so far and grows while batches are loaded.
    """

    def __init__(self, reader: FormatReader, context: ImportContext, position: int, rejected_lines: set[int]):
        self._reader, self._context, self._position, self._rejected_lines = reader, context, position, rejected_lines
        self._line_of: dict[int, int] = {}
        """First line of each source id and language, by a short hash: a file may have very many of them."""

    def read(self, source: InputFile) -> Iterator[list[BatchEntry]]:
        batch: list[BatchEntry] = []
        targets: set[object] = set()
        size = 0
        for raw in self._reader.records(source):
            if raw.line <= self._position:
                self._index_processed(raw)
                continue
            entry = self._entry(raw)
            entry_targets = _targets(entry)
            if batch and (len(batch) >= MAX_RECORDS or size + raw.size > MAX_BYTES or targets & entry_targets):
                yield batch
                batch, targets, size = [], set(), 0
            batch.append(self._flag_duplicate(entry))
            targets |= entry_targets
            size += raw.size
        if batch:
            yield batch

    def _entry(self, raw: RawRecord) -> BatchEntry:
        if raw.failure is not None:
            return Reject(raw.line, None, raw.failure, raw.value)
        try:
            return self._reader.read(raw, self._context)
        except HubError as problem:
            reason = Reason.of(problem)
        except Exception as problem:  # a record that no rule foresaw must not stop the others
            reason = Reason(RejectionCode.internal_error, f"{type(problem).__name__}: {problem}"[:1_000])
        key = self._reader.key(raw.value)
        return Reject(raw.line, key[0] if key else None, reason, raw.value)

    def _flag_duplicate(self, entry: BatchEntry) -> BatchEntry:
        """Set `duplicate_of_line` when an earlier record of this file with the same source id was accepted."""
        if isinstance(entry, Reject):
            return entry
        short = _short_hash(entry.source_id, entry.lang)
        first = self._line_of.get(short)
        if first is not None and first not in self._rejected_lines:
            return replace(entry, duplicate_of_line=first)
        self._line_of[short] = entry.line
        return entry

    def _index_processed(self, raw: RawRecord) -> None:
        """Index a record that was processed before this run was interrupted."""
        key = self._reader.key(raw.value) if raw.failure is None else None
        if key is not None and raw.line not in self._rejected_lines:
            self._line_of.setdefault(_short_hash(*key), raw.line)


def _targets(entry: BatchEntry) -> set[object]:
    if isinstance(entry, Reject):
        return set()
    return {(entry.source_id, entry.lang), (entry.document_id, entry.lang)}


def _short_hash(source_id: str, lang: str) -> int:
    return int.from_bytes(blake2b(f"{source_id}\n{lang}".encode(), digest_size=8).digest())
