"""Push: partners send a batch of records for a source of theirs, and each record has its own result."""

from typing import Any, Literal
from uuid import UUID

import orjson
from pydantic import BaseModel, Field
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.content.stored_rows import parse_stored
from hub.db import Database
from hub.domain.scalars import Code
from hub.domain.types import Content, is_absent
from hub.errors import InvalidInput, NotFound, TransitionConflict
from hub.problem_texts.catalogue import ProblemWriter
from hub.problem_texts.templates import fill
from hub.sandbox.runner import SandboxLimits
from hub.settings import Settings
from hub.times import now
from ingest.dedup import lock_kind
from ingest.reason_texts import write_reason
from ingest.sources.pipeline import runs
from ingest.sources.pipeline.record_items import RecordProcessor
from ingest.sources.pipeline.record_reader import RecordReader
from ingest.sources.pipeline.upsert import UpsertResult
from ingest.sources.rows import RUN, SOURCE, SourceRow
from ingest.sources.schemas import Mapping, SourceState, SourceType
from ingest.sources.views import ReasonView
from ingest.throttle import Throttle

MAX_RECORDS = 500
CHUNK_SIZE = 20
"""Records of one transaction, so that a large batch delays others for a short time only."""


class PushBatch(Content):
    """A batch of records for one source (lô bản ghi)."""

    source: Code = Field(description="Code of a source of the type `push`.", examples=["so-y-te-day"])
    records: list[Any] = Field(
        min_length=1,
        max_length=MAX_RECORDS,
        description="Records: objects with an identifier of their own, in the member that `id` of the source's mapping "
        "names, else in `id`. The content is read by `fields` of the mapping, else from the member `content`.",
        examples=[
            [{"id": "tc-12", "content": {"title": "Lịch tiêm chủng", "lead": "Sáng thứ bảy.", "body": "<p>…</p>"}}]
        ],
    )


class PushResult(BaseModel):
    """The result of one record (kết quả)."""

    id: str = Field(description="Identifier of the record; `sha256:…` when it has none.", examples=["tc-12"])
    outcome: Literal["created", "updated", "unchanged", "joined", "quarantined"] = Field(
        description="`joined`: the hub has the document from another source; `quarantined`: not imported, see `reason`."
    )
    document_id: UUID | None = Field(None, description="UUID of the document.")
    reason: ReasonView | None = Field(None, description="Reason for the quarantine.")


class PushResults(BaseModel):
    """The results of a batch, in the order of its records."""

    source: str = Field(description="Code of the source.")
    run: int = Field(description="Number of the run with the report; see `/api/v1/manage/sources/{code}/runs`.")
    results: list[PushResult] = Field(description="One result for each record.")
    notes: list[str] = Field(
        [], description="About a table as a whole, such as columns that nobody knows.", exclude_if=is_absent
    )


async def push(
    database: Database, settings: Settings, by: Principal, batch: PushBatch, writer: ProblemWriter
) -> PushResults:
    """Import a batch, `CHUNK_SIZE` records a transaction. Idempotent: the same batch changes nothing when sent again.

    Raises `Forbidden`, `NotFound`, `InvalidInput`, `ViewBroken` or `TransitionConflict` before anything is imported.
    """
    async with database.write() as session:
        source, mapping = await load_push_source(session, by, batch.source)
        run = await begin_push(session, source)
    reader = RecordReader(source, mapping, SandboxLimits.of(settings))
    processor = RecordProcessor(source, run, by.id)
    throttle = Throttle(database)
    results: list[PushResult] = []
    for start in range(0, len(batch.records), CHUNK_SIZE):
        await throttle.wait()
        # Every value was parsed from JSON that can be written again.
        packed = [orjson.dumps(record) for record in batch.records[start : start + CHUNK_SIZE]]
        chunk = await reader.read(packed, is_small_in_process=True)
        async with database.write() as session:
            await lock_kind(session, source.kind, source.lang)
            found = [push_result(record.name, await processor.deliver(session, record), writer) for record in chunk]
            await runs.add_counts(session, run, {"found": len(chunk)}, finished_at=now())
            await record_success(session, source)
        results += found
    return PushResults(source=source.code, run=run, results=results)


async def begin_push(session: AsyncSession, source: SourceRow) -> int:
    """Insert the run of a push; returns its number."""
    row = {"source": source.code, "found": True, "position": 0, "counts": {}, "finished_at": now()}
    run: int = (await session.execute(RUN.insert().values(**row).returning(RUN.c.id))).scalar_one()
    return run


async def record_success(session: AsyncSession, source: SourceRow) -> None:
    """Record that a source delivered."""
    moment = now()
    health = {"last_run_at": moment, "last_success_at": moment}
    await session.execute(update(SOURCE).where(SOURCE.c.code == source.code).values(**health))


async def load_push_source(
    session: AsyncSession | AsyncConnection, by: Principal, code: str
) -> tuple[SourceRow, Mapping]:
    """Load a source to which a principal may push. Raises `Forbidden`, `NotFound`, `InvalidInput`, `ViewBroken` or
    `TransitionConflict`.
    """
    found = (await session.execute(select(SOURCE).where(SOURCE.c.code == code))).mappings().one_or_none()
    if Scope.ingest not in by.scopes:
        by.require(Scope.ingest, by.agency)
    if found is None:
        raise NotFound(fill("There is no source `{code}`.", code=code), field="source")
    row = SourceRow(**found)
    by.require(Scope.ingest, row.agency)
    if row.type != SourceType.push:
        raise InvalidInput(
            fill("`{code}` is a source of the type {type}; records cannot be pushed to it.", code=code, type=row.type),
            field="source",
            expected="a source of the type push",
        )
    if row.state != SourceState.active:
        raise TransitionConflict("The source is paused.", field="source", expected="active")
    return row, parse_stored(Mapping, row.mapping, f"source {row.code}", "mapping")


def push_result(name: str, result: UpsertResult, writer: ProblemWriter) -> PushResult:
    """The result of a delivery, for who pushed it."""
    reason = None if result.reason is None else ReasonView(**write_reason(result.reason, writer))
    return PushResult(id=name, outcome=result.outcome or "quarantined", document_id=result.document_id, reason=reason)
