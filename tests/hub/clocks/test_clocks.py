"""Running clocks: started under one row and kept by it, met, extended, breached once, figures and alarms."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from hub.clocks.commands import cancel_clock, extend_clock, meet_clock, start_clock
from hub.clocks.difference import ClockDifference, ClockRecord
from hub.clocks.entries import ClockRuleEntry
from hub.clocks.figures import ClockFigure, count_clocks, read_clock_alarms
from hub.clocks.job import record_breaches
from hub.clocks.load import load_records
from hub.clocks.queries import CLOCK, RULE, ClockSubject, read_minimum
from hub.clocks.views import ClockState
from hub.db import Database
from hub.domain.working_days import TermDoubt
from hub.errors import TransitionConflict
from tests.support.clock_rows import rule_row
from tests.support.letters import Letters, at, letter, read, start

pytestmark = pytest.mark.usefixtures("rules")


async def test_without_a_row_at_the_start_there_is_no_clock_and_a_doubt(database: Database, letters: Letters) -> None:
    subject = letter()
    async with database.write() as session:
        early = await start_clock(session, "thu.tra-loi", subject, at("2019-12-31T23:59"))
        unknown = await start_clock(session, "thu.khong-co", subject, at("2026-09-03T08:00"))

    assert (early.clock, early.doubts) == (unknown.clock, unknown.doubts) == (None, (TermDoubt.no_rule,))
    assert await read(database, subject) == []


async def test_nothing_starts_for_a_kind_that_nobody_has_registered(database: Database, letters: Letters) -> None:
    with pytest.raises(RuntimeError, match="No clocks run for `parcel`"):
        async with database.write() as session:
            await start_clock(session, "thu.gio", ClockSubject("parcel", uuid4(), "so-y-te"), at("2026-09-03T08:00"))


async def test_a_clock_keeps_the_row_that_was_valid_when_it_started(database: Database, letters: Letters) -> None:
    before, after = letter(), letter()
    old = await start(database, before, "2026-08-31T23:59")
    new = await start(database, after, "2026-09-01T00:00")
    async with database.write() as session:
        await session.execute(update(RULE).where(RULE.c.amount == 9).values(amount=12))

    # Five working days after Monday, without the 1st and 2nd; nine days after the 1st, a Thursday.
    assert (old.amount, old.unit, old.due_at, old.effect) == (5, "working_days", at("2026-09-10T00:00"), "breach")
    assert (new.amount, new.unit, new.due_at, new.effect) == (9, "days", at("2026-09-11T00:00"), "warn")
    assert [clock.due_at for clock in await read(database, after)] == [at("2026-09-11T00:00")]
    assert (old.basis, new.basis) == ("Luật Thử nghiệm, Điều 6", "Luật Thử nghiệm, Điều 10")


async def test_a_row_is_not_changed_between_the_reading_of_its_term_and_the_start_of_a_clock(
    database: Database, letters: Letters
) -> None:
    shorter = {"rule": "thu.gio", "valid_from": "2020-01-01", "amount": 30}
    records = [ClockRecord(ClockRuleEntry, shorter, "r")]

    async def load() -> ClockDifference:
        async with database.write() as session:
            return await load_records(session, records, apply=True)

    async with database.write() as session:
        made = await start_clock(session, "thu.gio", letter(), at("2026-11-02T08:00"))
        loading = asyncio.create_task(load())
        await asyncio.sleep(0.2)
        assert not loading.done()
    found = await loading

    assert made.clock is not None
    assert (made.clock.amount, found.changes[0].after is not None) == (36, True)
    assert [fault.field for fault in found.faults] == ["amount"]
    async with database.read() as connection:
        amounts = await connection.execute(select(RULE.c.amount).where(RULE.c.rule == "thu.gio"))
        assert amounts.scalar_one() == 36


async def test_a_clock_that_waits_for_a_load_starts_under_the_row_that_the_load_adds(
    database: Database, letters: Letters
) -> None:
    ended = {"rule": "thu.gio", "valid_from": "2020-01-01", "valid_to": "2026-11-01"}
    after = rule_row("thu.gio", "2026-11-01", None, 31, "hours") | {"valid_from": "2026-11-01"}
    records = [ClockRecord(ClockRuleEntry, members, "r") for members in (ended, after)]
    subject = letter()

    async with database.write() as session:
        found = await load_records(session, records, apply=True)
        starting = asyncio.create_task(start(database, subject, "2026-11-02T08:00", "thu.gio"))
        await asyncio.sleep(0.3)
        assert (found.faults, starting.done()) == ([], False)
    made = await starting

    assert (made.amount, made.due_at) == (31, at("2026-11-03T15:00"))


async def test_a_term_that_was_over_when_its_duty_went_is_a_breach_all_the_same(
    database: Database, letters: Letters
) -> None:
    over, running = letter(), letter()
    await start(database, over, "2026-11-02T08:00", "thu.gio")
    async with database.write() as session:
        await start_clock(session, "thu.gio", running, datetime.now(UTC))
        cancelled = [await cancel_clock(session, "thu.gio", subject) for subject in (over, running)]
    async with database.read() as connection:
        [figure] = await count_clocks(connection, since=at("2026-11-01T00:00"), until=at("2099-01-01T00:00"))

    assert [clock is not None and clock.state for clock in cancelled] == [ClockState.cancelled] * 2
    assert [clock is not None and clock.breached_at is not None for clock in cancelled] == [True, False]
    assert [one for one, _ in letters.told] == [over.id]
    assert (figure.started, figure.cancelled, figure.breached) == (2, 2, 1)
    assert await record_breaches(database) == 0


async def test_two_rows_of_a_rule_never_overlap_and_days_are_in_order(database: Database) -> None:
    for row in (
        rule_row("thu.tra-loi", "2026-08-31", "2026-09-05", 4, "days"),
        rule_row("thu.gio", "2031-01-01", "2031-01-01", 4, "days"),
        rule_row("thu.khac", "2026-08-31", None, 0, "days"),
        rule_row("thu.khac", "2026-08-31", None, 4, "weeks"),
        rule_row("thu.khac", "2026-08-31", None, 4, "days", certainty="sure"),
        rule_row("thu.khac", "2026-08-31", None, 4, "days", effect="block"),
    ):
        with pytest.raises(IntegrityError):
            async with database.write() as session:
                await session.execute(RULE.insert().values(row))


async def test_a_clock_of_a_rule_that_its_kind_does_not_name_is_never_started(
    database: Database, letters: Letters
) -> None:
    """The doctor would not miss a row of it."""
    with pytest.raises(RuntimeError, match=r"`letter` names no rule `thu\.toi-thieu`"):
        await start(database, letter(), "2026-11-02T08:00", "thu.toi-thieu")
    async with database.read() as connection:
        assert (await connection.execute(select(CLOCK.c.id))).all() == []


async def test_a_start_can_be_repeated_but_not_at_another_time_while_it_runs(
    database: Database, letters: Letters
) -> None:
    subject = letter()
    first = await start(database, subject, "2026-11-02T08:00")

    assert await start(database, subject, "2026-11-02T08:00") == first
    with pytest.raises(TransitionConflict, match="runs already, since 2026-11-02T08:00:00"):
        await start(database, subject, "2026-11-03T08:00")
    async with database.write() as session:
        cancelled = await cancel_clock(session, "thu.tra-loi", subject)
        assert await cancel_clock(session, "thu.tra-loi", subject) is None
    assert cancelled is not None
    assert cancelled.state is ClockState.cancelled
    again = await start(database, subject, "2026-11-03T08:00")
    assert [clock.started_at for clock in await read(database, subject)] == [first.started_at, again.started_at]


async def test_the_moment_of_the_end_itself_is_too_late(database: Database, letters: Letters) -> None:
    just, late = letter(), letter("ubnd-hue")
    for subject in (just, late):
        await start(database, subject, "2026-11-02T08:00", "thu.gio")
    end = at("2026-11-03T20:00")
    async with database.write() as session:
        met = await meet_clock(session, "thu.gio", just, end - timedelta(milliseconds=1))
        missed = await meet_clock(session, "thu.gio", late, end)
        assert await meet_clock(session, "thu.gio", late, end) is None

    assert met is not None
    assert missed is not None
    assert (met.state, met.breached_at) == (ClockState.met, None)
    assert (missed.state, missed.breached_at is not None) == (ClockState.late, True)
    assert [one for one, _ in letters.told] == [late.id]
    assert await record_breaches(database) == 0


async def test_a_breach_is_recorded_once_by_however_many_workers(database: Database, letters: Letters) -> None:
    over = [letter() for _ in range(4)]
    for number, subject in enumerate(over):
        await start(database, subject, f"2026-11-0{number + 2}T08:00", "thu.gio")
    running = letter()
    async with database.write() as session:
        await start_clock(session, "thu.gio", running, datetime.now(UTC))

    counts = await asyncio.gather(*(record_breaches(database) for _ in range(3)))

    assert (sum(counts), sorted(one for one, _ in letters.told)) == (4, sorted(one.id for one in over))
    [clock] = await read(database, over[0])
    assert (clock.state, clock.met_at, clock.effect) == (ClockState.overdue, None, "breach")
    assert [clock.state for clock in await read(database, running)] == [ClockState.running]
    async with database.write() as session:
        met = await meet_clock(session, "thu.gio", over[0])
    assert met is not None
    assert (met.state, met.breached_at) == (ClockState.late, clock.breached_at)
    assert await record_breaches(database) == 0


async def test_a_clock_whose_subject_refuses_waits_longer_and_holds_up_no_other(
    database: Database, letters: Letters
) -> None:
    bad, busy, good = letter(), letter(), letter()
    for subject in (bad, busy, good):
        await start(database, subject, "2026-11-02T08:00", "thu.gio")
    letters.refused, letters.locked = {bad.id}, {busy.id}

    assert await record_breaches(database) == 1
    async with database.read() as connection:
        assert await read_clock_alarms(connection) == {"clocks_breached": 1, "clocks_failing": 1}
    assert [clock.breached_at for one in (bad, busy) for clock in await read(database, one)] == [None, None]

    letters.refused, letters.locked = set(), set()
    assert await record_breaches(database) == 1  # the busy one; the bad one waits
    assert await record_breaches(database, datetime.now(UTC) + timedelta(minutes=1)) == 1
    assert [one for one, _ in letters.told] == [good.id, busy.id, bad.id]
    async with database.write() as session:
        for subject in (bad, busy):
            await meet_clock(session, "thu.gio", subject)
        await cancel_clock(session, "thu.gio", good)
    async with database.read() as connection:
        assert await read_clock_alarms(connection) == {"clocks_breached": 0, "clocks_failing": 0}


async def test_a_term_is_extended_once_before_its_end_and_never_shortened(database: Database, letters: Letters) -> None:
    subject, over = letter(), letter()
    moment = datetime.now(UTC)
    async with database.write() as session:
        made = (await start_clock(session, "thu.gio", subject, moment)).clock
        assert made is not None
        assert await extend_clock(session, "thu.tra-loi", subject, made.due_at) is None
        with pytest.raises(TransitionConflict, match="ends at"):
            await extend_clock(session, "thu.gio", subject, made.due_at)
        longer = await extend_clock(session, "thu.gio", subject, made.due_at + timedelta(hours=7))
        assert longer is not None
        assert (longer.due_at - made.due_at, longer.extended_at is not None) == (timedelta(hours=7), True)
        with pytest.raises(TransitionConflict, match="extended already"):
            await extend_clock(session, "thu.gio", subject, made.due_at + timedelta(hours=9))
    await start(database, over, "2026-11-02T08:00", "thu.gio")
    with pytest.raises(TransitionConflict, match="is over"):
        async with database.write() as session:
            await extend_clock(session, "thu.gio", over, moment + timedelta(days=3))


async def test_a_minimum_says_its_earliest_end_and_only_a_confirmed_one_asks_for_a_reason(database: Database) -> None:
    async with database.read() as connection:
        early = await read_minimum(connection, "thu.toi-thieu", at("2025-03-31T23:00"))
        confirmed = await read_minimum(connection, "thu.toi-thieu", at("2026-11-02T00:00"))
        beyond = await read_minimum(connection, "thu.toi-thieu", at("2028-11-02T00:00"))
    async with database.write() as session:
        await session.execute(update(RULE).where(RULE.c.rule == "thu.toi-thieu").values(certainty="reported"))
    async with database.read() as connection:
        warned = await read_minimum(connection, "thu.toi-thieu", at("2026-11-02T00:00"))

    assert (early.rule, early.ends_at, early.effect, early.doubts) == (None, None, None, (TermDoubt.no_rule,))
    assert confirmed.rule is not None
    assert confirmed.rule.amount == 21
    assert (confirmed.ends_at, confirmed.effect, confirmed.doubts) == (at("2026-11-24T00:00"), "reason_required", ())
    assert (warned.ends_at, warned.effect) == (confirmed.ends_at, "warn")
    assert beyond.doubts == (TermDoubt.beyond_calendar,)


async def test_figures_count_clocks_by_agency_and_rule_in_a_period(database: Database, letters: Letters) -> None:
    subjects = [letter("so-y-te") for _ in range(5)]
    for number, subject in enumerate(subjects):
        await start(database, subject, f"2026-10-{number + 10}T08:00", "thu.gio")
    other = letter("ubnd-hue")
    await start(database, other, "2026-10-12T08:00")
    async with database.write() as session:
        await meet_clock(session, "thu.gio", subjects[0], at("2026-10-10T09:00"))
        await meet_clock(session, "thu.gio", subjects[1], at("2026-10-20T09:00"))
        await cancel_clock(session, "thu.gio", subjects[2])
        await start_clock(session, "thu.gio", letter(), datetime.now(UTC))
        assert len((await session.execute(select(CLOCK.c.id))).all()) == 7

    async with database.read() as connection:
        first, after = at("2026-10-01T00:00"), at("2026-11-01T00:00")
        found = await count_clocks(connection, since=first, until=after)
        own = await count_clocks(connection, since=first, until=after, owner="ubnd-hue")

    health = ClockFigure("so-y-te", "thu.gio", started=5, met=1, late=1, overdue=2, running=0, cancelled=1, breached=4)
    city = ClockFigure(
        "ubnd-hue", "thu.tra-loi", started=1, met=0, late=0, overdue=1, running=0, cancelled=0, breached=1
    )
    assert (found, own) == ([health, city], [city])
