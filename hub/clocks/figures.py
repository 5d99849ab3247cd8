"""Figures of the legal clocks: alarms for operators, and counts by agency and rule."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.clocks.queries import CLOCK, IS_OPEN


@dataclass(frozen=True)
class ClockFigure:
    """Counts of the clocks of one agency under one rule that started in a period."""

    owner: str
    rule: str
    started: int
    met: int
    """Met in time."""
    late: int
    """Met too late."""
    overdue: int
    """Not met, and the term is over."""
    running: int
    cancelled: int


async def read_clock_alarms(connection: AsyncConnection) -> dict[str, int]:
    """Count the breaches whose duty is still open, and those that could not be recorded: one statement."""
    breached = select(func.count()).where(IS_OPEN, CLOCK.c.breached_at.is_not(None))
    failing = select(func.count()).where(
        IS_OPEN, CLOCK.c.breached_at.is_(None), CLOCK.c.due_at <= func.now(), CLOCK.c.failures > 0
    )
    row = (await connection.execute(select(breached.scalar_subquery(), failing.scalar_subquery()))).one()
    return {"clocks_breached": row[0], "clocks_failing": row[1]}


async def count_clocks(
    connection: AsyncConnection, *, since: datetime, until: datetime, owner: str | None = None
) -> list[ClockFigure]:
    """Count the clocks that started in a period, by agency and rule."""
    is_met = CLOCK.c.met_at.is_not(None)
    is_over = CLOCK.c.due_at <= func.clock_timestamp()
    counts = (
        func.count(),
        func.count().filter(and_(is_met, CLOCK.c.met_at < CLOCK.c.due_at)),
        func.count().filter(and_(is_met, CLOCK.c.met_at >= CLOCK.c.due_at)),
        func.count().filter(and_(IS_OPEN, is_over)),
        func.count().filter(and_(IS_OPEN, ~is_over)),
        func.count().filter(CLOCK.c.cancelled_at.is_not(None)),
    )
    query = select(CLOCK.c.owner, CLOCK.c.rule, *counts).where(CLOCK.c.started_at >= since, CLOCK.c.started_at < until)
    if owner is not None:
        query = query.where(CLOCK.c.owner == owner)
    query = query.group_by(CLOCK.c.owner, CLOCK.c.rule).order_by(CLOCK.c.owner, CLOCK.c.rule)
    return [ClockFigure(*row) for row in await connection.execute(query)]
