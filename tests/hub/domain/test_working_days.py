"""Ends of terms: by the rules of the Civil Code, against a counter that marks one day after the other."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.working_days import DayException, DayKind, TermDoubt, TermUnit, WorkCalendar, end_term
from hub.times import VIETNAM

OFF, WORKS = DayException(DayKind.holiday), DayException(DayKind.working)
CALENDAR = WorkCalendar(
    {
        date(2026, 1, 1): OFF,
        date(2026, 1, 2): OFF,
        date(2026, 1, 10): WORKS,  # a Saturday, worked for the 2nd
        date(2026, 2, 17): OFF,
        date(2026, 4, 30): OFF,
        date(2026, 5, 1): OFF,
        date(2026, 9, 2): OFF,
        date(2026, 11, 24): OFF,
        date(2027, 1, 1): OFF,
        date(2027, 4, 30): OFF,
        date(2027, 5, 1): OFF,
        date(2027, 9, 2): OFF,
        date(2027, 2, 5): OFF,
        date(2027, 2, 8): OFF,
        date(2027, 2, 9): DayException(DayKind.holiday, is_assumed=True),
    }
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


@pytest.mark.parametrize("amount", [0, -3, 10_001])
def test_an_amount_that_is_no_term_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="a term has 1 to 10,000 working_days"):
        end_term(at("2026-11-02T08:15"), amount, TermUnit.working_days, CALENDAR)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        # Friday 20:00: hours run over the weekend.
        ("2026-11-20T20:05", 24, TermUnit.hours, "2026-11-21T20:05"),
        # The day of the event is not counted, at whichever hour it was.
        ("2026-11-02T00:00", 3, TermUnit.days, "2026-11-06T00:00"),
        ("2026-11-02T23:59", 3, TermUnit.days, "2026-11-06T00:00"),
        # The last day is a Sunday: the term ends with Monday.
        ("2026-11-10T09:30", 5, TermUnit.days, "2026-11-17T00:00"),
        # The last day is a holiday on a Tuesday.
        ("2026-11-09T09:30", 15, TermUnit.days, "2026-11-26T00:00"),
        # The last day is a Saturday on which people work.
        ("2026-01-03T07:00", 7, TermUnit.days, "2026-01-11T00:00"),
        # Friday to the Friday after, over the holiday of Tuesday.
        ("2026-11-20T16:45", 4, TermUnit.working_days, "2026-11-28T00:00"),
        # From New Year's Eve: neither the 1st, nor the 2nd, nor the weekend; the working Saturday counts.
        ("2025-12-31T11:00", 6, TermUnit.working_days, "2026-01-11T00:00"),
        # An event on a day off.
        ("2026-01-03T11:00", 1, TermUnit.working_days, "2026-01-06T00:00"),
    ],
)
def test_a_term_ends_as_the_civil_code_says(start: str, amount: int, unit: TermUnit, end: str) -> None:
    found = end_term(at(start), amount, unit, CALENDAR)

    assert (found.at, found.at.utcoffset(), found.doubts) == (at(end), timedelta(hours=7), ())


def test_the_day_of_the_event_is_that_of_viet_nam() -> None:
    evening = datetime(2026, 11, 2, 17, 30, tzinfo=UTC)  # 00:30 on the 3rd in Huế

    assert end_term(evening, 2, TermUnit.days, CALENDAR).at == at("2026-11-06T00:00")
    assert end_term(evening, 2, TermUnit.hours, CALENDAR).at == at("2026-11-03T02:30")


def test_an_answer_beyond_the_calendar_says_so_and_still_counts_weekends() -> None:
    into_2028 = end_term(at("2027-12-30T10:00"), 2, TermUnit.working_days, CALENDAR)

    assert (into_2028.at, into_2028.doubts) == (at("2028-01-04T00:00"), (TermDoubt.beyond_calendar,))
    assert end_term(at("2027-12-29T10:00"), 2, TermUnit.working_days, CALENDAR).doubts == ()
    assert end_term(at("2031-03-03T10:00"), 9, TermUnit.days, CALENDAR).doubts == (TermDoubt.beyond_calendar,)
    assert end_term(at("2031-03-03T10:00"), 9, TermUnit.hours, CALENDAR).doubts == ()
    assert end_term(at("2024-05-06T10:00"), 9, TermUnit.days, WorkCalendar({})).doubts == (TermDoubt.beyond_calendar,)


@pytest.mark.parametrize("missing", [(1, 1), (2, 17), (4, 30), (5, 1), (9, 2)])
def test_a_year_is_covered_only_with_all_its_fixed_holidays_and_tet(missing: tuple[int, int]) -> None:
    days = {date(2026, *day): OFF for day in ((1, 1), (2, 17), (4, 30), (5, 1), (9, 2), (11, 24))}
    left = {day: off for day, off in days.items() if (day.month, day.day) != missing}

    assert WorkCalendar(days).years == {2026}
    assert WorkCalendar(left).years == frozenset()
    assert WorkCalendar(left | {date(2026, *missing): WORKS}).years == frozenset()
    assert WorkCalendar(days | {date(2028, 1, 3): OFF}).years == {2026}


def test_only_the_days_that_the_end_depends_on_bring_doubts() -> None:
    start = at("2027-02-01T15:00")

    assert end_term(start, 4, TermUnit.days, CALENDAR).doubts == (
        TermDoubt.assumed_day,
    )  # Friday, Monday, then a guess
    assert end_term(start, 3, TermUnit.working_days, CALENDAR).doubts == ()
    assert end_term(start, 4, TermUnit.working_days, CALENDAR).doubts == (TermDoubt.assumed_day,)
    assert end_term(start, 11, TermUnit.days, CALENDAR).doubts == ()


FIRST = date(2025, 12, 1)
KINDS = st.builds(DayException, st.sampled_from(DayKind), st.booleans())
EXCEPTIONS = st.dictionaries(st.integers(0, 400).map(lambda number: FIRST + timedelta(days=number)), KINDS, max_size=60)
STARTS = st.datetimes(datetime(2025, 12, 1), datetime(2026, 12, 24), timezones=st.just(VIETNAM))


def count_naively(start: datetime, amount: int, unit: TermUnit, exceptions: Mapping[date, DayException]) -> datetime:
    """Tick from one midnight to the next, marking what has passed, until the term is over."""
    tick = start.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    passed = 0
    while True:
        day, tick = tick.date(), tick + timedelta(days=1)
        kind = exceptions[day].kind if day in exceptions else None
        is_off = kind == "holiday" or (kind is None and day.isoweekday() in (6, 7))
        passed += not (is_off and unit == "working_days")
        if passed >= amount and not is_off:
            return tick


@given(STARTS, st.integers(1, 60), st.sampled_from([TermUnit.days, TermUnit.working_days]), EXCEPTIONS)
def test_every_term_ends_where_a_counter_of_days_arrives(
    start: datetime, amount: int, unit: TermUnit, exceptions: Mapping[date, DayException]
) -> None:
    calendar = WorkCalendar(exceptions)
    found = end_term(start, amount, unit, calendar)

    assert found.at == count_naively(start, amount, unit, exceptions)
    assert calendar.is_working(found.at.date() - timedelta(days=1))


@given(STARTS, st.integers(1, 40), st.integers(1, 40), EXCEPTIONS)
def test_terms_of_working_days_add_up_and_longer_ones_never_end_earlier(
    start: datetime, first: int, more: int, exceptions: Mapping[date, DayException]
) -> None:
    calendar = WorkCalendar(exceptions)
    ends = {
        unit: [end_term(start, amount, unit, calendar).at for amount in (first, first + more)]
        for unit in (TermUnit.days, TermUnit.working_days)
    }
    last_moment = ends[TermUnit.working_days][0] - timedelta(microseconds=1)

    assert end_term(last_moment, more, TermUnit.working_days, calendar).at == ends[TermUnit.working_days][1]
    assert all(start < short <= long for short, long in ends.values())
    assert ends[TermUnit.days][0] <= ends[TermUnit.working_days][0]
