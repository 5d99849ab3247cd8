"""Bulk loads give way to processes that wait, and do not wait for those that are down."""

import asyncio
import time
from pathlib import Path

from sqlalchemy import text

from hub.db import Database
from hub.log.append import lock_head
from hub.settings import Settings
from ingest.imports.run import run_import
from ingest.imports.runs import ImportOptions
from ingest.throttle import (
    MAX_BACKLOG,
    MAX_RECORDS,
    MIN_RECORDS,
    REST_RATIO,
    SLOW_SECONDS,
    Throttle,
    measure_load,
)
from tests.support.import_samples import policy, rows, told, write
from tests.support.waiting import eventually


async def held_back(database: Database) -> bool:
    """True when a batch would have to wait now."""
    async with database.read() as connection:
        return (await measure_load(connection)).is_high


async def test_an_import_waits_while_an_editor_waits_for_the_log(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [policy(f"p-{n}") for n in range(3)])
    assert not await held_back(database)
    async with database.write() as holder:
        await lock_head(holder)

        async def editor() -> None:
            async with database.write() as session:
                await lock_head(session)

        waiting = asyncio.create_task(editor())
        await eventually(lambda: held_back(database))
        # It publishes nothing, so it does not wait for a lock.
        importing = asyncio.create_task(run_import(database, [path], ImportOptions(data=tmp_path / "data")))
        await asyncio.sleep(0.5)
        assert await rows(database, "SELECT count(*) FROM document") == [(0,)]
    await waiting
    assert told(await importing) == (3, 0, 0, 0, 0)


async def test_an_import_waits_for_a_working_follower_and_not_for_one_that_is_down(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("UPDATE log_head SET seq = :seq"), {"seq": MAX_BACKLOG + 1})
        await session.execute(text("INSERT INTO follower (name, seq, moved_at) VALUES ('search', 0, now())"))
    assert await held_back(database)
    async with database.write() as session:
        await session.execute(text("UPDATE follower SET moved_at = now() - interval '1 minute'"))
    assert not await held_back(database)
    began = time.monotonic()
    await Throttle(database).wait()
    assert time.monotonic() - began < 5
    assert await rows(database, "SELECT seq FROM follower WHERE name = 'search'") == [(0,)]


async def test_an_import_rests_only_while_requests_are_answered(database: Database) -> None:
    own = Database(Settings(database_url=database.url), background=True)
    try:
        async with database.read() as reader:
            await reader.execute(text("SELECT 1"))
            beside_a_request, seconds = Throttle(own), 2.0
            await beside_a_request.wait()
        assert beside_a_request.rest_after(seconds) == seconds * REST_RATIO
        await database.dispose()
        alone = Throttle(own)
        assert alone.rest_after(seconds) > 0, "it has not looked yet"
        await alone.wait()
        assert alone.rest_after(seconds) == 0
    finally:
        await own.dispose()


async def test_long_transactions_make_the_next_ones_smaller(database: Database) -> None:
    pressure = Throttle(database)
    assert [len(part) for part in pressure.split([None] * (MAX_RECORDS + 7))] == [MAX_RECORDS, 7]  # type: ignore[list-item]
    await pressure.adapt(SLOW_SECONDS + 0.01)
    assert pressure.size == MAX_RECORDS // 2
    pressure.size = MIN_RECORDS
    await pressure.adapt(SLOW_SECONDS + 0.01)
    assert pressure.size == MIN_RECORDS
    await pressure.adapt(0.0)
    assert MIN_RECORDS < pressure.size < MAX_RECORDS
