"""The bytes of an answer are limited: a short query cannot ask for a hundred megabytes."""

import re
from typing import Any

import pytest

from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.graphql_app import Publish, StubSearch, graphql_with, refusal

LIMIT = 200_000
TEXT = "<p>" + "Nội dung của một bản tin dài. " * 2_000 + "</p>"


def many(count: int, field: str) -> str:
    return "{ " + " ".join(f"a{n}: {field}" for n in range(count)) + " }"


@pytest.fixture
async def ids(publish_edition: Publish) -> list[str]:
    return [
        str(await publish_edition("bulletin", contents.bulletin(title=f"Bản tin thứ {n}", body=TEXT))) for n in range(4)
    ]


async def test_an_answer_beyond_the_limit_is_one_error_that_says_by_how_much(
    settings: Settings, database: Database, ids: list[str], subtests: pytest.Subtests
) -> None:
    engine = StubSearch(database)
    queries = {
        "lists": many(20, "bulletins(first: 4) { edges { node { body } } }"),
        "one text under many names": f'{{ item(id: "{ids[0]}") {{ ... on Bulletin {{'
        + " ".join(f"b{n}: body" for n in range(15))
        + " } } }",
        "items": many(20, f'item(id: "{ids[0]}") {{ ... on Bulletin {{ body }} }}'),
        "changes": "{ changes(after: 0) { items { view { item { ... on Bulletin { body } } } } } "
        "again: changes(after: 0) { items { view { item { ... on Bulletin { body } } } } } }",
    }
    async with graphql_with(settings, database, engine, graphql_max_bytes=LIMIT) as client:
        for name, query in queries.items():
            with subtests.test(name):
                answer = await client.post("/graphql", json={"query": query})

                assert len(answer.content) < 2_000 or name in ("items", "lists", "changes")
                assert len(answer.content) < LIMIT
                for error in answer.json()["errors"]:
                    members: dict[str, Any] = error["extensions"]
                    assert (members["code"], members["status"]) == ("query_limit_exceeded", 400)
                    assert members["found"] > members["allowed"]
                    assert re.match(r"The query has bytes", error["message"])


async def test_an_answer_up_to_the_limit_is_whole(settings: Settings, database: Database, ids: list[str]) -> None:
    async with graphql_with(settings, database, graphql_max_bytes=LIMIT) as client:
        query = "{ bulletins(first: 1) { edges { node { body } } } }"

        answer = await client.post("/graphql", json={"query": query})

    [edge] = answer.json()["data"]["bulletins"]["edges"]
    assert edge["node"]["body"] == TEXT


async def test_a_query_that_waits_for_room_in_vain_is_refused(
    settings: Settings, database: Database, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.web.byte_budget.PATIENCE_SECONDS", 0.01)
    query = {"query": "{ bulletins(first: 1) { edges { node { body } } } }"}
    async with graphql_with(settings, database, graphql_max_bytes=LIMIT, answer_budget_bytes=1_000_000) as client:
        parts = client._transport.app.state.hub  # type: ignore[attr-defined]
        held = await parts.budgets.answers.take("127.0.0.1", 250_000)

        refused = await client.post("/graphql", json=query)

        assert refusal(refused.json())["code"] == "overloaded"
        parts.budgets.answers.give("127.0.0.1", held)
        assert "errors" not in (await client.post("/graphql", json=query)).json()
        assert parts.budgets.answers.held == 0
