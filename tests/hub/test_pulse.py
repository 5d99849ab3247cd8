"""The pulse tells a server that is late from one that stands still."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from hub import db
from hub.db import Database
from hub.pulse import PATIENCE_SECONDS, TICKS, DatabaseHangs
from hub.settings import Settings
from tests.support.late_database import SILENT, LateDatabase, late_database
from tests.support.waiting import eventually

PATIENCE = 0.6


@pytest.fixture
async def way(settings: Settings) -> AsyncIterator[LateDatabase]:
    async with late_database(settings.require_database_url()) as made:
        yield made


@pytest.fixture
async def late(way: LateDatabase, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """A database whose server is said to hang after a shorter silence than usual."""
    monkeypatch.setattr(db, "PATIENCE_SECONDS", PATIENCE)
    made = Database(Settings(database_url=way.url))
    yield made
    await made.dispose()


async def sleep(database: Database, seconds: float) -> None:
    async with database.read() as connection:
        await connection.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})


async def test_a_server_that_answers_others_does_not_hang_although_the_probe_hears_nothing(
    way: LateDatabase, late: Database
) -> None:
    way.delay = lambda begin, _: SILENT if b"hub-probe" in begin else 0
    long = asyncio.create_task(sleep(late, 4 * PATIENCE))
    while not long.done():
        await sleep(late, 0.01)

    await long
    assert not late.pulse.hangs


async def test_a_probe_that_is_late_is_waited_for(way: LateDatabase, late: Database) -> None:
    """A new connection takes several answers and so longer than the patience; it is made before it is needed."""
    way.delay = lambda begin, _: PATIENCE / 3 if b"hub-probe" in begin else 0
    await sleep(late, 2 * PATIENCE / TICKS)

    async def is_prepared() -> bool:
        return late.pulse.is_prepared

    await eventually(is_prepared)
    await sleep(late, 4 * PATIENCE)
    assert not late.pulse.hangs


async def test_a_new_connection_answers_for_a_probe_that_was_lost(way: LateDatabase, late: Database) -> None:
    await sleep(late, PATIENCE)
    lost = way.opened
    way.delay = lambda begin, number: SILENT if b"hub-probe" in begin and number <= lost else 0
    await sleep(late, 4 * PATIENCE)
    assert way.opened > lost
    assert not late.pulse.hangs


async def test_a_process_that_stood_still_itself_does_not_blame_the_server(late: Database) -> None:
    long = asyncio.create_task(sleep(late, PATIENCE))
    await asyncio.sleep(PATIENCE / 2)
    time.sleep(2 * PATIENCE)  # noqa: ASYNC251 - the loop stands still
    await long
    assert not late.pulse.hangs


async def test_a_silent_server_ends_all_waits_and_is_used_again_when_it_answers(
    way: LateDatabase, late: Database
) -> None:
    await sleep(late, 0)
    way.delay = lambda *_: SILENT
    waits = [asyncio.create_task(sleep(late, 0)) for _ in range(20)]
    ended = await asyncio.gather(*waits, return_exceptions=True)
    assert {type(each) for each in ended} == {DatabaseHangs}
    with pytest.raises(DatabaseHangs):
        await sleep(late, 0)

    way.delay = lambda *_: 0

    async def answers() -> bool:
        return not late.pulse.hangs

    await eventually(answers)
    await sleep(late, 0)


def test_a_request_is_refused_within_two_seconds() -> None:
    assert PATIENCE_SECONDS * (1 + 1 / TICKS) < 2
