"""Records that partners push and JSONL files hold: taken in one by one; what is wrong is set aside as it came."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from hub.errors import InvalidInput, ServiceUnavailable
from hub.times import now
from ingest.imports.load import is_record_fault, is_transient, reason_for
from ingest.records import Reason
from ingest.sources.pipeline import items, runs
from ingest.sources.pipeline.archive import release_original
from ingest.sources.pipeline.record_mapping import digest_of, map_content, record_name, record_url, to_storable
from ingest.sources.pipeline.upsert import UNCHANGED, Delivery, UpsertResult, upsert
from ingest.sources.rows import ItemRow, SourceRow
from ingest.sources.schemas import Mapping

DOUBTFUL = "doubtful"
"""The reason of an item that was taken in and that an editor has to look at, although its source is trusted."""
LONGEST_REASON = 1_000


async def try_upsert(session: AsyncSession, source: SourceRow, delivery: Delivery) -> UpsertResult:
    """What came of a delivery; what the hub refuses leaves no trace but the reason."""
    try:
        async with session.begin_nested():
            return await upsert(session, source, delivery)
    except Exception as problem:
        if isinstance(problem, ServiceUnavailable) or is_transient(problem) or not is_record_fault(problem):
            raise
        return UpsertResult(None, None, reason_for(problem))


async def write_outcome(
    session: AsyncSession, run: int, item: ItemRow, result: UpsertResult, delivery: Delivery, **values: Any
) -> None:
    """Settle a locked item by what came of its delivery, and count it."""
    if result.reason is not None:
        values |= {"reason": items.reason_json(result.reason), "outcome": None}
        state, counted = items.QUARANTINED, "quarantined"
    else:
        doubts = Reason(DOUBTFUL, " ".join(delivery.doubts)[:LONGEST_REASON]) if delivery.doubts else None
        values |= {"reason": items.reason_json(doubts) if doubts else None, "outcome": result.outcome}
        state, counted = items.DONE, result.outcome or UNCHANGED
    if values.get("original_id", item.original_id) != item.original_id:
        await release_original(session, item.original_id)
    await items.finish_item(session, item.id, state, document_id=result.document_id or item.document_id, **values)
    await runs.add_counts(session, run, {counted: 1})


@dataclass(frozen=True)
class RecordProcessor:
    """Takes records of one run of one source in."""

    source: SourceRow
    mapping: Mapping
    run: int

    async def deliver(
        self, session: AsyncSession, record: Any, failure: Reason | None = None
    ) -> tuple[str, UpsertResult]:
        """Take in a record that was just delivered: its name, and what came of it. The caller is `alone`."""
        try:
            name = record_name(record, self.mapping)
        except InvalidInput as problem:
            # Known by its own digest, it can be set aside like any other.
            name, failure = f"sha256:{digest_of(record)}", failure or Reason.of(problem)
        url = record_url(record) if isinstance(record, dict) else None
        item = await items.upsert_delivered(session, self.source.code, name, url, self.run)
        return name, await self.process(session, item, record, failure)

    async def process(
        self, session: AsyncSession, item: ItemRow, record: Any, failure: Reason | None = None
    ) -> UpsertResult:
        """Take in the record of a locked item and settle it; with what is wrong, the record is kept."""
        delivery = Delivery(item.external_id, item.url, {}, None, digest_of(record), now())
        taken = UpsertResult(None, None, failure)
        if failure is None:
            try:
                taken = await try_upsert(session, self.source, self._delivery(delivery, record))
            except InvalidInput as problem:
                taken = UpsertResult(None, None, Reason.of(problem))
        kept = None if taken.reason is None else to_storable(record)
        await write_outcome(session, self.run, item, taken, delivery, record=kept, sha256=delivery.sha256)
        return taken

    def _delivery(self, delivery: Delivery, record: Any) -> Delivery:
        if not isinstance(record, dict):
            raise InvalidInput("The record is no object.", expected="a JSON object")
        return replace(delivery, content=map_content(record, self.mapping))
