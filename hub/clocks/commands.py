"""Commands of the packages that clocks run for, in their transactions: start, extend, meet, cancel, forfeit.

The caller holds the lock of the subject. A breach is recorded once, either by the worker (`hub.clocks.job`) or here, by
whoever meets or cancels a clock too late before the worker saw it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.clocks.queries import CLOCK, IS_OPEN, ClockSubject, clock_view, find_rule, read_calendar, select_clocks
from hub.clocks.subject_registry import clock_subject_kind
from hub.clocks.views import ClockView
from hub.db import database_now
from hub.domain.working_days import TermDoubt, end_term
from hub.errors import TransitionConflict
from hub.problem_texts.templates import fill
from hub.times import format_rfc3339

log = structlog.get_logger()


@dataclass(frozen=True)
class ClockStart:
    """A clock that was started; none, with a doubt, if no row of the rule was valid at the time."""

    clock: ClockView | None
    doubts: tuple[TermDoubt, ...]


async def start_clock(session: AsyncSession, rule: str, subject: ClockSubject, started_at: datetime) -> ClockStart:
    """Start the clock of a rule for a subject, under the row that is valid at the start.

    Repeating it changes nothing. Raises `TransitionConflict` if one that started at another time is still running.
    """
    if rule not in clock_subject_kind(subject.kind).rules:
        raise RuntimeError(
            f"The kind of subject `{subject.kind}` names no rule `{rule}`, so nobody would miss its row."
        )
    found = await find_rule(session, rule, started_at, lock=True)
    if found is None:
        log.warning("term_without_rule", rule=rule, subject=subject.kind, at=format_rfc3339(started_at))
        return ClockStart(None, (TermDoubt.no_rule,))
    running = await _lock_open(session, rule, subject)
    if running is None:
        end = end_term(started_at, found.amount, found.unit, await read_calendar(session))
        row = {
            "rule": rule,
            "rule_from": found.valid_from,
            "subject_kind": subject.kind,
            "subject_id": subject.id,
            "owner": subject.owner,
            "started_at": started_at,
            "due_at": end.at,
            "doubts": list(end.doubts),
        }
        made = (await session.execute(insert(CLOCK).values(row).returning(CLOCK.c.id))).scalar_one()
        view = await read_clock(session, made)
        return ClockStart(view, end.doubts)
    view = await read_clock(session, running.id)
    if view.started_at != started_at:
        raise TransitionConflict(
            fill(
                "The clock `{rule}` runs already, since {started_at}.",
                rule=rule,
                started_at=format_rfc3339(view.started_at),
            ),
            expected="to meet or cancel it first",
        )
    return ClockStart(view, tuple(view.doubts))


async def extend_clock(session: AsyncSession, rule: str, subject: ClockSubject, until: datetime) -> ClockView | None:
    """Extend a running clock to a later end, once; None if none runs.

    Raises `TransitionConflict` for an earlier end, for a second extension, and for one that comes too late.
    """
    running = await _lock_open(session, rule, subject)
    if running is None:
        return None
    moment = await database_now(session)
    if running.extended_at is not None or running.breached_at is not None or running.due_at <= moment:
        was_extended = running.extended_at is not None
        raise TransitionConflict(
            fill("The term `{rule}` was extended already.", rule=rule)
            if was_extended
            else fill("The term `{rule}` is over.", rule=rule),
            expected="a term that runs and was never extended",
        )
    if until <= running.due_at:
        raise TransitionConflict(
            fill("The term `{rule}` ends at {due_at}.", rule=rule, due_at=format_rfc3339(running.due_at)),
            expected="a later end: no term is shortened",
        )
    return await _end(session, running.id, due_at=until, extended_at=moment, doubts=[])


async def meet_clock(
    session: AsyncSession, rule: str, subject: ClockSubject, at: datetime | None = None
) -> ClockView | None:
    """Mark a running clock as met at a moment, now by default; None if none runs.

    One that is met too late is breached, too, and its subject is told, unless the worker did both before.
    """
    running = await _lock_open(session, rule, subject)
    if running is None:
        return None
    moment = at or await database_now(session)
    if moment >= running.due_at and running.breached_at is None:
        await record_breach(session, running)
    return await _end(session, running.id, met_at=moment)


async def cancel_clock(session: AsyncSession, rule: str, subject: ClockSubject) -> ClockView | None:
    """Cancel a running clock, whose duty has gone; None if none runs. One that is over is breached before."""
    running = await _lock_open(session, rule, subject)
    if running is None:
        return None
    moment = await database_now(session)
    if moment >= running.due_at and running.breached_at is None:
        await record_breach(session, running)
    return await _end(session, running.id, cancelled_at=moment)


async def forfeit_clock(session: AsyncSession, rule: str, subject: ClockSubject) -> ClockView | None:
    """Breach and cancel a running clock whose duty will never be done, before its end, too; None if none runs."""
    running = await _lock_open(session, rule, subject)
    if running is None:
        return None
    if running.breached_at is None:
        await record_breach(session, running)
    return await _end(session, running.id, cancelled_at=await database_now(session))


async def record_breach(session: AsyncSession, clock: Any) -> None:
    """Mark a locked clock as breached and record it at its subject, in the same transaction."""
    moment = await database_now(session)
    await session.execute(
        update(CLOCK).where(CLOCK.c.id == clock.id).values(breached_at=moment, failures=0, retry_at=None)
    )
    view = await read_clock(session, clock.id)
    await clock_subject_kind(clock.subject_kind).on_breach(session, clock.subject_id, view)
    log.warning(
        "term_breached",
        rule=clock.rule,
        subject=clock.subject_kind,
        id=str(clock.subject_id),
        agency=clock.owner,
        due=format_rfc3339(clock.due_at),
        effect=view.effect.value,
    )


async def read_clock(session: AsyncSession, clock_id: int) -> ClockView:
    """Read one clock as this transaction sees it."""
    return clock_view((await session.execute(select_clocks().where(CLOCK.c.id == clock_id))).mappings().one())


async def _end(session: AsyncSession, clock_id: int, **values: Any) -> ClockView:
    await session.execute(update(CLOCK).where(CLOCK.c.id == clock_id).values(**values))
    return await read_clock(session, clock_id)


async def _lock_open(session: AsyncSession, rule: str, subject: ClockSubject) -> Any:
    query = select(CLOCK).where(
        CLOCK.c.rule == rule, CLOCK.c.subject_kind == subject.kind, CLOCK.c.subject_id == subject.id, IS_OPEN
    )
    return (await session.execute(query.with_for_update())).one_or_none()
