"""Process records of partners and JSONL files one by one; an invalid record is quarantined as delivered."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from hub.errors import InvalidInput, ServiceUnavailable
from hub.times import now
from ingest.imports.prepare import clean_value
from ingest.imports.record_faults import is_record_fault, is_transient, reason_for
from ingest.records import Reason
from ingest.sources.pipeline import items, runs
from ingest.sources.pipeline.archive import release_original
from ingest.sources.pipeline.record_mapping import digest_of, map_content, record_name, record_url
from ingest.sources.pipeline.upsert import UNCHANGED, Delivery, UpsertResult, upsert, without_invalid_parts
from ingest.sources.rows import ItemRow, SourceRow
from ingest.sources.schemas import Mapping

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


async def write_outcome(
    session: AsyncSession, run: int, item: ItemRow, result: UpsertResult, delivery: Delivery, **values: Any
) -> None:
    """Finish a locked item by the result of its delivery, and count it in the run."""
    if result.reason is not None:
        values |= {"reason": items.reason_json(result.reason), "outcome": None}
        state, counted = items.QUARANTINED, "quarantined"
    else:
        doubts = Reason(DOUBTFUL, " ".join(result.doubts)[:LONGEST_REASON]) if result.doubts else None
        values |= {"reason": items.reason_json(doubts) if doubts else None, "outcome": result.outcome}
        state, counted = items.DONE, result.outcome or UNCHANGED
    if values.get("original_id", item.original_id) != item.original_id:
        await release_original(session, item.original_id)
    await items.finish_item(session, item.id, state, document_id=result.document_id or item.document_id, **values)
    await runs.add_counts(session, run, {counted: 1})


@dataclass(frozen=True)
class RecordProcessor:
    """Processes the records of one run of one source."""

    source: SourceRow
    mapping: Mapping
    run: int
    pushed_by: str | None = None
    """Key that pushes the records."""

    async def deliver(
        self, session: AsyncSession, record: Any, failure: Reason | None = None
    ) -> tuple[str, UpsertResult]:
        """Process a delivered record; return its identifier and the result. The caller holds `lock_kind`."""
        try:
            name = record_name(record, self.mapping)
        except InvalidInput as problem:
            # Identified by its own digest, it can be quarantined like any other.
            name, failure = f"sha256:{digest_of(record)}", failure or Reason.of(problem)
        url = record_url(record) if isinstance(record, dict) else None
        item = await items.upsert_delivered(session, self.source.code, name, url, self.run, self.pushed_by)
        return name, await self.process(session, item, record, failure)

    async def process(
        self, session: AsyncSession, item: ItemRow, record: Any, failure: Reason | None = None
    ) -> UpsertResult:
        """Upsert the record of a locked item and finish the item; an invalid record is stored with it."""
        delivery = Delivery(item.external_id, item.url, {}, None, digest_of(record), now(), pushed_by=item.pushed_by)
        result = UpsertResult(None, None, failure)
        if failure is None:
            try:
                delivery = without_invalid_parts(self.source, self._delivery(delivery, record))
                result = await try_upsert(session, self.source, delivery)
            except InvalidInput as problem:
                result = UpsertResult(None, None, Reason.of(problem))
        stored = None if result.reason is None else clean_value(record)
        await write_outcome(session, self.run, item, result, delivery, record=stored, sha256=delivery.sha256)
        return result

    def _delivery(self, delivery: Delivery, record: Any) -> Delivery:
        if not isinstance(record, dict):
            raise InvalidInput("The record is not an object.", expected="a JSON object")
        return replace(delivery, content=map_content(record, self.mapping))
