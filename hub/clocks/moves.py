"""Clocks whose end a changed calendar moves: open ones that were never extended, whose breach is not recorded yet.

A term that somebody extended ends when they said; one whose breach is recorded stays breached, and is only listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.clocks.queries import CLOCK, IS_OPEN, OF_RULE, RULE
from hub.domain.working_days import TermEnd, TermUnit, WorkCalendar, end_term
from hub.times import format_rfc3339

log = structlog.get_logger()


@dataclass(frozen=True)
class ClockMove:
    """An open clock that ends at another time by another calendar."""

    clock: Any
    end: TermEnd

    @property
    def stays(self) -> bool:
        """Return True if the clock keeps its end, because its breach is recorded."""
        return self.clock.breached_at is not None

    @property
    def before(self) -> datetime:
        """End of the clock as it is stored."""
        found: datetime = self.clock.due_at
        return found

    def __str__(self) -> str:
        name = f"> {self.clock.rule}  {self.clock.subject_kind} {self.clock.subject_id}"
        moved = f"due_at: {format_rfc3339(self.before)} → {format_rfc3339(self.end.at)}"
        return f"{name}  {moved}{' (stays: its breach is recorded)' if self.stays else ''}"


async def find_moves(session: AsyncSession, calendar: WorkCalendar, *, lock: bool = False) -> list[ClockMove]:
    """Find the open clocks whose end or doubts are others by a calendar."""
    query = (
        select(CLOCK, RULE.c.amount, RULE.c.unit)
        .join_from(CLOCK, RULE, OF_RULE)
        .where(IS_OPEN, CLOCK.c.extended_at.is_(None), RULE.c.unit != TermUnit.hours)
        .order_by(CLOCK.c.id)
    )
    if lock:
        query = query.with_for_update(of=CLOCK)
    found = []
    for clock in await session.execute(query):
        end = end_term(clock.started_at, clock.amount, TermUnit(clock.unit), calendar)
        if end.at != clock.due_at or sorted(end.doubts) != sorted(clock.doubts):
            found.append(ClockMove(clock, end))
    return found


async def move_clocks(session: AsyncSession, moves: Sequence[ClockMove]) -> None:
    """Give clocks the ends and doubts of a calendar."""
    for move in moves:
        if move.stays:
            continue
        values = {"due_at": move.end.at, "doubts": list(move.end.doubts)}
        await session.execute(update(CLOCK).where(CLOCK.c.id == move.clock.id).values(values))
        if move.end.at != move.before:
            ends = {"before": format_rfc3339(move.before), "due": format_rfc3339(move.end.at)}
            log.info("term_moved", rule=move.clock.rule, id=str(move.clock.subject_id), **ends)
