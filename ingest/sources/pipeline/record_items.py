"""Process records of partners and JSONL files one by one; an invalid record is quarantined as delivered."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from hub.errors import ServiceUnavailable
from hub.times import now
from ingest.imports.record_faults import is_record_fault, is_transient, reason_for
from ingest.reason_texts import dump_reason
from ingest.records import Reason
from ingest.sources.pipeline import items, runs
from ingest.sources.pipeline.archive import release_original
from ingest.sources.pipeline.delivery import Delivery
from ingest.sources.pipeline.record_reader import ReadRecord
from ingest.sources.pipeline.upsert import UNCHANGED, UpsertResult, upsert
from ingest.sources.rows import ItemRow, SourceRow

DOUBTFUL = "doubtful"
"""The reason code of an imported item that an editor has to review, although its source is trusted."""
LONGEST_REASON = 1_000


async def try_upsert(session: AsyncSession, source: SourceRow, delivery: Delivery) -> UpsertResult:
    """Upsert a delivery within a savepoint; a rejected delivery is rolled back and only its reason remains.

    Raises failures that are not the record's fault.
    """
    try:
        async with session.begin_nested():
            return await upsert(session, source, delivery)
    except Exception as problem:
        if isinstance(problem, ServiceUnavailable) or is_transient(problem) or not is_record_fault(problem):
            raise
        return UpsertResult(None, None, reason_for(problem))


async def write_outcome(session: AsyncSession, run: int, item: ItemRow, result: UpsertResult, **values: Any) -> None:
    """Finish a locked item by the result of its delivery, and count it in the run."""
    if result.reason is not None:
        values |= {"reason": dump_reason(result.reason), "outcome": None}
        state, counted = items.QUARANTINED, "quarantined"
    else:
        doubts = Reason(DOUBTFUL, " ".join(result.doubts)[:LONGEST_REASON]) if result.doubts else None
        values |= {"reason": dump_reason(doubts) if doubts else None, "outcome": result.outcome}
        state, counted = items.DONE, result.outcome or UNCHANGED
    if values.get("original_id", item.original_id) != item.original_id:
        await release_original(session, item.original_id)
    await items.finish_item(session, item.id, state, document_id=result.document_id or item.document_id, **values)
    await runs.add_counts(session, run, {counted: 1})


@dataclass(frozen=True)
class RecordProcessor:
    """Processes the records of one run of one source, which were read before."""

    source: SourceRow
    run: int
    pushed_by: str | None = None
    """Key that pushes the records."""

    async def deliver(self, session: AsyncSession, record: ReadRecord) -> UpsertResult:
        """Process a delivered record. The caller holds `lock_kind`."""
        item = await items.upsert_delivered(
            session, self.source.code, record.name, record.url, self.run, self.pushed_by
        )
        return await self.process(session, item, record)

    async def process(self, session: AsyncSession, item: ItemRow, record: ReadRecord) -> UpsertResult:
        """Upsert the record of a locked item and finish the item; an invalid record is stored with it."""
        result = UpsertResult(None, None, record.reason)
        if record.content is not None:
            delivery = Delivery(item.external_id, item.url, record.content, record.sha256, now(), item.pushed_by)
            result = await try_upsert(session, self.source, delivery)
        stored = None if result.reason is None else record.record
        await write_outcome(session, self.run, item, result, record=stored, sha256=record.sha256)
        return result
