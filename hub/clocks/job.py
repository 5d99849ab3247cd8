"""Job of the worker that records breaches: a term is over and nobody has met it.

Each clock is one transaction. Its subject is locked first and the clock after, both with SKIP LOCKED, so two workers
never record a breach twice, and no editor waits. A clock whose subject refuses is counted, waits longer each time,
raises the alarm `clocks_failing`, and holds up no other. The database's clock decides what is over.
"""

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Select, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.clocks.commands import record_breach
from hub.clocks.queries import CLOCK, IS_OPEN
from hub.clocks.subject_registry import clock_subject_kind
from hub.db import Database, database_now
from hub.faults import describe_fault, is_outage
from hub.jobs.backoff import backoff_delay
from hub.jobs.periodic import PeriodicJob

log = structlog.get_logger()

POLL_SECONDS = 5.0
"""Seconds between two polls; a poll that finds nothing costs one lookup in a partial index."""
FIRST_PAUSE = 30.0
"""Seconds until a refused clock is tried again; tripled each time, up to 12 hours."""


async def record_breaches(database: Database, moment: datetime | None = None) -> int:
    """Record the breach of every clock whose term is over; returns their number."""
    if moment is None:
        async with database.read() as connection:
            moment = await database_now(connection)
    done, refused = 0, set[int]()
    while True:
        async with database.write() as session:
            due = _select_due(moment).where(CLOCK.c.id.not_in(refused)).order_by(CLOCK.c.due_at, CLOCK.c.id).limit(1)
            hint = (await session.execute(due)).one_or_none()
            if hint is None:
                return done
            if await _record(session, hint, moment):
                done += 1
            else:
                refused.add(hint.id)


def _select_due(moment: datetime) -> Select[Any]:
    is_ready = or_(CLOCK.c.retry_at.is_(None), CLOCK.c.retry_at <= moment)
    return select(CLOCK).where(IS_OPEN, CLOCK.c.breached_at.is_(None), CLOCK.c.due_at <= moment, is_ready)


async def _record(session: AsyncSession, hint: Any, moment: datetime) -> bool:
    """Record one breach; returns False if it is left to another transaction or to a later attempt."""
    try:
        async with session.begin_nested():
            if not await clock_subject_kind(hint.subject_kind).try_lock(session, hint.subject_id):
                return False
            # Read again: values from before the locks are only a hint.
            again = _select_due(moment).where(CLOCK.c.id == hint.id).with_for_update(skip_locked=True)
            clock = (await session.execute(again)).one_or_none()
            if clock is None:
                return False
            await record_breach(session, clock)
            return True
    except Exception as problem:
        if is_outage(problem):
            raise
        attempts = hint.failures + 1
        pause = backoff_delay(attempts, FIRST_PAUSE)
        failed = update(CLOCK).where(CLOCK.c.id == hint.id).values(failures=attempts, retry_at=moment + pause)
        await session.execute(failed)
        facts = {"rule": hint.rule, "id": hint.id, "attempts": attempts}
        log.warning("term_breach_refused", **facts, problem=describe_fault(problem))
        return False


class ClockJob(PeriodicJob):
    """Records breaches every `POLL_SECONDS`."""

    name = "legal_terms"
    interval = POLL_SECONDS
    failure_event = "legal_terms_paused"

    def __init__(self, database: Database):
        self.database = database

    async def run_once(self) -> None:
        """Record the breaches of all terms that are over."""
        if recorded := await record_breaches(self.database):
            log.info("term_breaches_recorded", terms=recorded)
