"""One item, search, the registry and the log."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from hub.db import Database
from tests.support import contents
from tests.support.graphql_app import Publish, Run, StubSearch, nodes, refusal
from tests.support.past_editions import done

ITEM = """
query One($id: ID!, $lang: String) {
  item(id: $id, lang: $lang) {
    __typename id kind lang title
    ... on Policy { nodes { ref text } }
    ... on Statement { answers { answer } text }
  }
}
"""
SEARCH = """
query Search($query: String!, $kind: Kind, $first: Int, $after: String) {
  search(query: $query, kind: $kind, first: $first, after: $after) {
    edges { cursor highlight node { __typename title ... on Policy { number } ... on Draft { draftVersion } } }
    facets { field value count }
    engine estimatedTotal tookMs
    pageInfo { hasNextPage endCursor }
  }
}
"""


async def test_an_id_without_a_public_item_is_null(run: Run) -> None:
    assert await run(ITEM, id=str(uuid4())) == {"data": {"item": None}}


async def test_an_item_that_is_gone_is_an_error(run: Run, publish_edition: Publish, database: Database) -> None:
    gone = await publish_edition("policy", contents.policy())
    await done(database, "gone", gone)

    answer = await run(ITEM, id=str(gone))

    assert answer["data"] == {"item": None}
    found = refusal(answer)
    assert (found["code"], found["status"]) == ("document_gone", 410)


async def test_one_item_is_one_statement_and_knows_its_type(
    run: Run, publish_edition: Publish, database: Database
) -> None:
    policy = await publish_edition("policy", contents.policy())
    statement = await publish_edition("statement", contents.statement())
    before = database.statements

    first, second = (
        (await run(ITEM, id=str(policy)))["data"]["item"],
        (await run(ITEM, id=str(statement)))["data"]["item"],
    )

    assert database.statements - before == 2
    assert (first["__typename"], first["kind"], first["id"]) == ("Policy", "policy", str(policy))
    assert [node["ref"] for node in first["nodes"]] == ["dieu-1", "dieu-1/khoan-1"]
    assert (second["__typename"], second["text"]) == ("Statement", None)
    assert second["answers"] == [{"answer": "Khi nghiệm thu xong."}]


async def test_a_node_is_the_item_by_its_id_alone_and_of_its_type(run: Run, publish_edition: Publish) -> None:
    policy = await publish_edition("policy", contents.policy())

    asked = (
        "query ($id: ID!) { item(id: $id) { ...one } node(id: $id) { ...one } } fragment one on Node { __typename id "
    )
    data = (await run(asked + "... on Policy { number nodes { ref } } }", id=str(policy)))["data"]

    assert data["node"] == data["item"]
    assert (data["node"]["__typename"], data["node"]["number"]) == ("Policy", "17/KH-UBND")


async def test_one_item_falls_back_to_the_language_there_is(run: Run, publish_edition: Publish) -> None:
    policy = await publish_edition("policy", contents.policy())

    assert (await run(ITEM, id=str(policy), lang="en"))["data"]["item"]["lang"] == "vi"


async def test_search_finds_items_of_all_kinds(run: Run, engine: StubSearch, publish_edition: Publish) -> None:
    engine.ids = [
        await publish_edition("draft", contents.draft()),
        await publish_edition("policy", contents.policy()),
        uuid4(),
    ]

    found = (await run(SEARCH, query="  xe   tải "))["data"]["search"]

    assert [node["__typename"] for node in nodes(found)] == ["Draft", "Policy"]
    assert nodes(found)[0]["draftVersion"] == 2
    assert found["edges"][0]["highlight"] == "giờ <mark>xe tải</mark>"
    assert {"field": "kind", "value": "policy", "count": 1} in found["facets"]
    assert (found["engine"], found["estimatedTotal"]) == ("stub", 2)
    assert found["tookMs"] >= 0
    assert (engine.asked[0].text, engine.asked[0].kind, engine.asked[0].limit) == ("xe tải", None, 20)


async def test_search_pages_without_overlap(run: Run, engine: StubSearch, publish_edition: Publish) -> None:
    engine.ids = [await publish_edition("policy", contents.policy(number=f"{n}/KH-UBND")) for n in range(5)]
    seen: list[str] = []
    after = None
    while True:
        page = (await run(SEARCH, query="cây", kind="policy", first=2, after=after))["data"]["search"]
        seen += [node["number"] for node in nodes(page)]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert seen == [f"{n}/KH-UBND" for n in range(5)]
    assert engine.asked[0].kind == "policy"


@pytest.mark.parametrize(
    ("variables", "field"),
    [({"query": "   "}, "query"), ({"query": "x" * 501}, "query"), ({"query": "x", "first": 101}, "first")],
)
async def test_a_search_that_rest_refuses_is_refused(run: Run, variables: dict[str, Any], field: str) -> None:
    found = refusal(await run(SEARCH, **variables))

    assert (found["code"], found["field"]) == ("invalid_input", field)


async def test_whole_texts_of_many_results_are_refused(run: Run, engine: StubSearch, publish_edition: Publish) -> None:
    engine.ids = [await publish_edition("policy", contents.policy())]
    query = """query ($first: Int) {
      search(query: "x", first: $first) { edges { node { ... on Policy { nodes { text } } } } } }"""

    assert nodes((await run(query, first=20))["data"]["search"])[0]["nodes"]
    assert refusal(await run(query, first=21))["field"] == "first"


@pytest.mark.parametrize("name", ["agencies", "topics", "spokespersons", "places"])
async def test_the_registry_pages_to_its_end(run: Run, database: Database, name: str) -> None:
    field = f"{name}(first: $first, after: $after)"
    query = (
        f"query ($first: Int, $after: String) {{ {field} {{ edges {{ node {{ code name }} }} "
        "pageInfo { hasNextPage endCursor } } }"
    )
    whole = nodes((await run(query, first=100))["data"][name])
    size = max(1, len(whole) // 3)
    before = database.statements

    seen: list[Any] = []
    after, pages = None, 0
    while len(seen) < len(whole):
        page = (await run(query, first=size, after=after))["data"][name]
        seen, after, pages = seen + nodes(page), page["pageInfo"]["endCursor"], pages + 1

    assert seen[: len(whole)] == whole
    assert database.statements - before == pages
    assert whole


async def test_the_registry_is_filtered_by_day_and_agency(run: Run) -> None:
    answer = await run(
        """{
          now: agencies(validOn: "2026-11-23", first: 100) { edges { node { code validTo successors } } }
          all: agencies(first: 100) { edges { node { code } } }
          people: spokespersons(agency: "ubnd-hue") { edges { node { agency code } } }
          units: places(first: 3) { edges { node { code validFrom level successors { code validFrom whole } } } }
        }"""
    )

    data = answer["data"]
    assert "errors" not in answer
    assert 0 < len(data["now"]["edges"]) <= len(data["all"]["edges"])
    assert {node["agency"] for node in nodes(data["people"])} == {"ubnd-hue"}
    assert len(nodes(data["units"])) == 3


async def test_changes_list_what_was_published_in_order(run: Run, publish_edition: Publish, database: Database) -> None:
    made = [str(await publish_edition("bulletin", contents.bulletin())) for _ in range(3)]
    query = """query ($after: Position!, $first: Int) {
      changes(after: $after, first: $first) { head epoch items { seq event kind id lang edition at path } } }"""
    before = database.statements

    first = (await run(query, after=0, first=2))["data"]["changes"]
    second = (await run(query, after=first["items"][-1]["seq"]))["data"]["changes"]

    assert database.statements - before == 2
    assert [item["id"] for item in first["items"] + second["items"]] == made
    assert [item["seq"] for item in first["items"] + second["items"]] == [1, 2, 3]
    assert (first["head"], first["items"][0]["event"], first["items"][0]["kind"]) == (3, "published", "bulletin")
    assert first["items"][0]["at"].endswith("+07:00")
    assert refusal(await run(query, after=0, first=101))["field"] == "first"


async def test_a_position_may_be_larger_than_32_bits(run: Run, publish_edition: Publish, database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("UPDATE log_head SET seq = 5000000000"))
    await publish_edition("bulletin", contents.bulletin())

    changes = (await run("{ changes(after: 5000000000) { head items { seq } } }"))["data"]["changes"]

    assert changes == {"head": 5_000_000_001, "items": [{"seq": 5_000_000_001}]}


async def test_siblings_are_read_concurrently(run: Run, publish_edition: Publish, database: Database) -> None:
    await publish_edition("policy", contents.policy())
    before = database.statements

    answer = await run(
        "{ a: policies { edges { node { id } } } b: policies { edges { node { id } } } drafts { edges { cursor } } "
        "topics { edges { cursor } } changes { head } }"
    )

    assert answer["data"]["a"] == answer["data"]["b"]
    assert database.statements - before == 5
