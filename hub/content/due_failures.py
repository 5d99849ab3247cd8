"""Accounts of due events that failed: how often, why, and when each is tried again.

One event that fails waits longer each time and holds up no other; it raises the alarm `due_events_failing`. The row
belongs to one due time: an edition that is scheduled anew starts without failures.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import structlog
from sqlalchemy import BigInteger, ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import Field, SQLModel

from hub.content.models import Edition, PublishedView
from hub.db import table, timestamp_column
from hub.domain.lifecycle import DocumentState, EditionState
from hub.faults import describe_fault
from hub.jobs.backoff import backoff_delay

log = structlog.get_logger()

FIRST_PAUSE = 10.0
"""Seconds until the second attempt; tripled each time, up to 12 hours."""


class DueWork(StrEnum):
    """Kind of due work: to publish a scheduled edition, to log an event of a public view's dates, or to open or close
    the window of a consultation."""

    edition = "edition"
    view = "view"
    window = "window"


class DueFailure(SQLModel, table=True):
    """Failed attempts of one due event."""

    __tablename__ = "due_failure"

    work: str = Field(primary_key=True, max_length=8)
    item_id: int = Field(primary_key=True, sa_type=BigInteger)
    """Id of the edition or view, or number of the consultation."""
    document_id: UUID = Field(foreign_key="document.id", index=True)
    due: datetime = Field(sa_column=timestamp_column())
    attempts: int
    problem: str
    next_at: datetime = Field(sa_column=timestamp_column())


EDITION, VIEW, FAILURE = table(Edition), table(PublishedView), table(DueFailure)

IS_SCHEDULED_FAILURE = and_(
    FAILURE.c.work == DueWork.edition,
    EDITION.c.id == FAILURE.c.item_id,
    EDITION.c.state == EditionState.scheduled,
    EDITION.c.scheduled_for == FAILURE.c.due,
)
"""Condition that joins a scheduled edition with the account of its due time."""
_CURRENT_VIEW = and_(
    FAILURE.c.work == DueWork.view,
    VIEW.c.id == FAILURE.c.item_id,
    VIEW.c.seq_to.is_(None),
    VIEW.c.state == DocumentState.live,
    or_(VIEW.c.next_due == FAILURE.c.due, VIEW.c.consultation_id.is_(None) & (VIEW.c.closes_at == FAILURE.c.due)),
)


@dataclass(frozen=True, slots=True)
class FailingEvent:
    """A due event that failed and is still due."""

    document_id: UUID
    due: datetime
    attempts: int
    problem: str
    next_at: datetime


def is_resting(
    work: DueWork, item_id: ColumnElement[int], due: ColumnElement[datetime], at: datetime
) -> ColumnElement[bool]:
    """Build the condition that this due event failed, and is not to be tried again yet."""
    return exists(
        select(FAILURE.c.item_id).where(
            FAILURE.c.work == work, FAILURE.c.item_id == item_id, FAILURE.c.due == due, FAILURE.c.next_at > at
        )
    )


async def record_due_failure(
    session: AsyncSession,
    work: DueWork,
    item_id: int,
    document_id: UUID,
    due: datetime,
    problem: Exception,
    at: datetime,
) -> None:
    """Count a failed attempt at the time `at`, with a longer pause than the one before, and log it."""
    known = select(FAILURE.c.attempts).where(FAILURE.c.work == work, FAILURE.c.item_id == item_id, FAILURE.c.due == due)
    attempts = ((await session.execute(known)).scalar_one_or_none() or 0) + 1
    pause = backoff_delay(attempts, FIRST_PAUSE)
    described = describe_fault(problem)
    values = {
        "document_id": document_id,
        "due": due,
        "attempts": attempts,
        "problem": described,
        "next_at": at + pause,
    }
    row = insert(FAILURE).values(work=work, item_id=item_id, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["work", "item_id"], set_=values))
    log.error(
        "due_refused",
        document=str(document_id),
        work=work.value,
        attempts=attempts,
        seconds=round(pause.total_seconds()),
        problem=described,
    )


async def delete_due_failure(session: AsyncSession, work: DueWork, item_id: int) -> None:
    """Delete the account of an event that was done."""
    await session.execute(delete(FAILURE).where(FAILURE.c.work == work, FAILURE.c.item_id == item_id))


async def erase_due_failures(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Delete the accounts of documents: a problem may quote a part of the text."""
    await session.execute(delete(FAILURE).where(FAILURE.c.document_id.in_(documents)))


async def list_failing_events(connection: AsyncConnection, *, limit: int = 100) -> list[FailingEvent]:
    """List the events that failed and are still due, the first due first."""
    query = (
        select(FAILURE.c.document_id, FAILURE.c.due, FAILURE.c.attempts, FAILURE.c.problem, FAILURE.c.next_at)
        .where(_is_still_due())
        .order_by(FAILURE.c.due, FAILURE.c.item_id)
        .limit(limit)
    )
    return [FailingEvent(*row) for row in await connection.execute(query)]


async def due_event_alerts(connection: AsyncConnection) -> dict[str, int]:
    """Count the events that failed and are still due, for readiness and metrics."""
    query = select(func.count()).select_from(FAILURE).where(_is_still_due())
    return {"due_events_failing": (await connection.execute(query)).scalar_one()}


def _is_still_due() -> ColumnElement[bool]:
    # The account of a window is deleted by whatever changes the window.
    is_current = exists(select(EDITION.c.id).where(IS_SCHEDULED_FAILURE)) | exists(
        select(VIEW.c.id).where(_CURRENT_VIEW)
    )
    return is_current | (FAILURE.c.work == DueWork.window)
