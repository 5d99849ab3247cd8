"""Reads of the legal clocks: rules, calendar, the clocks of a subject, and minimum terms."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.clocks.models import CalendarDay, Certainty, Clock, ClockEffect, ClockRule
from hub.clocks.params import ClocksParams
from hub.clocks.views import CalendarDayView, ClockRuleView, ClockState, ClocksView, ClockView
from hub.db import table
from hub.domain.working_days import DayException, DayKind, TermDoubt, WorkCalendar, end_term
from hub.times import VIETNAM

RULE, DAY, CLOCK = table(ClockRule), table(CalendarDay), table(Clock)

OF_RULE = and_(RULE.c.rule == CLOCK.c.rule, RULE.c.valid_from == CLOCK.c.rule_from)
_RULE_MEMBERS = ("name", "name_en", "amount", "unit", "effect", "certainty", "basis", "basis_url")
_CLOCK_MEMBERS = (
    "rule",
    "started_at",
    "due_at",
    "extended_at",
    "met_at",
    "breached_at",
    "cancelled_at",
    "doubts",
)

IS_OPEN = and_(CLOCK.c.met_at.is_(None), CLOCK.c.cancelled_at.is_(None))
"""Condition of a clock that has not ended."""


@dataclass(frozen=True)
class ClockSubject:
    """The thing that a clock runs for (đối tượng): its kind and id, and the agency whose term it is."""

    kind: str
    id: UUID
    owner: str


@dataclass(frozen=True)
class MinimumTerm:
    """A term that must at least be kept, such as the window of a consultation, from a start on.

    Without a row that is valid at the start, everything but the doubts is None.
    """

    rule: ClockRuleView | None
    ends_at: datetime | None
    """Earliest end that keeps it."""
    effect: ClockEffect | None
    """Effect of an earlier end: always a warning unless the rule is confirmed."""
    doubts: tuple[TermDoubt, ...]


def effect_of(effect: str, certainty: str) -> ClockEffect:
    """Return the effect that a row has: one that is not confirmed only warns."""
    return ClockEffect(effect) if certainty == Certainty.confirmed else ClockEffect.warn


def valid_on(day: date) -> ColumnElement[bool]:
    """Build the condition of rows of rules that are valid on a day."""
    return and_(RULE.c.valid_from <= day, or_(RULE.c.valid_to.is_(None), RULE.c.valid_to > day))


async def read_calendar(connection: AsyncConnection | AsyncSession) -> WorkCalendar:
    """Read the calendar of working days."""
    return build_calendar(await connection.execute(select(DAY.c.day, DAY.c.kind, DAY.c.certainty)))


def build_calendar(days: Iterable[Any]) -> WorkCalendar:
    """Build the calendar of working days from rows or entries of days."""
    return WorkCalendar({day.day: DayException(DayKind(day.kind), day.certainty == Certainty.assumed) for day in days})


async def find_rule(
    connection: AsyncConnection | AsyncSession, rule: str, at: datetime, *, lock: bool = False
) -> ClockRuleView | None:
    """Find the row of a rule that is valid on the day of a moment, in Việt Nam.

    With `lock` it cannot be changed by a load until the transaction ends; others can read and lock it, too.
    """
    query = select(RULE).where(RULE.c.rule == rule, valid_on(at.astimezone(VIETNAM).date()))
    if lock:
        query = query.with_for_update(read=True, key_share=True)
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None and lock:
        # A load that ended the row while this statement waited for it also added the next one, which only a new
        # statement sees.
        row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else ClockRuleView.model_validate(dict(row))


async def read_minimum(connection: AsyncConnection | AsyncSession, rule: str, start: datetime) -> MinimumTerm:
    """Read the minimum term of a rule from a start on: two statements."""
    return (await read_minimums(connection, rule, [start]))[start]


async def read_minimums(
    connection: AsyncConnection | AsyncSession, rule: str, starts: Collection[datetime]
) -> dict[datetime, MinimumTerm]:
    """Read the minimum terms of a rule from several starts on: two statements for all."""
    if not starts:
        return {}
    calendar = await read_calendar(connection)
    query = select(RULE).where(RULE.c.rule == rule).order_by(RULE.c.valid_from)
    rows = [ClockRuleView.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]
    return {start: _minimum_term(_valid_row(rows, start), start, calendar) for start in starts}


def _valid_row(rows: Iterable[ClockRuleView], at: datetime) -> ClockRuleView | None:
    day = at.astimezone(VIETNAM).date()
    valid = (row for row in rows if row.valid_from <= day and (row.valid_to is None or row.valid_to > day))
    return next(valid, None)


def _minimum_term(found: ClockRuleView | None, start: datetime, calendar: WorkCalendar) -> MinimumTerm:
    if found is None:
        return MinimumTerm(None, None, None, (TermDoubt.no_rule,))
    end = end_term(start, found.amount, found.unit, calendar)
    return MinimumTerm(found, end.at, effect_of(found.effect, found.certainty), end.doubts)


def select_clocks() -> Select[Any]:
    """Select clocks with the members of their rows, and their state by the clock of the database."""
    columns = [CLOCK.c[name] for name in _CLOCK_MEMBERS] + [RULE.c[name] for name in _RULE_MEMBERS]
    is_late = CLOCK.c.due_at <= func.clock_timestamp()
    return select(*columns, is_late.label("is_late")).join_from(CLOCK, RULE, OF_RULE)


def clock_view(row: Mapping[Any, Any]) -> ClockView:
    """Build the view of a selected clock."""
    members = {name: row[name] for name in (*_CLOCK_MEMBERS, *_RULE_MEMBERS)}
    members["effect"] = effect_of(row["effect"], row["certainty"])
    return ClockView(**members, state=_state(row))


def _state(row: Mapping[Any, Any]) -> ClockState:
    if row["cancelled_at"] is not None:
        return ClockState.cancelled
    if row["met_at"] is not None:
        return ClockState.met if row["met_at"] < row["due_at"] else ClockState.late
    return ClockState.overdue if row["is_late"] else ClockState.running


async def read_clocks(
    connection: AsyncConnection | AsyncSession, kind: str, ids: Sequence[UUID]
) -> dict[UUID, list[ClockView]]:
    """Read the clocks of subjects of a kind, in the order in which they were started: one statement."""
    query = select_clocks().add_columns(CLOCK.c.subject_id).order_by(CLOCK.c.id)
    found: dict[UUID, list[ClockView]] = {one: [] for one in ids}
    rows = await connection.execute(query.where(CLOCK.c.subject_kind == kind, CLOCK.c.subject_id.in_(ids)))
    for row in rows.mappings():
        found[row["subject_id"]].append(clock_view(row))
    return found


async def read_public_clocks(connection: AsyncConnection, params: ClocksParams) -> ClocksView:
    """Read the rows of all rules, or those valid on a day, and the calendar of a year: two statements."""
    rules = select(RULE).order_by(RULE.c.rule, RULE.c.valid_from)
    if params.on is not None:
        rules = rules.where(valid_on(params.on))
    found = [ClockRuleView(**row) for row in (await connection.execute(rules)).mappings()]
    days = [CalendarDayView(**row) for row in (await connection.execute(select(DAY).order_by(DAY.c.day))).mappings()]
    asked = None if params.calendar is None else [day for day in days if day.day.year == params.calendar]
    return ClocksView(rules=found, years=sorted(build_calendar(days).years), calendar=asked)
