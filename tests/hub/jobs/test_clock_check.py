"""The database's clock decides what becomes public; a worker whose clock differs stops."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from hub.content import commands, scheduler
from hub.content.scheduler import append_due_events, publish_due
from hub.db import Database, database_now, table
from hub.domain.lifecycle import Verb
from hub.jobs import clock_check
from hub.jobs.clock_check import ClockDiffers, measure_difference, require_right_clock, watch_clock
from hub.log.append import Event, NewEntry, append_entries, lock_head
from hub.log.models import LogEntry, LogHead
from hub.settings import Settings
from hub.worker import run_worker
from tests.support import contents
from tests.support.servers import Publish

ENTRY = table(LogEntry)
TWO_DAYS = timedelta(days=2)


def set_host_clock(monkeypatch: pytest.MonkeyPatch, ahead: timedelta) -> None:
    monkeypatch.setattr(clock_check, "host_time", lambda: datetime.now(UTC) + ahead)
    for module in (commands, scheduler):
        if hasattr(module, "now"):
            monkeypatch.setattr(module, "now", lambda: datetime.now(UTC) + ahead)


@pytest.mark.parametrize("seconds", [-90_000, -6, 6, 172_800])
async def test_a_clock_that_differs_by_more_than_five_seconds_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    set_host_clock(monkeypatch, timedelta(seconds=seconds))

    assert await measure_difference(database) == pytest.approx(seconds, abs=0.9)
    with pytest.raises(ClockDiffers):
        await require_right_clock(database)
    with pytest.raises(ClockDiffers):
        await watch_clock(database, asyncio.Event())


@pytest.mark.parametrize("seconds", [-4, 0, 4])
async def test_a_clock_that_is_nearly_right_is_accepted(
    database: Database, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    set_host_clock(monkeypatch, timedelta(seconds=seconds))

    await require_right_clock(database)


async def test_a_worker_with_a_wrong_clock_stops_in_words(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    set_host_clock(monkeypatch, TWO_DAYS)
    async with asyncio.timeout(60):
        with pytest.raises(ClockDiffers, match="ahead of the database"):
            await run_worker(settings)


async def test_a_wrong_clock_of_the_host_publishes_nothing(
    database: Database, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An embargoed document is due tomorrow, a bulletin expires tomorrow; the host is two days ahead."""
    async with database.read() as connection:
        tomorrow = await database_now(connection) + timedelta(days=1)
    embargoed = await publish_edition("bulletin", contents.bulletin(title="Mai"), published=False)
    await publish_edition("bulletin", contents.bulletin(title="Đến mai", valid_until=tomorrow.isoformat()))
    async with database.write() as session:
        edition = await commands.find_working_edition(session, embargoed, "vi")
        assert edition is not None
        for verb in (Verb.submit, Verb.approve):
            await commands.transition_edition(session, edition, verb, by="test")
        await commands.transition_edition(session, edition, Verb.schedule, by="test", scheduled_for=tomorrow)
    set_host_clock(monkeypatch, TWO_DAYS)

    assert (await publish_due(database), await append_due_events(database)) == (0, 0)
    assert (await publish_due(database, tomorrow), await append_due_events(database, tomorrow)) == (1, 1)


async def test_times_in_the_log_never_run_backwards(database: Database, publish_edition: Publish) -> None:
    """A transaction took its time before another one that was first at the head."""
    document = await publish_edition("bulletin", contents.bulletin())
    async with database.read() as connection:
        present = await database_now(connection)
    for at in (present + TWO_DAYS, present - TWO_DAYS, present):
        async with database.write() as session:
            entry = NewEntry(Event.republished, at, "bulletin", document, "vi", 1, "0" * 64)
            await append_entries(session, await lock_head(session), [entry])
    await publish_edition("bulletin", contents.bulletin(title="Sau"))

    async with database.read() as connection:
        times = (await connection.execute(select(ENTRY.c.at).order_by(ENTRY.c.seq))).scalars().all()
        head = (await connection.execute(select(table(LogHead).c.at))).scalar_one()
    assert times == sorted(times)
    assert times[1:] == [present + TWO_DAYS] * 4
    assert head == times[-1]


async def test_the_time_of_a_publication_is_the_databases(
    database: Database, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_host_clock(monkeypatch, TWO_DAYS)
    async with database.read() as connection:
        before = await database_now(connection)
    await publish_edition("bulletin", contents.bulletin())
    async with database.read() as connection:
        after = await database_now(connection)
        [at] = (await connection.execute(select(ENTRY.c.at))).scalars()

    assert before <= at <= after


async def test_readiness_alarms_for_a_wrong_clock(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await client.get("/health/ready")).json()["alarms"].get("clock_differs") is None
    set_host_clock(monkeypatch, timedelta(seconds=60))

    found: dict[str, Any] = (await client.get("/health/ready")).json()

    assert found["alarms"]["clock_differs"] == pytest.approx(60, abs=1)
