"""Figures of the legal clocks: alarms for operators, and counts by agency and rule."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, extract, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.clocks.queries import CLOCK, IS_OPEN, RULE, read_calendar, valid_on
from hub.clocks.subject_registry import started_rules
from hub.times import today


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
    breached: int
    """Over before they were met or cancelled, if they were, whatever came after; or forfeited."""


async def read_clock_alarms(connection: AsyncConnection) -> dict[str, int]:
    """Count the breaches whose duty is still open, and those that could not be recorded: one statement."""
    breached = select(func.count()).where(IS_OPEN, CLOCK.c.breached_at.is_not(None))
    failing = select(func.count()).where(
        IS_OPEN, CLOCK.c.breached_at.is_(None), CLOCK.c.due_at <= func.now(), CLOCK.c.failures > 0
    )
    row = (await connection.execute(select(breached.scalar_subquery(), failing.scalar_subquery()))).one()
    return {"clocks_breached": row[0], "clocks_failing": row[1]}


CALENDAR_MONTHS = 6
"""Months before its end for which the calendar must be known: terms that start then may end after it."""


@dataclass(frozen=True)
class ClockHealth:
    """State of rules, clocks and calendar, for the operator."""

    rules: int
    running: int
    breached: int
    failing: int
    last_year: int
    """Last complete year of the calendar; 0 without one."""
    needed_year: int
    """Year of the day in `CALENDAR_MONTHS` months."""
    gaps: list[str]
    """Codes of rules that the hub starts clocks under, without a row that is valid today: none starts."""
    others: list[str]
    """Codes of further rules without such a row: they have ended, or have not begun, and nobody waits for them."""


async def read_clock_health(connection: AsyncConnection) -> ClockHealth:
    """Read the state of rules, clocks and calendar."""
    alarms = await read_clock_alarms(connection)
    running = select(func.count()).where(IS_OPEN, CLOCK.c.breached_at.is_(None)).scalar_subquery()
    needed = extract("year", func.timezone("Asia/Ho_Chi_Minh", func.now()) + timedelta(days=31 * CALENDAR_MONTHS))
    rules = select(func.count()).select_from(RULE).scalar_subquery()
    by_rule = select(RULE.c.rule, func.bool_or(valid_on(today())).label("is_valid")).group_by(RULE.c.rule)
    last_year = max((await read_calendar(connection)).years, default=0)
    valid = {row.rule: row.is_valid for row in await connection.execute(by_rule)}
    started = started_rules()
    gaps = sorted(rule for rule in started if not valid.get(rule))
    others = sorted(rule for rule in valid.keys() - started if not valid[rule])
    row = (await connection.execute(select(rules, running, needed))).one()
    return ClockHealth(
        row[0], row[1], alarms["clocks_breached"], alarms["clocks_failing"], last_year, int(row[2]), gaps, others
    )


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
        func.count().filter(
            or_(
                CLOCK.c.breached_at.is_not(None),
                func.coalesce(CLOCK.c.met_at, CLOCK.c.cancelled_at, func.clock_timestamp()) >= CLOCK.c.due_at,
            )
        ),
    )
    query = select(CLOCK.c.owner, CLOCK.c.rule, *counts).where(CLOCK.c.started_at >= since, CLOCK.c.started_at < until)
    if owner is not None:
        query = query.where(CLOCK.c.owner == owner)
    query = query.group_by(CLOCK.c.owner, CLOCK.c.rule).order_by(CLOCK.c.owner, CLOCK.c.rule)
    return [ClockFigure(*row) for row in await connection.execute(query)]
