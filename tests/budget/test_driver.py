"""The driver's own connection: it comes back to the pool but after an error, and a database that is gone is named."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import text

from hub.db import Database

ME = "SELECT pg_backend_pid()"


async def test_it_is_a_connection_of_the_readers_that_comes_back_to_their_pool(database: Database) -> None:
    async with database.driver() as connection:
        mine = await connection.fetchval(ME)
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await connection.execute("CREATE TABLE never (x int)")
    async with database.read() as connection:
        assert (await connection.execute(text(ME))).scalar_one() == mine


async def test_a_mistake_of_ours_is_not_taken_for_a_database_that_is_gone(database: Database) -> None:
    with pytest.raises(asyncpg.DataError):
        async with database.driver() as connection:
            await connection.fetch("SELECT $1::uuid", "no uuid")


async def test_after_an_error_or_an_end_in_the_middle_another_one_is_opened(database: Database) -> None:
    seen = []
    with pytest.raises(asyncpg.UndefinedTableError):
        async with database.driver() as connection:
            seen.append(await connection.fetchval(ME))
            await connection.fetch("SELECT * FROM never")

    async def sleeping() -> None:
        async with database.driver() as connection:
            seen.append(await connection.fetchval(ME))
            await connection.fetch("SELECT pg_sleep(30)")

    task = asyncio.create_task(sleeping())
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.driver() as connection:
        seen.append(await connection.fetchval(ME))
    assert len(set(seen)) == 3


@pytest.mark.parametrize("statement", ["SELECT 1", "SELECT pg_sleep(30)"], ids=["before", "meanwhile"])
async def test_a_database_that_goes_away_is_a_connection_error(database: Database, statement: str) -> None:
    async def ended(one: int) -> None:
        async with database.writer.connect() as other:
            await other.execute(text("SELECT pg_terminate_backend(:one)"), {"one": one})

    with pytest.raises(ConnectionError):
        async with database.driver() as connection:
            ending = asyncio.create_task(ended(await connection.fetchval(ME)))
            if statement == "SELECT 1":
                await ending
                await asyncio.sleep(0.2)
            await connection.fetch(statement)
    await ending
    async with database.driver() as connection:
        assert await connection.fetchval("SELECT 1") == 1
