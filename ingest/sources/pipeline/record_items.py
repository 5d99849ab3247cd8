"""Records that partners push and JSONL files hold: taken in one by one; what is wrong is set aside as it came."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from hub.errors import InvalidInput, ServiceUnavailable
from hub.times import now
from ingest.imports.load import is_records_fault, may_pass, reason_for
from ingest.records import Reason
from ingest.sources.pipeline import items, runs
from ingest.sources.pipeline.archive import let_go_of
from ingest.sources.pipeline.record_mapping import address_of, content_of, digest_of, name_of, storable
from ingest.sources.pipeline.upsert import UNCHANGED, Delivery, Taken, take
from ingest.sources.schemas import Mapping

DOUBTFUL = "doubtful"
"""The reason of an item that was taken in and that an editor has to look at, although its source is trusted."""
LONGEST_REASON = 1_000


async def tried(session: AsyncSession, source: Row[Any], delivery: Delivery) -> Taken:
    """What came of a delivery; what the hub refuses leaves no trace but the reason."""
    try:
        async with session.begin_nested():
            return await take(session, source, delivery)
    except Exception as problem:
        if isinstance(problem, ServiceUnavailable) or may_pass(problem) or not is_records_fault(problem):
            raise
        return Taken(None, None, reason_for(problem))


async def write_outcome(
    session: AsyncSession, run: int, item: Row[Any], taken: Taken, delivery: Delivery, **values: Any
) -> None:
    """Settle a locked item by what came of its delivery, and count it."""
    if taken.reason is not None:
        values |= {"reason": items.stored(taken.reason), "outcome": None}
        state, counted = items.QUARANTINED, "quarantined"
    else:
        doubts = Reason(DOUBTFUL, " ".join(delivery.doubts)[:LONGEST_REASON]) if delivery.doubts else None
        values |= {"reason": items.stored(doubts) if doubts else None, "outcome": taken.outcome}
        state, counted = items.DONE, taken.outcome or UNCHANGED
    if values.get("original_id", item.original_id) != item.original_id:
        await let_go_of(session, item.original_id)
    await items.settle(session, item.id, state, document_id=taken.document_id or item.document_id, **values)
    await runs.count(session, run, {counted: 1})


@dataclass(frozen=True)
class Records:
    """Takes records of one run of one source in."""

    source: Row[Any]
    mapping: Mapping
    run: int

    async def deliver(self, session: AsyncSession, record: Any, failure: Reason | None = None) -> tuple[str, Taken]:
        """Take in a record that was just delivered: its name, and what came of it. The caller is `alone`."""
        try:
            name = name_of(record, self.mapping)
        except InvalidInput as problem:
            # Known by its own digest, it can be set aside like any other.
            name, failure = f"sha256:{digest_of(record)}", failure or Reason.of(problem)
        url = address_of(record) if isinstance(record, dict) else None
        item = await items.delivered(session, self.source.code, name, url, self.run)
        return name, await self.take(session, item, record, failure)

    async def take(self, session: AsyncSession, item: Row[Any], record: Any, failure: Reason | None = None) -> Taken:
        """Take in the record of a locked item and settle it; with what is wrong, the record is kept."""
        delivery = Delivery(item.external_id, item.url, {}, None, digest_of(record), now())
        taken = Taken(None, None, failure)
        if failure is None:
            try:
                taken = await tried(session, self.source, self._delivery(delivery, record))
            except InvalidInput as problem:
                taken = Taken(None, None, Reason.of(problem))
        kept = None if taken.reason is None else storable(record)
        await write_outcome(session, self.run, item, taken, delivery, record=kept, sha256=delivery.sha256)
        return taken

    def _delivery(self, delivery: Delivery, record: Any) -> Delivery:
        if not isinstance(record, dict):
            raise InvalidInput("The record is no object.", expected="a JSON object")
        return replace(delivery, content=content_of(record, self.mapping))
