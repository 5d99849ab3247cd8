"""Split the entries of a file into batches that fit one transaction and memory."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from hashlib import blake2b

from hub.text_files import InputFile
from ingest.imports.entries import read_entries, read_record_keys
from ingest.imports.formats import READERS, ImportFormat
from ingest.record_chunks import take_chunk
from ingest.records import BatchEntry, ImportContext, RawRecord, Reject

MAX_RECORDS = 50
"""Largest number of records in one transaction, so that the log's head stays locked for a short time only."""


class BatchReader:
    """Entries after a position, in batches without two entries of the same source id or document and language.

    `rejected_lines` has the lines rejected so far and grows while batches are loaded.
    """

    def __init__(self, file_format: ImportFormat, context: ImportContext, position: int, rejected_lines: set[int]):
        self._format, self._context, self._position, self._rejected_lines = (
            file_format,
            context,
            position,
            rejected_lines,
        )
        self._line_of: dict[int, int] = {}
        """First line of each source id and language, by a short hash: a file may have very many of them."""

    async def read(self, source: InputFile) -> AsyncGenerator[list[BatchEntry], None]:
        """Yield the batches. Close the iterator: the next chunk is being read while a batch is loaded."""
        batch: list[BatchEntry] = []
        targets: set[object] = set()
        async with aclosing(self._entries(source)) as entries:
            async for entry in entries:
                entry_targets = _targets(entry)
                if targets & entry_targets:
                    yield batch
                    batch, targets = [], set()
                batch.append(self._flag_duplicate(entry))
                targets |= entry_targets
                if len(batch) >= MAX_RECORDS:
                    yield batch
                    batch, targets = [], set()
        if batch:
            yield batch

    async def _entries(self, source: InputFile) -> AsyncGenerator[BatchEntry, None]:
        """Read the records of a file, a chunk at a time. Records before the position are only indexed.

        One chunk is read ahead, by the child process of the sandbox, while the entries before it are loaded.
        """
        # Spreadsheets are read here as a whole, which takes a while.
        records = await asyncio.to_thread(READERS[self._format].records, source, self._context)
        ahead = self._begin_chunk(records)
        try:
            while ahead is not None:
                entries = await ahead
                ahead = self._begin_chunk(records)
                for entry in entries:
                    yield entry
        finally:
            if ahead is not None:
                ahead.cancel()
                await asyncio.gather(ahead, return_exceptions=True)

    def _begin_chunk(self, records: Iterator[RawRecord]) -> asyncio.Task[list[BatchEntry]] | None:
        """Begin to read the next chunk; None at the end of the file."""
        chunk = take_chunk(records, MAX_RECORDS, lambda raw: raw.size)
        return asyncio.create_task(self._read_chunk(chunk)) if chunk else None

    async def _read_chunk(self, chunk: Sequence[RawRecord]) -> list[BatchEntry]:
        whole = [raw for raw in chunk if raw.failure is None]
        await self._index_processed([raw for raw in whole if raw.line <= self._position])
        due = [raw for raw in whole if raw.line > self._position]
        read = {entry.line: entry for entry in await read_entries(self._format, due, self._context)}
        return [
            Reject(raw.line, None, raw.failure, raw.value) if raw.failure is not None else read[raw.line]
            for raw in chunk
            if raw.line > self._position
        ]

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

    async def _index_processed(self, records: Sequence[RawRecord]) -> None:
        """Index records that were processed before this run was interrupted."""
        accepted = [raw for raw in records if raw.line not in self._rejected_lines]
        for raw, key in zip(accepted, await read_record_keys(self._format, accepted), strict=True):
            if key is not None:
                self._line_of.setdefault(_short_hash(*key), raw.line)


def _targets(entry: BatchEntry) -> set[object]:
    if isinstance(entry, Reject):
        return set()
    return {(entry.source_id, entry.lang), (entry.document_id, entry.lang)}


def _short_hash(source_id: str, lang: str) -> int:
    return int.from_bytes(blake2b(f"{source_id}\n{lang}".encode(), digest_size=8).digest())
