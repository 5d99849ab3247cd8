"""Searches have connections of their own and a queue with a limit: they keep no list waiting."""

import asyncio
from dataclasses import replace

import asyncpg
import httpx
import pytest

from hub import db
from hub.app import create_app
from hub.connections import SEARCHES
from hub.db import Database, in_search_pool
from hub.settings import Settings
from tests.support import contents
from tests.support.asgi import running
from tests.support.servers import Publish


async def test_lists_are_answered_while_more_searches_come_than_may_wait(
    settings: Settings, database: Database, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "SEARCHES", replace(SEARCHES, statement_seconds=300, lock_seconds=300))
    await publish_edition("policy", contents.policy())
    many = database.max_searches + 16
    other = await asyncpg.connect(database.url)
    async with running(create_app(settings)) as client:
        try:
            async with other.transaction():
                # As long as this is held, no search of Postgres ends.
                await other.execute("LOCK TABLE search_passage IN ACCESS EXCLUSIVE MODE")
                searches = [
                    asyncio.create_task(client.get("/api/v1/search", params={"q": f"kế hoạch {n}"}))
                    for n in range(many)
                ]
                # The first answers are refusals.
                await asyncio.wait(searches, timeout=60, return_when=asyncio.FIRST_COMPLETED)
                async with asyncio.timeout(60):
                    lists = await asyncio.gather(*[client.get("/api/v1/policies") for _ in range(20)])
                waiting = [search for search in searches if not search.done()]
        finally:
            await other.close()
        answers: list[httpx.Response] = await asyncio.gather(*searches)

    assert [answer.status_code for answer in lists] == [200] * 20
    assert len(waiting) >= settings.database_pool_size // 2
    assert {answer.status_code for answer in answers} <= {200, 503}
    refused = [answer for answer in answers if answer.status_code == 503]
    assert {answer.json()["code"] for answer in refused} == {"service_unavailable"}
    assert all("retry-after" in answer.headers for answer in refused)


async def test_reads_of_searches_and_of_lists_use_connections_of_their_own(database: Database) -> None:
    async def name() -> str:
        async with database.driver() as connection:
            return str(await connection.fetchval("SHOW application_name"))

    with in_search_pool():
        assert await name() == "hub-search"
    assert await name() == "hub-read"
