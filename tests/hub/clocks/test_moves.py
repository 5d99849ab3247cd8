"""What a changed calendar does to the clocks that run, and what the log says of breaches and moves."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from hub.clocks.commands import meet_clock
from hub.clocks.difference import ClockDifference, ClockRecord
from hub.clocks.entries import CalendarEntry
from hub.clocks.job import record_breaches
from hub.clocks.load import load_records
from hub.clocks.queries import CLOCK
from hub.db import Database
from hub.domain.working_days import TermDoubt
from tests.support.clock_rows import day_row
from tests.support.letters import KIND, Letters, at, letter, read, start

pytestmark = pytest.mark.usefixtures("rules")


def off(*days: str) -> list[ClockRecord]:
    """Records of days off, as a file has them."""
    return [ClockRecord(CalendarEntry, day_row(day) | {"day": day}, "d") for day in days]


async def load(database: Database, records: list[ClockRecord], *, apply: bool = True) -> ClockDifference:
    async with database.write() as session:
        return await load_records(session, records, apply=apply)


async def test_a_changed_calendar_moves_the_terms_that_run_and_shows_them_before(
    database: Database, letters: Letters
) -> None:
    subjects = runs, extended, breached, met, hours = [letter() for _ in range(5)]
    for subject in subjects:
        await start(database, subject, "2026-08-28T08:00", "thu.gio" if subject is hours else "thu.tra-loi")
    async with database.write() as session:
        await session.execute(
            update(CLOCK).where(CLOCK.c.subject_id == breached.id).values(breached_at=at("2026-09-08T00:00"))
        )
        moment = {"extended_at": at("2026-08-29T00:00"), "due_at": at("2026-09-30T00:00")}
        await session.execute(update(CLOCK).where(CLOCK.c.subject_id == extended.id).values(moment))
        await meet_clock(session, "thu.tra-loi", met, at("2026-08-31T09:00"))
    before = {subject.id: (await read(database, subject))[0] for subject in subjects}
    records = off("2026-08-31")

    shown = await load(database, records, apply=False)
    unchanged = {subject.id: (await read(database, subject))[0] for subject in subjects}
    done = await load(database, records)
    after = {subject.id: (await read(database, subject))[0] for subject in subjects}

    assert (shown.moved, unchanged) == (done.moved, before)
    assert [line.split()[3] for line in shown.moved] == [str(runs.id), str(breached.id)]
    assert ["stays" in line for line in shown.moved] == [False, True]
    # Five working days after Friday, without the 1st and 2nd, and then without Monday, too.
    assert (before[runs.id].due_at, after[runs.id].due_at) == (at("2026-09-09T00:00"), at("2026-09-10T00:00"))
    assert {one: after[one] for one in after if one != runs.id} == {
        one: before[one] for one in before if one != runs.id
    }
    assert (await load(database, records)).moved == []


async def test_a_doubt_ends_when_its_year_is_loaded_though_the_end_of_the_term_stays(
    database: Database, letters: Letters
) -> None:
    subject = letter()
    before = await start(database, subject, "2027-06-07T08:00")
    with capture_logs() as logged:
        found = await load(database, off("2027-01-01", "2027-02-06", "2027-04-30", "2027-05-01", "2027-09-02"))
    [after] = await read(database, subject)

    assert before.doubts == [TermDoubt.beyond_calendar]
    assert (after.doubts, after.due_at, found.moved) == ([], before.due_at, [])
    assert [line for line in logged if line["event"] == "term_moved"] == [], "only an end that is another is told"


async def test_the_log_tells_each_term_that_moves_with_both_ends(database: Database, letters: Letters) -> None:
    runs, elsewhere = letter(), letter()
    await start(database, runs, "2026-08-28T08:00")
    await start(database, elsewhere, "2026-11-02T08:00")
    with capture_logs() as logged:
        await load(database, off("2026-08-31"), apply=False)
        assert logged == [], "nothing has moved yet"
        await load(database, off("2026-08-31"))

    assert [line for line in logged if line["event"] == "term_moved"] == [
        {
            "event": "term_moved",
            "log_level": "info",
            "rule": "thu.tra-loi",
            "id": str(runs.id),
            "before": "2026-09-09T00:00:00+07:00",
            "due": "2026-09-10T00:00:00+07:00",
        }
    ]


async def test_the_log_tells_breaches_and_those_that_could_not_be_recorded(
    database: Database, letters: Letters
) -> None:
    late, refusing = letter("ubnd-hue"), letter()
    for subject in (late, refusing):
        await start(database, subject, "2026-11-02T08:00", "thu.gio")
    letters.refused = {refusing.id}
    with capture_logs() as logged:
        assert await record_breaches(database) == 1
    first = {line["event"]: line for line in logged}
    letters.refused = set()
    with capture_logs() as again:
        assert await record_breaches(database, datetime.now(UTC) + timedelta(minutes=1)) == 1

    assert sorted(line["event"] for line in logged) == ["term_breach_refused", "term_breached"]
    assert first["term_breached"] == {
        "event": "term_breached",
        "log_level": "warning",
        "rule": "thu.gio",
        "subject": KIND,
        "id": str(late.id),
        "agency": "ubnd-hue",
        "due": "2026-11-03T20:00:00+07:00",
        "effect": "breach",
    }
    refused = first["term_breach_refused"]
    assert (refused["log_level"], refused["rule"], refused["attempts"]) == ("warning", "thu.gio", 1)
    assert "the letter is damaged" in refused["problem"]
    assert [(line["event"], line["id"]) for line in again] == [("term_breached", str(refusing.id))]
