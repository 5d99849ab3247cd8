"""Ends of legal terms (thời hạn): hours, days and working days after a moment, by a calendar that is data.

Bộ luật Dân sự 2015, Điều 147–148: the day of the event is not counted; a term in days ends with its last day, and with
the next working day if that is a day off; a term in hours runs from the moment itself, over days off, too. All days are
those of Việt Nam (+07:00). An end is exclusive: 00:00 after the last day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice

from hub.problem_texts.templates import fill
from hub.times import VIETNAM, midnight

MAX_AMOUNT = 10_000
"""Largest amount of a term, in whichever unit: a century of working days is no term."""
_SATURDAY = 5
_DAY = timedelta(days=1)


class TermUnit(StrEnum):
    """Unit of a term: hours (giờ), calendar days (ngày) or working days (ngày làm việc)."""

    hours = "hours"
    days = "days"
    working_days = "working_days"


class DayKind(StrEnum):
    """Kind of a day that is not as its weekday says: a day off (ngày nghỉ), or a working day (ngày làm việc bù)."""

    holiday = "holiday"
    working = "working"


class TermDoubt(StrEnum):
    """Reason why the end of a term may be another one (điều chưa chắc chắn)."""

    beyond_calendar = "beyond_calendar"
    assumed_day = "assumed_day"
    no_rule = "no_rule"


@dataclass(frozen=True)
class DayException:
    """A day of the calendar that is not as its weekday says; `is_assumed` if nobody has confirmed or reported it."""

    kind: DayKind
    is_assumed: bool = False


@dataclass(frozen=True)
class TermEnd:
    """The first moment after a term, with the reasons why it may be another one."""

    at: datetime
    doubts: tuple[TermDoubt, ...] = ()


_FIXED = ((1, 1), (4, 30), (5, 1), (9, 2))
"""Month and day of the holidays that are the same in all years (Bộ luật Lao động 2019, Điều 112)."""
_TET = ((1, 21), (2, 20))
"""First and last day on which a lunar year can begin."""


def complete_years(exceptions: Mapping[date, DayException]) -> frozenset[int]:
    """The years of which a calendar has the fixed holidays, and one at Tết: a single row is no calendar of a year."""
    off = {day for day, exception in exceptions.items() if exception.kind is DayKind.holiday}
    return frozenset(
        year
        for year in {day.year for day in off}
        if all(date(year, *day) in off for day in _FIXED)
        and any(date(year, *_TET[0]) <= day <= date(year, *_TET[1]) for day in off)
    )


class WorkCalendar:
    """Working days and days off: Monday to Friday, except as the rows of the calendar say.

    It covers the years that are complete. In other years it knows weekends and its rows, and every answer has a doubt.
    """

    def __init__(self, exceptions: Mapping[date, DayException]):
        self._exceptions = exceptions
        self.years = complete_years(exceptions)

    def is_working(self, day: date) -> bool:
        """Return True for a working day."""
        if (exception := self._exceptions.get(day)) is not None:
            return exception.kind is DayKind.working
        return day.weekday() < _SATURDAY

    def working_days_after(self, day: date) -> Iterator[date]:
        """The working days after a day, without end."""
        return (later for later in _days_after(day) if self.is_working(later))

    def doubts(self, days: Iterable[date]) -> tuple[TermDoubt, ...]:
        """Reasons why the kind of one of the days may be another one."""
        found = set()
        for day in days:
            if day.year not in self.years:
                found.add(TermDoubt.beyond_calendar)
            elif (exception := self._exceptions.get(day)) is not None and exception.is_assumed:
                found.add(TermDoubt.assumed_day)
        return tuple(sorted(found))


def end_term(start: datetime, amount: int, unit: TermUnit, calendar: WorkCalendar) -> TermEnd:
    """Return the end of a term that an event at `start` begins. Raises `ValueError` for an amount below 1.

    The doubts are those of the days that the end depends on.
    """
    if not 1 <= amount <= MAX_AMOUNT:
        raise ValueError(
            fill("a term has 1 to {max_amount:,} {unit}, not {amount}", max_amount=MAX_AMOUNT, unit=unit, amount=amount)
        )
    if unit is TermUnit.hours:
        return TermEnd((start + timedelta(hours=amount)).astimezone(VIETNAM))
    day = start.astimezone(VIETNAM).date()
    if unit is TermUnit.days:
        first = day + timedelta(days=amount)
        last = first if calendar.is_working(first) else next(calendar.working_days_after(first))
    else:
        first = day + _DAY
        last = next(islice(calendar.working_days_after(day), amount - 1, None))
    return TermEnd(midnight(last + _DAY), calendar.doubts(_days_from(first, last)))


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += _DAY
        yield day


def _days_from(first: date, last: date) -> Iterator[date]:
    """The days from the first to the last, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
