"""Read the records of partners and JSONL files in the sandbox: identifier, content by the mapping, and all checks."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from hub.errors import InvalidInput
from hub.sandbox.runner import SandboxLimits
from ingest.extraction.errors import UnreadableFile
from ingest.imports.lines import excerpt
from ingest.reason_texts import dump_reason, load_reason
from ingest.record_chunks import read_chunk
from ingest.records import Reason
from ingest.sources.pipeline.delivery import DeliveredContent
from ingest.sources.pipeline.record_checks import read_records
from ingest.sources.pipeline.record_mapping import digest_of
from ingest.sources.rows import SourceRow
from ingest.sources.schemas import Mapping

_READ = "ingest.sources.pipeline.record_checks.read_records"
SMALL_CHUNK = 16_384
"""Bytes of a chunk that a program reads in a thread of its own process, where that is allowed."""


@dataclass(frozen=True)
class ReadRecord:
    """A record with its identifier, address, digest and content, or the reason for its quarantine.

    `record` is what is kept with the item when it is quarantined.
    """

    name: str
    url: str | None
    sha256: str
    record: Any
    content: DeliveredContent | None
    reason: Reason | None

    @classmethod
    def unread(cls, record: Any, reason: Reason) -> "ReadRecord":
        """A record that was not read, identified by its own digest."""
        digest = digest_of(record)
        return cls(f"sha256:{digest}", None, digest, record, None, reason)


class RecordReader:
    """Reads the records of one source."""

    def __init__(self, source: SourceRow, mapping: Mapping, limits: SandboxLimits):
        self._limits = limits
        rules = mapping.model_dump(include={"id", "fields", "defaults"})
        self._arguments: dict[str, Any] = {"kind": source.kind, "lang": source.lang, "rules": rules}

    async def read(self, records: Sequence[bytes], *, is_small_in_process: bool = False) -> list[ReadRecord]:
        """Read a chunk of records, each of them JSON.

        `is_small_in_process`: a chunk of at most `SMALL_CHUNK` bytes is read in a thread, without the sandbox.
        """
        if is_small_in_process and sum(map(len, records)) <= SMALL_CHUNK:
            sizes = [len(record) for record in records]
            found: list[Any] = await asyncio.to_thread(read_records, b"".join(records), sizes, **self._arguments)
        else:
            found = await read_chunk(_READ, records, self._arguments, self._limits)
        return [await self._read_record(record, each) for record, each in zip(records, found, strict=True)]

    async def _read_record(self, record: bytes, found: Any) -> ReadRecord:
        if isinstance(found, UnreadableFile):
            guilt = Reason.of(found)
            [found] = await read_chunk(_READ, [record], self._arguments | {"only_names": True}, self._limits)
            if isinstance(found, UnreadableFile):
                beginning = excerpt(record)
                digest = sha256(record).hexdigest()
                return ReadRecord(f"sha256:{digest}", None, digest, beginning, None, guilt)
            found["reason"] = dump_reason(guilt)
        reason = None if found["reason"] is None else load_reason(found["reason"])
        content = None
        if reason is None:
            try:
                content = DeliveredContent.from_dict(found["content"])
            except InvalidInput as problem:
                reason = Reason.of(problem)
        return ReadRecord(found["name"], found["url"], found["sha256"], found["record"], content, reason)
