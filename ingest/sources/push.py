"""What partners push: a batch of records for a source of theirs, each with a result of its own."""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal, Scope
from hub.db import Database
from hub.domain.types import Code, Content
from hub.errors import InvalidInput, NotFound, TransitionConflict
from hub.times import now
from ingest.dedup import lock_kind
from ingest.sources.pipeline import runs
from ingest.sources.pipeline.record_items import RecordProcessor
from ingest.sources.pipeline.upsert import UpsertResult
from ingest.sources.rows import RUN, SOURCE, SourceRow
from ingest.sources.schemas import Mapping, SourceState, SourceType
from ingest.sources.views import ReasonView
from ingest.throttle import Throttle

MAX_RECORDS = 500
CHUNK_SIZE = 20
"""Records of one transaction, so that nobody waits long for whoever pushes much."""


class Batch(Content):
    """Records of one source (lô bản ghi)."""

    source: Code = Field(description="Code of a source of the type `push`.", examples=["so-y-te-day"])
    records: list[Any] = Field(
        min_length=1,
        max_length=MAX_RECORDS,
        description="Records, each an object with a name of its own: the member that the source's mapping calls `id`, "
        "else `id`. Its content is read by the mapping's `fields`, else from its member `content`.",
        examples=[
            [{"id": "tc-12", "content": {"title": "Lịch tiêm chủng", "lead": "Sáng thứ bảy.", "body": "<p>…</p>"}}]
        ],
    )


class Result(BaseModel):
    """What came of one record (kết quả)."""

    id: str = Field(description="The record's name; `sha256:…` where it has none.", examples=["tc-12"])
    outcome: Literal["created", "updated", "unchanged", "joined", "quarantined"] = Field(
        description="`joined`: the hub holds this document from elsewhere; `quarantined`: set aside, with the reason."
    )
    document_id: UUID | None = Field(None, description="The document it became.")
    reason: ReasonView | None = Field(None, description="Why it is set aside.")


class Results(BaseModel):
    """What came of a batch, in the order of its records."""

    source: str = Field(description="The source.")
    run: int = Field(description="Number of the run that reports it; see `/api/v1/manage/sources/{code}/runs`.")
    results: list[Result] = Field(description="One for each record.")


async def push(database: Database, by: Principal, batch: Batch) -> Results:
    """Take a batch in, some records a transaction; sent again, it changes nothing.

    Raises `Forbidden`, `NotFound` or `TransitionConflict` before anything is taken.
    """
    async with database.write() as session:
        source = await _load_source(session, by, batch.source)
        run = await session.scalar(
            RUN.insert()
            .values(source=source.code, found=True, position=0, counts={}, finished_at=now())
            .returning(RUN.c.id)
        )
    assert run is not None  # noqa: S101 - it was just inserted
    records = RecordProcessor(source, Mapping.model_validate(source.mapping), run)
    pressure = Throttle(database)
    results: list[Result] = []
    for start in range(0, len(batch.records), CHUNK_SIZE):
        await pressure.wait()
        chunk = batch.records[start : start + CHUNK_SIZE]
        async with database.write() as session:
            await lock_kind(session, source.kind, source.lang)
            found = [_result(*await records.deliver(session, record)) for record in chunk]
            await runs.add_counts(session, run, {"found": len(chunk)}, finished_at=now())
            moment = now()
            well = {"last_run_at": moment, "last_success_at": moment}
            await session.execute(update(SOURCE).where(SOURCE.c.code == source.code).values(**well))
        results += found
    return Results(source=source.code, run=run, results=results)


async def _load_source(session: AsyncSession, by: Principal, code: str) -> SourceRow:
    found = (await session.execute(select(SOURCE).where(SOURCE.c.code == code))).mappings().one_or_none()
    if Scope.ingest not in by.scopes:
        by.require(Scope.ingest, by.agency)
    if found is None:
        raise NotFound(f"There is no source `{code}`.", field="source")
    row = SourceRow(**found)
    by.require(Scope.ingest, row.agency)
    if row.type != SourceType.push:
        raise InvalidInput(
            f"`{code}` is a {row.type}; nobody pushes to it.", field="source", expected="a source of the type push"
        )
    if row.state != SourceState.active:
        raise TransitionConflict("The source is paused.", field="source", expected="active")
    return row


def _result(name: str, taken: UpsertResult) -> Result:
    reason = None
    if taken.reason is not None:
        told = taken.reason
        reason = ReasonView(code=told.code, detail=told.detail, field=told.field, expected=told.expected)
    return Result(id=name, outcome=taken.outcome or "quarantined", document_id=taken.document_id, reason=reason)
