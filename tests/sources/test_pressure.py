"""Who loads in bulk gives way to whoever waits, and waits for nobody who is not there."""

import asyncio
import time

from import_samples import rows
from sqlalchemy import text

from hub.db import Database
from hub.log.append import lock_head
from ingest.pressure import BACKLOG, Pressure, strain


async def held_back(database: Database) -> bool:
    """Whether a batch would have to wait now."""
    async with database.read() as connection:
        return (await strain(connection)).is_felt


async def test_a_batch_waits_while_an_editor_waits_for_the_log(database: Database) -> None:
    assert not await held_back(database)
    async with database.write() as holder:
        await lock_head(holder)

        async def editor() -> None:
            async with database.write() as session:
                await lock_head(session)

        waiting = asyncio.create_task(editor())
        async with asyncio.timeout(20):
            while not await held_back(database):  # noqa: ASYNC110 - it happens in the database
                await asyncio.sleep(0.01)
        batch = asyncio.create_task(Pressure(database).ease())
        await asyncio.sleep(0.3)
        assert not batch.done()
    await asyncio.wait_for(batch, 20)
    await waiting


async def test_a_follower_that_works_is_waited_for_and_one_that_is_down_is_not(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("UPDATE log_head SET seq = :seq"), {"seq": BACKLOG + 1})
        await session.execute(text("INSERT INTO follower (name, seq, moved_at) VALUES ('search', 0, now())"))
    assert await held_back(database)
    async with database.write() as session:
        await session.execute(text("UPDATE follower SET moved_at = now() - interval '1 minute'"))
    assert not await held_back(database)
    began = time.monotonic()
    await Pressure(database).ease()
    assert time.monotonic() - began < 5
    assert await rows(database, "SELECT seq FROM follower WHERE name = 'search'") == [(0,)]
