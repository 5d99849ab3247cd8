"""Entries of a file in batches that fit one transaction and memory."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b

from hub.errors import HubError
from ingest.imports.formats import Reader
from ingest.imports.lines import Source
from ingest.records import Context, Entry, Raw, Reason, Reject, Why

RECORDS = 50
"""Most records of one transaction: the log's head stays locked for a short time only."""
BYTES = 16_000_000
"""Most bytes of records held in memory at once, beside the record being read."""


class Batches:
    """Entries behind a position, in batches in which no source id and no document stands twice in a language.

    `set_aside` holds the lines rejected so far and grows while batches are loaded.
    """

    def __init__(self, reader: Reader, context: Context, position: int, set_aside: set[int]):
        self._reader, self._context, self._position, self._set_aside = reader, context, position, set_aside
        self._line_of: dict[int, int] = {}
        """Where a source id and language stood first, by a short hash: a file may have very many of them."""

    def of(self, source: Source) -> Iterator[list[Entry]]:
        batch: list[Entry] = []
        targets: set[object] = set()
        size = 0
        for raw in self._reader.records(source):
            if raw.line <= self._position:
                self._passed(raw)
                continue
            entry = self._entry(raw)
            wanted = _targets(entry)
            if batch and (len(batch) >= RECORDS or size + raw.size > BYTES or targets & wanted):
                yield batch
                batch, targets, size = [], set(), 0
            batch.append(self._marked(entry))
            targets |= wanted
            size += raw.size
        if batch:
            yield batch

    def _entry(self, raw: Raw) -> Entry:
        if raw.failure is not None:
            return Reject(raw.line, None, raw.failure, raw.value)
        try:
            return self._reader.read(raw, self._context)
        except HubError as problem:
            reason = Reason.of(problem)
        except Exception as problem:  # a record that no rule foresaw must not stop the others
            reason = Reason(Why.internal_error, f"{type(problem).__name__}: {problem}"[:1_000])
        key = self._reader.key(raw.value)
        return Reject(raw.line, key[0] if key else None, reason, raw.value)

    def _marked(self, entry: Entry) -> Entry:
        """The entry, told of the earlier record of this file that was taken for the same source id."""
        if isinstance(entry, Reject):
            return entry
        short = _short(entry.source_id, entry.lang)
        first = self._line_of.get(short)
        if first is not None and first not in self._set_aside:
            return replace(entry, repeats=first)
        self._line_of[short] = entry.line
        return entry

    def _passed(self, raw: Raw) -> None:
        """Remember a record that an earlier start of this run decided."""
        key = self._reader.key(raw.value) if raw.failure is None else None
        if key is not None and raw.line not in self._set_aside:
            self._line_of.setdefault(_short(*key), raw.line)


def _targets(entry: Entry) -> set[object]:
    if isinstance(entry, Reject):
        return set()
    return {(entry.source_id, entry.lang), (entry.document_id, entry.lang)}


def _short(source_id: str, lang: str) -> int:
    return int.from_bytes(blake2b(f"{source_id}\n{lang}".encode(), digest_size=8).digest())
