"""A query that takes too long is cancelled, here and in the database, and the hub keeps working."""

import asyncio

import asyncpg

from hub.connections import plain_url
from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.editors import key
from tests.support.graphql_app import Publish, graphql_with, refusal
from tests.support.waiting import eventually

RUNNING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'hub-read' AND state = 'active'
"""
LISTS = "{ a: policies { edges { cursor } } b: drafts { edges { cursor } } }"


async def test_a_query_that_takes_too_long_is_cancelled_in_the_database_too(
    settings: Settings, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    other = await asyncpg.connect(plain_url(settings.require_database_url()))
    try:
        async with graphql_with(settings, database, graphql_timeout=0.5) as client, other.transaction():
            # As long as this is held, no list can be read.
            await other.execute("LOCK TABLE published_view IN ACCESS EXCLUSIVE MODE")
            by_post = await client.post("/graphql", json={"query": LISTS})
            by_get = await client.get("/graphql", params={"query": LISTS})

            async def nothing_runs() -> bool:
                return await other.fetchval(RUNNING) == 0

            # The database would end them by itself after 15 seconds.
            await eventually(nothing_runs, seconds=9)
        async with graphql_with(settings, database) as client:
            again = await asyncio.gather(*[client.post("/graphql", json={"query": LISTS}) for _ in range(20)])
    finally:
        await other.close()

    for answer in (by_post, by_get):
        found = refusal(answer.json())
        assert (answer.status_code, found["code"], found["seconds"]) == (503, "query_timeout", 0.5)
        assert "data" not in answer.json()
        assert answer.headers["cache-control"] == "no-store"
    assert [len(each.json()["data"]["a"]["edges"]) for each in again] == [1] * 20


async def test_a_mutation_has_no_timeout(settings: Settings, database: Database) -> None:
    holder = {"authorization": f"Bearer {await key(database)}"}
    content = '{title: "Tin", lead: "Hai.", body: "<p>Một.</p>"}'
    create = f'mutation {{ createDocument(agency: "ubnd-hue", content: {{bulletin: {content}}}) {{ __typename }} }}'
    other = await asyncpg.connect(plain_url(settings.require_database_url()))
    try:
        async with graphql_with(settings, database, graphql_timeout=0.1) as client:
            async with other.transaction():
                await other.execute("LOCK TABLE document IN ACCESS EXCLUSIVE MODE")
                changing = asyncio.create_task(client.post("/graphql", json={"query": create}, headers=holder))
                await asyncio.sleep(0.5)
                assert not changing.done()
            answer = await changing
    finally:
        await other.close()

    assert answer.json() == {"data": {"createDocument": {"__typename": "ManagedDocument"}}}
