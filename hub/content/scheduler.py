"""Scheduler of the worker: publishes scheduled editions, and logs events that become due by the calendar alone: a law
comes into force, a bulletin expires. Consultations have a clock of their own (`hub/consultation/clock.py`).

Each due item is one transaction and is locked with SKIP LOCKED, so two workers never process it twice. An item that
fails does not hold up the others: it is counted, waits longer each time, and raises an alarm. The database's clock
decides what is due. After a pause, everything due is processed late; `due` in the log shows it. While the right to
send is held, as after a restore, editions that are overdue by more than a set time wait: they may have been published
before, or be out of date.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.content.commands import list_live_editions, publish, withdraw
from hub.content.due_failures import DueWork, delete_due_failure, is_resting, record_due_failure
from hub.content.models import Document, Edition
from hub.content.publishing import EDITION, VIEW, NewView, append_views, load_view_sources
from hub.content.validation import published_content
from hub.db import Database, database_now
from hub.domain.kinds import KINDS
from hub.domain.kinds.bulletin import BULLETIN
from hub.domain.kinds.draft import DRAFT
from hub.domain.lifecycle import DocumentState, EditionState, Verb
from hub.faults import is_outage
from hub.jobs.periodic import PeriodicJob
from hub.log.append import Event
from hub.log.send_lease import SendGate
from hub.times import VIETNAM

log = structlog.get_logger()

POLL_SECONDS = 1.0
"""Seconds between two polls; a poll that finds nothing costs two index lookups."""

EXPIRY_REASONS = {"vi": "Hết thời hạn có giá trị đã công bố.", "en": "Its announced time of validity has passed."}


async def publish_due(database: Database, moment: datetime | None = None, *, overdue: timedelta | None = None) -> int:
    """Publish every edition whose scheduled time has come; returns their number.

    With `overdue`, those whose time lies further back wait.
    """
    moment, done, refused = moment or await _read_clock(database), 0, set[int]()
    while True:
        async with database.write() as session:
            due = (
                select(EDITION.c.id, EDITION.c.document_id, EDITION.c.scheduled_for)
                .where(EDITION.c.state == EditionState.scheduled, EDITION.c.scheduled_for <= moment)
                .where(EDITION.c.id.not_in(refused), EDITION.c.scheduled_for >= moment - overdue if overdue else true())
                .where(~is_resting(DueWork.edition, EDITION.c.id, EDITION.c.scheduled_for, moment))
                .order_by(EDITION.c.scheduled_for, EDITION.c.id)
                .limit(1)
            )
            row = (await session.execute(due)).one_or_none()
            if row is None:
                return done
            if not await _try_lock(session, row.document_id):
                refused.add(row.id)
                continue
            edition = await session.get(Edition, row.id, populate_existing=True)
            # Another worker or an editor may have been faster; values read before the lock are only a hint.
            if edition is None or edition.state != EditionState.scheduled or edition.scheduled_for != row.scheduled_for:
                continue
            event = _DueEvent(DueWork.edition, row.id, row.document_id, row.scheduled_for)
            published = await _run_in_savepoint(session, event, moment, _publish(session, row.id, row.scheduled_for))
            if published is None:
                refused.add(row.id)
                continue
        done += published


async def append_due_events(database: Database, moment: datetime | None = None) -> int:
    """Append log entries for events that became due since each view was built; returns the number of entries."""
    moment, done, refused = moment or await _read_clock(database), 0, set[int]()
    while True:
        async with database.write() as session:
            due = (
                select(VIEW.c.id, VIEW.c.document_id, VIEW.c.next_due)
                .where(VIEW.c.seq_to.is_(None), VIEW.c.next_due <= moment, VIEW.c.state == DocumentState.live)
                .where(VIEW.c.kind != DRAFT.name)
                .where(VIEW.c.id.not_in(refused))
                .where(~is_resting(DueWork.view, VIEW.c.id, VIEW.c.next_due, moment))
                .order_by(VIEW.c.next_due, VIEW.c.id)
                .limit(1)
            )
            row = (await session.execute(due)).one_or_none()
            if row is None:
                return done
            if not await _try_lock(session, row.document_id):
                refused.add(row.id)
                continue
            event = _DueEvent(DueWork.view, row.id, row.document_id, row.next_due)
            appended = await _run_in_savepoint(session, event, moment, _append_due_event(session, row.id))
            if appended is None:
                refused.add(row.id)
                continue
        done += appended


async def count_overdue(database: Database, overdue: timedelta) -> int:
    """Count the scheduled editions whose time lies further back than `overdue`."""
    late = (EDITION.c.state == EditionState.scheduled, EDITION.c.scheduled_for < func.now() - overdue)
    async with database.read() as connection:
        found: int = (await connection.execute(select(func.count()).select_from(EDITION).where(*late))).scalar_one()
    return found


@dataclass(frozen=True, slots=True)
class _DueEvent:
    """One piece of due work."""

    work: DueWork
    item_id: int
    document_id: UUID
    due: datetime


async def _read_clock(database: Database) -> datetime:
    async with database.read() as connection:
        return await database_now(connection)


async def _run_in_savepoint(
    session: AsyncSession, event: _DueEvent, moment: datetime, work: Awaitable[int]
) -> int | None:
    """Run the work on one document in a savepoint and return its result.

    A failure is rolled back and counted (`hub/content/due_failures.py`), and returns None, so the other documents are
    still processed. An outage is nobody's fault and is raised.
    """
    try:
        async with session.begin_nested():
            done = await work
            await delete_due_failure(session, event.work, event.item_id)
            return done
    except Exception as problem:
        if is_outage(problem):
            raise
        await record_due_failure(session, event.work, event.item_id, event.document_id, event.due, problem, moment)
        return None


async def _try_lock(session: AsyncSession, document_id: object) -> bool:
    """Lock a document with SKIP LOCKED; returns false if another transaction holds the lock.

    The document is then processed by the other worker, or at the next poll.
    """
    query = select(Document).where(col(Document.id) == document_id).with_for_update(skip_locked=True)
    return (await session.execute(query)).scalar_one_or_none() is not None


async def _publish(session: AsyncSession, edition_id: int, due: datetime) -> int:
    await publish(session, [edition_id], verb=Verb.publish, due=due)
    edition = await session.get_one(Edition, edition_id)
    await _increment_version(session, edition.document_id)
    return 1


async def _increment_version(session: AsyncSession, document_id: UUID) -> Document:
    """Increment the version: an editor who read the document before must read it again."""
    document = await session.get_one(Document, document_id)
    document.version += 1
    return document


async def _append_due_event(session: AsyncSession, view_id: int) -> int:
    query = select(VIEW.c.edition_id, VIEW.c.kind, VIEW.c.next_due, VIEW.c.published_at).where(
        VIEW.c.id == view_id, VIEW.c.seq_to.is_(None)
    )
    view = (await session.execute(query)).one_or_none()
    if view is None or view.next_due is None:
        return 0
    edition = await session.get_one(Edition, view.edition_id)
    document = await _increment_version(session, edition.document_id)
    kind = KINDS[view.kind]
    content = kind.content.model_validate(published_content(view.kind, edition.content, document.id))
    dues = kind.index(content, view.published_at.astimezone(VIETNAM).date()).due_events
    event = Event(next(name for moment, name in dues if moment == view.next_due))
    if kind is BULLETIN:
        reason = EXPIRY_REASONS.get(edition.lang, EXPIRY_REASONS["vi"])
        await withdraw(session, document, reason=reason, event=event, due=view.next_due)
        return len(await list_live_editions(session, document.id))
    # The view describes the due time, not the present: events that became due later get their own entries.
    [source] = await load_view_sources(session, [edition], {document.id: document}, as_of=view.next_due)
    at = await database_now(session)
    await append_views(session, [NewView(edition, source, event, at, view.next_due)])
    return 1


class Scheduler(PeriodicJob):
    """Polls for due work every `POLL_SECONDS`."""

    name = "clock"
    interval = POLL_SECONDS
    failure_event = "clock_paused"

    def __init__(self, database: Database, *, gate: SendGate | None = None, overdue: timedelta = timedelta(hours=24)):
        self.database = database
        self.gate = gate
        self.overdue = overdue

    async def run_once(self) -> None:
        """Publish scheduled editions, then log the events that are due."""
        held = self.gate is not None and not await self.gate.is_open()
        if published := await publish_due(self.database, overdue=self.overdue if held else None):
            log.info("scheduled_published", editions=published)
        if appended := await append_due_events(self.database):
            log.info("time_told", entries=appended)
