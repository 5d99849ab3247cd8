"""One item from due to settled: brought, read, kept, taken in, and its state written, the last three at once."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from hub.db import Database
from hub.errors import ServiceUnavailable
from hub.files.store import FileStore
from ingest.dedup import lock_kind
from ingest.imports.load import reason_for
from ingest.records import ImportContext, Reason
from ingest.sources.discovery.base import SourceAccess
from ingest.sources.http.fetcher import FetchError
from ingest.sources.pipeline import items, runs
from ingest.sources.pipeline.archive import Blob, attach_blobs, release_original, store_blobs
from ingest.sources.pipeline.download import Download, download, is_gone
from ingest.sources.pipeline.extract import ExtractedItem, ItemExtractor
from ingest.sources.pipeline.record_items import RecordProcessor, try_upsert, write_outcome
from ingest.sources.pipeline.upsert import is_unchanged
from ingest.sources.rows import ItemRow, SourceRow


@dataclass
class ItemProcessor:
    """Settles items of one run of one source."""

    database: Database
    store: FileStore
    access: SourceAccess
    source: SourceRow
    run: int
    context: ImportContext

    @property
    def record_processor(self) -> RecordProcessor:
        """What takes in records of the same run."""
        return RecordProcessor(self.source, self.access.mapping, self.run)

    async def process(self, item: ItemRow) -> None:
        """Bring, read and take in one item that is due. What is wrong with it is written down; the rest goes on."""
        try:
            if item.record is not None:
                await self._process_record(item)
            elif item.url is not None or self.source.type in ("folder", "bucket"):
                await self._process_finding(item)
            else:
                await self._quarantine(item, Reason("no_record", "Nothing was kept that could be tried again."))
        except FetchError as problem:
            await self._handle_fetch_error(item, problem)
        except ServiceUnavailable as problem:
            await self._schedule_retry(item, Reason.of(problem), after=0.0)

    async def _process_finding(self, item: ItemRow) -> None:
        brought = await download(self.access, self.source, item)
        proof = brought.blob
        if proof is None or (item.sha256 == proof.sha256 and item.original_id is not None):
            await self._finish_unchanged(item, brought)
            return
        try:
            read = await ItemExtractor(self.access, self.source, self.context).extract(item, brought, proof)
            async with self.database.read() as connection:
                known = await is_unchanged(connection, self.source, read.delivery)
        except (FetchError, ServiceUnavailable, SQLAlchemyError, OSError):
            raise
        except Exception as problem:  # a file that no rule foresaw must not stop the others
            await self._quarantine_unreadable(item, brought, proof, reason_for(problem))
            return
        await self._save_item(item, read, brought, known=known)

    async def _save_item(self, item: ItemRow, read: ExtractedItem, brought: Download, *, known: bool) -> None:
        parts = [] if known else await store_blobs(self.database, self.store, read.blobs)
        async with self.database.write() as session:
            await lock_kind(session, self.source.kind, self.source.lang)
            if await items.lock_waiting(session, item.id) is None:
                return
            taken = await try_upsert(session, self.source, read.delivery)
            original = await attach_blobs(session, self.source.code, read.blobs, parts, taken.document_id)
            values: dict[str, Any] = {"original_id": original or item.original_id}
            if taken.reason is None:
                values |= {"etag": brought.etag, "last_modified": brought.last_modified}
                values |= {"sha256": read.delivery.sha256}
            await write_outcome(session, self.run, item, taken, read.delivery, **values)

    async def _finish_unchanged(self, item: ItemRow, brought: Download) -> None:
        """The source has what it had: what came of it then holds still."""
        state = items.QUARANTINED if item.outcome is None else items.DONE
        stamps = {"etag": brought.etag or item.etag, "last_modified": brought.last_modified or item.last_modified}
        async with self.database.write() as session:
            if await items.lock_waiting(session, item.id) is not None:
                await items.finish_item(session, item.id, state, **stamps)
                await runs.add_counts(session, self.run, {"not_modified": 1})

    async def _quarantine_unreadable(self, item: ItemRow, brought: Download, proof: Blob, reason: Reason) -> None:
        """Set aside with its bytes, so that somebody can look; it is read again when they change."""
        parts = await store_blobs(self.database, self.store, [proof])
        async with self.database.write() as session:
            if await items.lock_waiting(session, item.id) is None:
                return
            original = await attach_blobs(session, self.source.code, [proof], parts, None)
            await release_original(session, item.original_id)
            stamps = {"etag": brought.etag, "last_modified": brought.last_modified, "sha256": proof.sha256}
            told = {"outcome": None, "reason": items.reason_json(reason), "original_id": original}
            await items.finish_item(session, item.id, items.QUARANTINED, **stamps, **told)
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
                told = {"outcome": None, "reason": items.reason_json(reason)}
                await items.finish_item(session, item.id, items.QUARANTINED, **told)
                await runs.add_counts(session, self.run, {"quarantined": 1})

    async def _process_record(self, item: ItemRow) -> None:
        """A record that was set aside, tried again as it was delivered."""
        async with self.database.write() as session:
            await lock_kind(session, self.source.kind, self.source.lang)
            if await items.lock_waiting(session, item.id) is not None:
                await self.record_processor.process(session, item, item.record)
