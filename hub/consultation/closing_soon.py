"""The notice that a consultation closes soon (sắp kết thúc lấy ý kiến): one entry of the log for each announced end.

An extension makes another end, which gets an entry of its own. A window that was announced or opened no more than
`CLOSING_SOON` before its end gets none: nobody had more time. Nothing of the consultation changes, so its version
stays.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.consultation.entries import new_entry
from hub.consultation.models import Consultation
from hub.consultation.records import CONSULTATION, list_documents, lock_consultations
from hub.content.due_failures import DueWork, delete_due_failure, is_resting, record_due_failure
from hub.db import Database, database_now
from hub.domain.consultations import ConsultationStage
from hub.faults import is_outage
from hub.log.append import append_entries, lock_head
from hub.log.subjects import ConsultationEvent

CLOSING_SOON = timedelta(days=3)
"""Time before its end at which a consultation is logged as closing soon."""


async def log_closing_soon(database: Database, moment: datetime | None = None) -> int:
    """Log the consultations that close soon, the earliest first; returns the number of entries."""
    if moment is None:
        async with database.read() as connection:
            moment = await database_now(connection)
    done, refused = 0, set[int]()
    while True:
        async with database.write() as session:
            row = (await session.execute(_select_due(moment, refused))).one_or_none()
            if row is None:
                return done
            found = (await lock_consultations(session, [row.id], skip_locked=True)).get(row.id)
            if found is None:
                refused.add(row.number)
                continue
            # Another worker or an editor may have been faster; what was read before the lock is only a hint.
            again = select(CONSULTATION.c.id).where(CONSULTATION.c.id == row.id, _is_due(moment))
            if (await session.execute(again)).one_or_none() is None:
                continue
            if not await _log(session, found, moment):
                refused.add(row.number)
                continue
        done += 1


def _is_due(moment: datetime) -> ColumnElement[bool]:
    closes_at = CONSULTATION.c.closes_at
    return and_(
        CONSULTATION.c.state == ConsultationStage.open,
        closes_at > moment,
        closes_at <= moment + CLOSING_SOON,
        CONSULTATION.c.opens_at < closes_at - CLOSING_SOON,
        CONSULTATION.c.announced_at < closes_at - CLOSING_SOON,
        or_(CONSULTATION.c.closing_soon_for.is_(None), CONSULTATION.c.closing_soon_for != closes_at),
    )


def _select_due(moment: datetime, refused: set[int]) -> Select[Any]:
    due = CONSULTATION.c.closes_at - CLOSING_SOON
    return (
        select(CONSULTATION.c.id, CONSULTATION.c.number)
        .where(_is_due(moment), CONSULTATION.c.number.not_in(refused))
        .where(~is_resting(DueWork.window, CONSULTATION.c.number, due, moment))
        .order_by(CONSULTATION.c.closes_at, CONSULTATION.c.id)
        .limit(1)
    )


async def _log(session: AsyncSession, found: Consultation, moment: datetime) -> bool:
    """Append the entry in a savepoint; a failure is rolled back and counted, an outage is raised."""
    assert found.number is not None  # noqa: S101 - a stored row has one
    # Read before the savepoint: what fails in it may leave the row expired.
    number, closes_at = found.number, found.closes_at
    documents = await list_documents(session, found.id)
    due = closes_at - CLOSING_SOON
    try:
        async with session.begin_nested():
            mark = update(CONSULTATION).where(CONSULTATION.c.id == found.id).values(closing_soon_for=closes_at)
            await session.execute(mark)
            await delete_due_failure(session, DueWork.window, number)
            at = await database_now(session)
            entry = new_entry(ConsultationEvent.closing_soon, found, documents, at, due=due)
            await append_entries(session, await lock_head(session), [entry])
            return True
    except Exception as problem:
        if is_outage(problem):
            raise
        await record_due_failure(session, DueWork.window, number, documents[0], due, problem, moment)
        return False
