"""Process one item: download, extract, then store, upsert and update its state, the last three in one transaction."""

from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from sqlalchemy.exc import SQLAlchemyError

from hub.db import Database
from hub.errors import HubError, ServiceUnavailable
from hub.faults import INTERNAL, describe_fault, is_outage
from hub.files.store import FileStore
from hub.problem_texts.templates import as_words, fill
from hub.sandbox.runner import SandboxLimits
from hub.times import now
from ingest.dedup import lock_kind
from ingest.imports.record_faults import reason_for
from ingest.reason_texts import dump_reason
from ingest.records import ImportContext, Reason
from ingest.sources.discovery.base import SourceAccess
from ingest.sources.http.fetcher import FetchError
from ingest.sources.pipeline import items, runs
from ingest.sources.pipeline.archive import Blob, attach_blobs, declared_type, release_original, store_blobs
from ingest.sources.pipeline.download import Download, download
from ingest.sources.pipeline.extract import ExtractedItem, ItemExtractor
from ingest.sources.pipeline.interruptions import Interruptions
from ingest.sources.pipeline.record_items import RecordProcessor, try_upsert, write_outcome
from ingest.sources.pipeline.record_reader import RecordReader
from ingest.sources.pipeline.upsert import is_unchanged
from ingest.sources.pipeline.vanished_items import is_gone
from ingest.sources.rows import ItemRow, SourceRow
from ingest.sources.schemas import SourceType
from ingest.sources.stored_original import find_original, read_original

log = structlog.get_logger()

FATAL = Reason(
    "fatal_item",
    fill("The process that read it ended before it was done, {attempts} times.", attempts=items.MAX_ATTEMPTS),
    expected=as_words("a look at the original, then a retry"),
)
OUTAGE_PAUSE = 60.0
"""Seconds after which an item is tried again whose bytes could not be stored or scanned; its attempt does not count."""


@dataclass
class ItemProcessor:
    """Processes the items of one run of one source."""

    database: Database
    store: FileStore
    access: SourceAccess
    source: SourceRow
    run: int
    context: ImportContext
    interruptions: Interruptions

    @property
    def record_processor(self) -> RecordProcessor:
        """The processor of records of the same run."""
        return RecordProcessor(self.source, self.run)

    @property
    def record_reader(self) -> RecordReader:
        """The reader of records of the same source."""
        return RecordReader(self.source, self.access.mapping, SandboxLimits.of(self.access.settings))

    async def process(self, item: ItemRow) -> None:
        """Process one item that is due. A failure is recorded with the item, and the run continues.

        Raises an outage, which is nobody's fault: the attempt is taken back.
        """
        async with self.interruptions.attempt(item.id, lambda session: items.return_attempt(session, item)):
            counts = not self.interruptions.is_counted(item.id)
            async with self.database.write() as session:
                may_read = await items.begin_attempt(session, item.id, counts=counts)
            if may_read:
                await self._process_counted(item)
            else:
                await self._quarantine(item, FATAL)

    async def _process_counted(self, item: ItemRow) -> None:
        try:
            if item.record is not None:
                await self._process_record(item)
            elif self._has_bytes(item):
                await self._process_finding(item)
            else:
                await self._quarantine(item, Reason("no_record", as_words("There is no stored record to retry.")))
        except FetchError as problem:
            await self._handle_fetch_error(item, problem)
        except ServiceUnavailable as problem:
            await self._schedule_retry(item, Reason.of(problem), after=OUTAGE_PAUSE, counts=False)
        except Exception as problem:
            if is_outage(problem):
                raise
            # What no rule foresaw is counted against this item alone, which is quarantined after all its attempts.
            log.warning("source_item_failed", item=item.id, source=item.source, problem=describe_fault(problem))
            await self._schedule_retry(item, Reason(INTERNAL, describe_fault(problem)), after=0.0)

    def _has_bytes(self, item: ItemRow) -> bool:
        """True for an item whose bytes can be had: a pushed file from the archive, others where they were found."""
        if self.source.type == SourceType.push:
            return item.original_id is not None
        return item.url is not None or self.source.type in (SourceType.folder, SourceType.bucket)

    async def _load_pushed(self, item: ItemRow) -> Download:
        """Load a pushed file from the archive, to be read again. Raises `StorageUnavailable`."""
        async with self.database.read() as connection:
            row = await find_original(connection, item.original_id)
        if row is None:
            raise FetchError("no_file", as_words("The pushed file is not stored any more."), transient=False)
        blob = Blob(await read_original(self.store, row), row.media_type, row.url)
        name = str(item.hints.get("name") or "file")
        return Download(blob, name, declared_type(row.media_type, item.hints), None, None, now())

    async def _process_finding(self, item: ItemRow) -> None:
        is_pushed = self.source.type == SourceType.push
        downloaded = await (self._load_pushed(item) if is_pushed else download(self.access, self.source, item))
        blob = downloaded.blob
        if blob is None or (item.sha256 == blob.sha256 and item.original_id is not None):
            await self._finish_unchanged(item, downloaded)
            return
        try:
            extracted = await ItemExtractor(self.access, self.source, self.context).extract(item, downloaded, blob)
            async with self.database.read() as connection:
                is_known = await is_unchanged(connection, self.source, extracted.delivery)
        except (FetchError, ServiceUnavailable, SQLAlchemyError, OSError):
            raise
        except Exception as problem:
            # What no rule foresaw is tried again, and kept with its bytes after the last attempt.
            if not isinstance(problem, HubError) and item.attempts + 1 < items.MAX_ATTEMPTS:
                raise
            await self._quarantine_unreadable(item, downloaded, blob, reason_for(problem))
            return
        await self._save_item(item, extracted, downloaded, is_known=is_known)

    async def _save_item(
        self, item: ItemRow, extracted: ExtractedItem, downloaded: Download, *, is_known: bool
    ) -> None:
        parts = [] if is_known else await store_blobs(self.database, self.store, extracted.blobs)
        async with self.database.write() as session:
            await lock_kind(session, self.source.kind, self.source.lang)
            if await items.lock_waiting(session, item.id) is None:
                return
            result = await try_upsert(session, self.source, extracted.delivery)
            original = await attach_blobs(session, self.source.code, extracted.blobs, parts, result.document_id)
            values: dict[str, Any] = {"original_id": original or item.original_id}
            if result.reason is None:
                values |= {"etag": downloaded.etag, "last_modified": downloaded.last_modified}
                values |= {"sha256": extracted.delivery.sha256}
            await write_outcome(session, self.run, item, result, **values)

    async def _finish_unchanged(self, item: ItemRow, downloaded: Download) -> None:
        """Finish an item that did not change, in the state that it had."""
        state = items.QUARANTINED if item.outcome is None else items.DONE
        validators = {
            "etag": downloaded.etag or item.etag,
            "last_modified": downloaded.last_modified or item.last_modified,
        }
        async with self.database.write() as session:
            if await items.lock_waiting(session, item.id) is not None:
                await items.finish_item(session, item.id, state, **validators)
                await runs.add_counts(session, self.run, {"not_modified": 1})

    async def _quarantine_unreadable(self, item: ItemRow, downloaded: Download, blob: Blob, reason: Reason) -> None:
        """Quarantine an item with its bytes, for a person to look at. It is processed again when the bytes change."""
        parts = await store_blobs(self.database, self.store, [blob])
        async with self.database.write() as session:
            if await items.lock_waiting(session, item.id) is None:
                return
            original = await attach_blobs(session, self.source.code, [blob], parts, None)
            await release_original(session, item.original_id)
            values = {
                "etag": downloaded.etag,
                "last_modified": downloaded.last_modified,
                "sha256": blob.sha256,
                "outcome": None,
                "reason": dump_reason(reason),
                "original_id": original,
            }
            await items.finish_item(session, item.id, items.QUARANTINED, **values)
            await runs.add_counts(session, self.run, {"quarantined": 1})

    async def _handle_fetch_error(self, item: ItemRow, problem: FetchError) -> None:
        reason = Reason(problem.code, problem.detail)
        if problem.transient:
            await self._schedule_retry(item, reason, after=problem.delay, counts=problem.code != "host_rests")
        elif is_gone(problem) and item.document_id is not None:
            async with self.database.write() as session:
                if await items.lock_waiting(session, item.id) is not None:
                    await items.finish_item(session, item.id, items.VANISHED, etag=None, last_modified=None)
                    await runs.add_counts(session, self.run, {"vanished": 1})
        else:
            await self._quarantine(item, reason)

    async def _schedule_retry(self, item: ItemRow, reason: Reason, *, after: float, counts: bool = True) -> None:
        async with self.database.write() as session:
            row = await items.lock_waiting(session, item.id)
            if row is None:
                return
            state = await items.schedule_retry(session, row, reason, delay=after, counts=counts)
            counted = "quarantined" if state == items.QUARANTINED else "failed"
            await runs.add_counts(session, self.run, {counted: int(counts)})

    async def _quarantine(self, item: ItemRow, reason: Reason) -> None:
        async with self.database.write() as session:
            if await items.lock_waiting(session, item.id) is not None:
                values = {"outcome": None, "reason": dump_reason(reason)}
                await items.finish_item(session, item.id, items.QUARANTINED, **values)
                await runs.add_counts(session, self.run, {"quarantined": 1})

    async def _process_record(self, item: ItemRow) -> None:
        """Retry a quarantined record as it was delivered."""
        [record] = await self.record_reader.read([orjson.dumps(item.record)])
        async with self.database.write() as session:
            await lock_kind(session, self.source.kind, self.source.lang)
            if await items.lock_waiting(session, item.id) is not None:
                await self.record_processor.process(session, item, record)
