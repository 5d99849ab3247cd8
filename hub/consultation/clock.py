"""Clock of consultations: opens and closes them at their instants, and begins those of drafts from older processes.

The documents' own promised entries (`consultation_opened`, `consultation_closed`) and the consultation's are one
transaction. Each item is locked with SKIP LOCKED, so two workers never process it twice; one that fails is counted,
waits longer each time, and holds up no other. The database's clock decides.
"""

from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Select, literal, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.consultation.answer_term import start_answer_term
from hub.consultation.closing_soon import log_closing_soon
from hub.consultation.commands import append_document_events
from hub.consultation.comments.closing_counts import count_at_closing
from hub.consultation.entries import new_entry
from hub.consultation.models import Consultation
from hub.consultation.publication import (
    PublishedDraft,
    announce,
    begin,
    published_draft,
    record_drafts,
)
from hub.consultation.records import (
    CONSULTATION,
    MEMBER,
    find_memberships,
    list_documents,
    lock_consultations,
    sync_views,
)
from hub.consultation.submission.arrival_time import PROCESSING_SECONDS
from hub.consultation.submission.inputs import MAX_BODY
from hub.content.commands import list_live_editions
from hub.content.due_failures import DueWork, delete_due_failure, is_resting, record_due_failure
from hub.content.models import Document
from hub.content.publishing import VIEW, load_view_sources
from hub.db import Database, database_now
from hub.domain.consultations import ConsultationStage, ConsultationVerb, next_stage
from hub.domain.lifecycle import DocumentState
from hub.faults import is_outage
from hub.jobs.periodic import PeriodicJob
from hub.log.append import Event, append_entries, lock_head
from hub.log.subjects import ConsultationEvent
from hub.web.server.limits import ServerLimits

log = structlog.get_logger()

POLL_SECONDS = 1.0

CLOSING_DELAY = timedelta(seconds=max(60, ServerLimits.body_seconds_for(MAX_BODY) + PROCESSING_SECONDS))
"""Time after its end in which a consultation is logged as closed: a comment whose head arrived in time may still be on
its way, as long as the server waits for its body."""

_EVENTS = {
    ConsultationVerb.open: (Event.consultation_opened, ConsultationEvent.opened),
    ConsultationVerb.close: (Event.consultation_closed, ConsultationEvent.closed),
}


async def turn_due(database: Database, moment: datetime | None = None) -> int:
    """Open and close the consultations whose instant has come, the earliest first; returns the number of turns."""
    moment, done, refused = moment or await _read_clock(database), 0, set[int]()
    while True:
        async with database.write() as session:
            row = (await session.execute(_select_due(moment, refused))).one_or_none()
            if row is None:
                return done
            documents = await _try_lock_members(session, row.id)
            if documents is None:
                refused.add(row.number)
                continue
            found = (await lock_consultations(session, [row.id], skip_locked=True)).get(row.id)
            if found is None:
                refused.add(row.number)
                continue
            verb = ConsultationVerb(row.verb)
            # Another worker or an editor may have been faster; what was read before the lock is only a hint.
            if (found.opens_at if verb is ConsultationVerb.open else found.closes_at) != row.due:
                continue
            if (found.stage is ConsultationStage.announced) is not (verb is ConsultationVerb.open):
                continue
            work = _turn(session, found, documents, verb, row.due)
            if not await _run(session, DueWork.window, row.number, documents[0].id, row.due, moment, work):
                refused.add(row.number)
                continue
        done += 1


async def begin_missing(database: Database, moment: datetime | None = None) -> int:
    """Begin the consultations of public drafts that were published by a process that knew none; returns their number.

    Their entries say when they became known: the log has no earlier word of them.
    """
    moment, done, refused = moment or await _read_clock(database), 0, set[int]()
    while True:
        async with database.write() as session:
            query = (
                select(VIEW.c.id, VIEW.c.document_id, VIEW.c.closes_at)
                .where(VIEW.c.seq_to.is_(None), VIEW.c.state == DocumentState.live)
                .where(VIEW.c.consultation_id.is_(None), VIEW.c.closes_at.is_not(None))
                .where(VIEW.c.id.not_in(refused))
                .where(~is_resting(DueWork.view, VIEW.c.id, VIEW.c.closes_at, moment))
                .order_by(VIEW.c.document_id)
                .limit(1)
            )
            row = (await session.execute(query)).one_or_none()
            if row is None:
                return done
            document = await _try_lock(session, row.document_id)
            if document is None:
                refused.add(row.id)
                continue
            work = _begin_from_views(session, document)
            if not await _run(session, DueWork.view, row.id, row.document_id, row.closes_at, moment, work):
                refused.add(row.id)
                continue
        done += 1


def _select_due(moment: datetime, refused: set[int]) -> Select[Any]:
    """Select the next consultation to open or close."""
    opening = select(CONSULTATION.c.id, CONSULTATION.c.number, CONSULTATION.c.opens_at.label("due")).add_columns(
        literal(ConsultationVerb.open.value).label("verb")
    )
    opening = opening.where(CONSULTATION.c.state == ConsultationStage.announced, CONSULTATION.c.opens_at <= moment)
    closing = select(CONSULTATION.c.id, CONSULTATION.c.number, CONSULTATION.c.closes_at.label("due")).add_columns(
        literal(ConsultationVerb.close.value).label("verb")
    )
    ended = moment - CLOSING_DELAY
    closing = closing.where(CONSULTATION.c.state == ConsultationStage.open, CONSULTATION.c.closes_at <= ended)
    due = union_all(opening, closing).subquery("due")
    return (
        select(due)
        .where(due.c.number.not_in(refused), ~is_resting(DueWork.window, due.c.number, due.c.due, moment))
        .order_by(due.c.due, due.c.id)
        .limit(1)
    )


async def _turn(
    session: AsyncSession, found: Consultation, documents: list[Document], verb: ConsultationVerb, due: datetime
) -> None:
    """Open or close a consultation; its documents' entries describe the due time, not the present."""
    at = await database_now(session)
    of_document, of_consultation = _EVENTS[verb]
    found.state = next_stage(verb, found.stage)
    if verb is ConsultationVerb.open:
        found.opened_at = at
    else:
        found.closed_at = at
        await count_at_closing(session, found)
        await start_answer_term(session, found)
    found.version += 1
    await session.flush()
    await append_document_events(session, documents, of_document, at, due)
    # After that: rows that were closed keep what they had.
    await sync_views(session, found)
    entry = new_entry(of_consultation, found, await list_documents(session, found.id), at, due=due)
    await append_entries(session, await lock_head(session), [entry])


async def _begin_from_views(session: AsyncSession, document: Document) -> None:
    """Begin the consultation of a live draft from its public editions.

    A due time that an older process has not logged yet is still to come.
    """
    views = select(VIEW.c.lang, VIEW.c.next_due).where(VIEW.c.document_id == document.id, VIEW.c.seq_to.is_(None))
    dues = {row.lang: row.next_due for row in await session.execute(views)}
    editions = await list_live_editions(session, document.id)
    sources = await load_view_sources(session, editions, {document.id: document}, as_of=await database_now(session))
    at = await database_now(session)
    drafts = [published_draft(source, at) for source in sources]
    entries = []
    if document.id not in await find_memberships(session, [document.id]):
        first = next(draft for draft in drafts if draft.window is not None)
        consultation = await begin(session, first, _pending_stage(first, dues.get(first.lang)))
        entries += announce(consultation, first)
    entries += await record_drafts(session, drafts, set())
    members = await find_memberships(session, [document.id])
    [consultation] = (await lock_consultations(session, set(members.values()))).values()
    await sync_views(session, consultation)
    done = update(VIEW).where(VIEW.c.document_id == document.id, VIEW.c.seq_to.is_(None)).values(next_due=None)
    await session.execute(done)
    if entries:
        await append_entries(session, await lock_head(session), entries)


def _pending_stage(draft: PublishedDraft, next_due: datetime | None) -> ConsultationStage | None:
    """Return the stage up to which an older process has logged a draft's dates; None if it has logged all or none."""
    if draft.window is None or next_due is None:
        return None
    return ConsultationStage.announced if next_due == draft.window.opens_at else ConsultationStage.open


async def _try_lock(session: AsyncSession, document_id: UUID) -> Document | None:
    query = select(Document).where(col(Document.id) == document_id).with_for_update(skip_locked=True)
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()


async def _try_lock_members(session: AsyncSession, consultation: UUID) -> list[Document] | None:
    """Lock the documents of a consultation, in the order of their ids; None if somebody else has one of them."""
    members = select(MEMBER.c.document_id).where(MEMBER.c.consultation_id == consultation)
    ids = sorted((await session.execute(members)).scalars())
    query = select(Document).where(col(Document.id).in_(ids)).order_by(col(Document.id))
    locked = query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    found = list((await session.execute(locked)).scalars())
    return found if len(found) == len(ids) else None


async def _run(
    session: AsyncSession,
    work: DueWork,
    item: int,
    document_id: UUID,
    due: datetime,
    moment: datetime,
    done: Awaitable[None],
) -> bool:
    """Run the work on one item in a savepoint; a failure is rolled back and counted, an outage is raised."""
    try:
        async with session.begin_nested():
            await done
            await delete_due_failure(session, work, item)
            return True
    except Exception as problem:
        if is_outage(problem):
            raise
        await record_due_failure(session, work, item, document_id, due, problem, moment)
        return False


async def _read_clock(database: Database) -> datetime:
    async with database.read() as connection:
        return await database_now(connection)


class ConsultationClock(PeriodicJob):
    """Polls for consultations to begin, open and close every `POLL_SECONDS`."""

    name = "consultations"
    interval = POLL_SECONDS
    failure_event = "consultation_clock_paused"

    def __init__(self, database: Database):
        self.database = database

    async def run_once(self) -> None:
        """Begin what older processes published, open and close what is due, and log what closes soon."""
        if begun := await begin_missing(self.database):
            log.info("consultations_begun", consultations=begun)
        if turned := await turn_due(self.database):
            log.info("consultations_turned", consultations=turned)
        if closing := await log_closing_soon(self.database):
            log.info("consultations_closing_soon", consultations=closing)
