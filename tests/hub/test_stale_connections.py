"""Connections that the server ended while they rested: the next statement takes another one and does not fail."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import text

from hub.db import Database, in_search_pool
from tests.support.waiting import eventually

_END_OTHERS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'hub-%'
"""
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'hub-%'"


async def end_all(database: Database) -> None:
    """End every connection of the pools at the server, as its restart does."""
    connection = await asyncpg.connect(database.url)
    try:
        assert await connection.fetchval(_END_OTHERS) >= 1

        async def have_ended() -> bool:
            return await connection.fetchval(_OTHERS) == 0

        await eventually(have_ended)
        await asyncio.sleep(0.2)  # a backend leaves the list a moment before its socket is closed
    finally:
        await connection.close()


async def read(database: Database) -> None:
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT 41"))).scalar_one() == 41


async def search(database: Database) -> None:
    with in_search_pool():
        await read(database)


async def drive(database: Database) -> None:
    async with database.driver() as connection:
        assert await connection.fetchval("SELECT 42") == 42


async def write(database: Database) -> None:
    async with database.write() as session:
        assert (await session.execute(text("SELECT 43"))).scalar_one() == 43


@pytest.mark.parametrize("use", [read, search, drive, write], ids=lambda use: str(use.__name__))
async def test_after_a_restart_of_the_server_the_first_statement_does_not_fail(database: Database, use: object) -> None:
    assert callable(use)
    await use(database)
    await end_all(database)

    await use(database)
