"""Quarantined items of sources read again from what the hub has stored, by the readers and rules of today.

Each item is decided in a transaction of its own, under its lock and only while it is quarantined: a stopped retry goes
on where it was, and a repeated one changes nothing.
"""

from collections.abc import Sequence

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.stored_rows import parse_stored
from hub.db import Database
from hub.errors import HubError, NotFound, TransitionConflict
from hub.files.store import FileStore
from hub.problem_texts.templates import as_words, fill
from hub.sandbox.runner import SandboxLimits
from hub.settings import Settings
from hub.times import now
from ingest.dedup import lock_kind
from ingest.extraction.models import Original
from ingest.imports.record_faults import reason_for
from ingest.reason_texts import dump_reason
from ingest.records import Reason
from ingest.retry_report import RetryReport
from ingest.sources.pipeline import items, runs
from ingest.sources.pipeline.archive import Blob, attach_original, declared_type
from ingest.sources.pipeline.delivery import Delivery
from ingest.sources.pipeline.origin import with_origin
from ingest.sources.pipeline.record_items import RecordProcessor, try_upsert, write_outcome
from ingest.sources.pipeline.record_reader import RecordReader
from ingest.sources.pipeline.result_check import check_result
from ingest.sources.pipeline.upsert import UNCHANGED, UpsertResult
from ingest.sources.push import begin_push
from ingest.sources.pushed_file import extract_by_source
from ingest.sources.quarantine_reading import original_name
from ingest.sources.rows import ITEM, SOURCE, ItemRow, SourceRow
from ingest.sources.schemas import Mapping, SourceState, SourceType
from ingest.sources.stored_original import OriginalRow, find_original, read_original

_NOTHING_STORED = Reason("no_record", as_words("There is no stored record or file, and no address to fetch it from."))


class StoredRetry:
    """A retry of quarantined items."""

    def __init__(self, database: Database, store: FileStore, settings: Settings):
        self.database = database
        self.store = store
        self.settings = settings
        self.report = RetryReport()
        self._runs: dict[str, int] = {}

    async def run(
        self,
        *,
        source: str | None = None,
        code: str | None = None,
        numbers: Sequence[int] = (),
        fetch: bool = False,
    ) -> None:
        """Read the items again, those of paused sources excepted; `report` has the result.

        With `fetch` the worker downloads again what has an address.
        """
        query = select(ITEM.c.id).join(SOURCE, SOURCE.c.code == ITEM.c.source).where(ITEM.c.state == items.QUARANTINED)
        query = query.where(SOURCE.c.state == SourceState.active.value)
        if source is not None:
            query = query.where(ITEM.c.source == source)
        if code is not None:
            query = query.where(ITEM.c.reason["code"].astext == code)
        if numbers:
            query = query.where(ITEM.c.id.in_(numbers))
        async with self.database.read() as connection:
            found = (await connection.execute(query.order_by(ITEM.c.id))).scalars().all()
        for number in found:
            await self._retry(number, fetch=fetch)

    async def _retry(self, number: int, *, fetch: bool) -> None:
        async with self.database.read() as connection:
            row = (await connection.execute(select(ITEM).where(ITEM.c.id == number))).mappings().one()
            item = ItemRow(**row)
            found = (await connection.execute(select(SOURCE).where(SOURCE.c.code == item.source))).mappings().one()
            original = await find_original(connection, item.original_id)
        source = SourceRow(**found)
        mapping = parse_stored(Mapping, source.mapping, f"source {source.code}", "mapping")
        has_address = item.url is not None or source.type in (SourceType.folder, SourceType.bucket)
        if item.record is not None:
            await self._retry_record(source, mapping, item)
        elif original is not None and not (fetch and has_address and source.type != SourceType.push):
            await self._retry_file(source, mapping, item, original)
        elif has_address:
            await self._queue(item)
        else:
            self.report.add_reason(_name(item), _NOTHING_STORED)

    async def _retry_record(self, source: SourceRow, mapping: Mapping, item: ItemRow) -> None:
        reader = RecordReader(source, mapping, SandboxLimits.of(self.settings))
        [record] = await reader.read([orjson.dumps(item.record)])
        async with self.database.write() as session:
            await lock_kind(session, source.kind, source.lang)
            if (locked := await _lock_quarantined(session, item.id)) is None:
                return
            processor = RecordProcessor(source, await self._run_of(session, source), item.pushed_by)
            result = await processor.process(session, locked, record)
        self._count(item, result)

    async def _retry_file(self, source: SourceRow, mapping: Mapping, item: ItemRow, stored: OriginalRow) -> None:
        body = await read_original(self.store, stored)
        name = original_name(item)
        original = Original(body, name, declared_type(stored.media_type, item.hints), stored.url)
        try:
            found = await extract_by_source(self.database, self.settings, source, mapping, original)
            if found.files and source.type != SourceType.push:
                # The files that the page links to may be the document itself; only the worker fetches them.
                await self._queue(item)
                return
            blob = Blob(body, stored.media_type, stored.url)
            found = with_origin(found, source.name, stored.url or item.url, name, blob)
            doubts = [f"{doubt.field}: {doubt.detail}" for doubt in found.doubts]
            content = await check_result(found, doubts, source.kind, source.lang, self.settings)
        except HubError as problem:
            await self._keep(source, item, reason_for(problem))
            return
        url = stored.url or item.url
        delivery = Delivery(item.external_id, url, content, stored.sha256, now(), item.pushed_by)
        async with self.database.write() as session:
            await lock_kind(session, source.kind, source.lang)
            if (locked := await _lock_quarantined(session, item.id)) is None:
                return
            result = await try_upsert(session, source, delivery)
            run = await self._run_of(session, source)
            await write_outcome(session, run, locked, result, original_id=item.original_id)
            if result.document_id is not None and result.reason is None:
                await attach_original(session, item.original_id, result.document_id)
        self._count(item, result)

    async def _keep(self, source: SourceRow, item: ItemRow, reason: Reason) -> None:
        """Leave an item where it is, with the reason of today."""
        async with self.database.write() as session:
            if await _lock_quarantined(session, item.id) is None:
                return
            values = {"outcome": None, "reason": dump_reason(reason)}
            await items.finish_item(session, item.id, items.QUARANTINED, **values)
            await runs.add_counts(session, await self._run_of(session, source), {"quarantined": 1})
        self.report.add_reason(_name(item), reason)

    async def _queue(self, item: ItemRow) -> None:
        async with self.database.write() as session:
            self.report.queued += await items.requeue(session, [item.id])

    async def _run_of(self, session: AsyncSession, source: SourceRow) -> int:
        """The run in which the items of a source are counted."""
        if source.code not in self._runs:
            self._runs[source.code] = await begin_push(session, source)
        return self._runs[source.code]

    def _count(self, item: ItemRow, result: UpsertResult) -> None:
        if result.reason is not None:
            self.report.add_reason(_name(item), result.reason)
            return
        self.report.taken[result.outcome or UNCHANGED] += 1
        self.report.waiting += bool(result.doubts)


async def require_active(database: Database, source: str) -> None:
    """Raise `NotFound` for a source that does not exist, `TransitionConflict` for one that is paused."""
    async with database.read() as connection:
        state = (await connection.execute(select(SOURCE.c.state).where(SOURCE.c.code == source))).scalar_one_or_none()
    if state is None:
        raise NotFound(fill("There is no source `{source}`.", source=source), field="source")
    if state != SourceState.active:
        raise TransitionConflict("The source is paused; resume it first.", field="source", expected="active")


async def _lock_quarantined(session: AsyncSession, item: int) -> ItemRow | None:
    query = select(ITEM).where(ITEM.c.id == item, ITEM.c.state == items.QUARANTINED).with_for_update()
    row = (await session.execute(query)).mappings().one_or_none()
    return None if row is None else ItemRow(**row)


def _name(item: ItemRow) -> str:
    return f"{item.source}, item {item.id}"
