"""Loads of rules and calendar: faults first, then what is added, changed and removed; and the file of the hub."""

from collections import Counter
from datetime import date
from typing import Any

import orjson
import pytest

from hub.clocks.difference import ClockRecord, ClockStore, apply_changes, compare, missing_records
from hub.clocks.entries import CalendarEntry, ClockRuleEntry, entry_key
from hub.clocks.record_files import bundle_records, parse_records
from hub.domain.working_days import DayException, TermUnit, WorkCalendar, end_term
from hub.errors import InvalidInput
from hub.times import midnight
from tests.support.clock_rows import day_row, rule_row


def rule(*given: Any, **other: Any) -> ClockRecord:
    return ClockRecord(ClockRuleEntry, rule_row(*given, **other) | {"valid_from": given[1], "valid_to": given[2]}, "r")


def day(*given: Any, **other: Any) -> ClockRecord:
    return ClockRecord(CalendarEntry, day_row("2020-02-02", *given[1:]) | {"day": given[0]} | other, "d")


def partial(record: ClockRecord, *names: str, **members: Any) -> ClockRecord:
    """The record with some of its members only, and others."""
    return ClockRecord(record.model, {name: record.members[name] for name in names} | members, record.where)


OLD = rule("thu.tra-loi", "2020-01-01", "2026-09-01", 5, "working_days")
NEW = rule("thu.tra-loi", "2026-09-01", None, 9, "days")
HOLIDAY = day("2026-11-24")


@pytest.fixture
def store() -> ClockStore:
    return apply_changes({}, compare({}, [OLD, NEW, HOLIDAY]).changes)


def faults(store: ClockStore, *records: ClockRecord, kept: Any = ()) -> list[str]:
    return [str(fault) for fault in compare(store, records, kept).faults]


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        (rule("thu.khac", "2026-01-01", None, 0, "days"), "r: amount: must be at least 1"),
        (rule("thu.khac", "2026-01-01", None, True, "days"), "r: amount: must be a whole number"),
        (
            rule("thu.khac", "2026-01-01", None, 4, "weeks"),
            "r: unit: must be 'hours', 'days' or 'working_days'",
        ),
        (rule("thu.khac", "2026-01-01", "2026-01-01", 4, "days"), "r: valid_to: the row would end before it begins"),
        (rule("thu.khac", "2026-01-01", None, 4, "days", hours=3), "r: hours: is not known here"),
        (day("2026-02-30"), "d: day: the calendar has no day 2026-02-30"),
        (day("2026-05-05", certainty="sure"), "d: certainty: must be 'confirmed', 'reported' or 'assumed'"),
        (partial(HOLIDAY, day="2026-12-24", remove=True), "d: There is no such row to remove."),
        (rule("thu.tra-loi", "2026-08-31", None, 4, "days"), "rule thu.tra-loi (2026-08-31): valid_from: The row from"),
    ],
)
def test_a_record_that_breaks_a_rule_is_named_with_its_member(
    store: ClockStore, record: ClockRecord, fault: str
) -> None:
    assert [found[: len(fault)] for found in faults(store, record)][:1] == [fault]


def test_a_row_that_clocks_keep_never_gets_another_term_but_may_end_and_be_confirmed(store: ClockStore) -> None:
    kept = {("thu.tra-loi", date(2026, 9, 1))}
    longer = partial(NEW, "rule", "valid_from", amount=12)
    gone = partial(NEW, "rule", "valid_from", remove=True)
    ended = partial(NEW, "rule", "valid_from", valid_to="2028-01-01", certainty="confirmed", basis="Luật khác")

    assert len(faults(store, longer)) == len(faults(store, gone)) == 0
    assert "amount: Clocks were started under this row" in faults(store, longer, kept=kept)[0]
    assert "cannot be removed" in faults(store, gone, kept=kept)[0]
    assert faults(store, ended, rule("thu.tra-loi", "2028-01-01", None, 3, "hours"), kept=kept) == []


def test_a_load_says_what_it_adds_changes_and_removes_and_leaves_the_rest(store: ClockStore) -> None:
    records = [
        partial(HOLIDAY, "day", kind="working"),
        partial(OLD, "rule", "valid_from", remove=True),
        NEW,
        day("2027-11-24"),
    ]
    found = compare(store, records)

    assert [str(change) for change in found.changes] == [
        "~ day 2026-11-24  kind: holiday → working",
        "- rule thu.tra-loi (2020-01-01)  5 working days  confirmed  Thời hạn thử 5",
        "+ day 2027-11-24  holiday  reported  Ngày lễ 2020-02-02",
    ]
    after = apply_changes(store, found.changes)
    assert sorted(after) == [("", date(2026, 11, 24)), ("", date(2027, 11, 24)), ("thu.tra-loi", date(2026, 9, 1))]
    assert compare(after, [partial(HOLIDAY, "day", kind="working"), NEW]).changes == []
    assert faults(store, HOLIDAY, HOLIDAY) == ["d: day 2026-11-24 is there twice."]


def test_only_unknown_rules_and_years_are_missing(store: ClockStore) -> None:
    another, other_year = rule("thu.khac", "2026-01-01", None, 4, "days"), day("2027-01-01")
    records = [rule("thu.tra-loi", "2031-01-01", None, 2, "hours"), another, day("2026-05-01"), other_year]

    assert missing_records(store, records) == [another, other_year]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"days": []}', b'{"rules": {}}', b'{"calendar": [3]}'])
def test_a_file_of_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput):
        parse_records(body)


def bundle() -> ClockStore:
    found = compare({}, bundle_records())
    assert found.faults == []
    return apply_changes({}, found.changes)


def test_the_calendar_of_the_hub_has_eleven_days_and_the_24th_of_november_and_each_exchange_is_even() -> None:
    days = [entry for entry in bundle().values() if isinstance(entry, CalendarEntry)]
    off = Counter(entry.day.year for entry in days if entry.kind == "holiday" and entry.day.weekday() < 5)
    lunar = {entry.day for entry in days if entry.name_en in ("Lunar New Year", "Hung Kings’ Commemoration Day")}
    swapped = Counter(entry.kind.value for entry in days if "exchanged" in entry.name_en or "Worked" in entry.name_en)

    # Each holiday on a weekend is made up for, and each exchange adds a day off.
    assert off == {2025: 11 + 1, 2026: 12 + 2, 2027: 12}
    assert {date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6)} <= lunar
    assert {date(2025, 4, 7), date(2026, 4, 26), date(2027, 4, 16)} <= lunar
    assert [year for year in (2025, 2026, 2027) if date(year, 11, 24) in {entry.day for entry in days}] == [2026, 2027]
    assert swapped == {"holiday": 3, "working": 3}
    assert [entry.day for entry in days if entry.kind == "working" and entry.day.weekday() < 5] == [
        date(2027, 2, 11),
        date(2027, 9, 1),
    ]


def test_rules_of_the_hub_follow_each_other_without_a_gap_and_no_amount_is_confirmed_by_accident() -> None:
    rows = sorted((row for row in bundle().values() if isinstance(row, ClockRuleEntry)), key=entry_key)
    confirmed = {(row.rule, str(row.valid_from)) for row in rows if row.certainty == "confirmed"}
    on_day = [row for row in rows if row.valid_from <= date(2026, 11, 29) and row.valid_to is None]
    calendar = {
        entry.day: DayException(entry.kind, entry.certainty == "assumed")
        for entry in bundle().values()
        if isinstance(entry, CalendarEntry)
    }

    assert {row.rule for row in on_day} == {row.rule for row in rows}
    assert len(on_day) == len({row.rule for row in rows})
    assert confirmed == {
        ("information.publication", "2018-07-01"),
        ("information.correction", "2018-07-01"),
        ("press.first_word", "2017-03-30"),
        ("press.authorisation", "2017-03-30"),
    }
    window = next(row for row in on_day if row.rule == "consultation.window")
    # Twenty days after 4 November end on the 24th, which is a holiday.
    end = end_term(midnight(date(2026, 11, 4)), window.amount, TermUnit(window.unit), WorkCalendar(calendar))
    assert (window.amount, end.at, end.doubts) == (20, midnight(date(2026, 11, 26)), ())


def test_a_file_reads_as_it_is_written() -> None:
    written = orjson.dumps({"calendar": [dict(HOLIDAY.members) | {"day": "2026-11-24"}]})

    [record] = parse_records(b"\xef\xbb\xbf" + written)

    assert (record.where, compare({}, [record]).changes[0].key) == ("calendar[0]", ("", date(2026, 11, 24)))
