"""Time, history, comparisons, relations and legal force in GraphQL: the same answers as REST."""

from typing import Any
from uuid import uuid4

import pytest

from hub.db import Database
from tests.support import contents
from tests.support.graphql_app import Publish, Run, nodes, refusal
from tests.support.past_editions import at, dates, done, edition, to

ITEM = """query ($id: ID!, $asOf: String, $inForceOn: Date) {
  item(id: $id, asOf: $asOf, inForceOn: $inForceOn) { __typename id title } }"""
ABOUT = {
    "history": "history(id: $id) { edges { node { seq event edition state correctionOf correctedBy } } }",
    "diff": "diff(id: $id, from: 1, to: 2) { fields { field change words { op text } } nodes { ref fromRef change } }",
    "relations": "relations(id: $id) { edges { node { type direction note document { id title } } } }",
    "legalForce": 'legalForce(id: $id, on: "2026-11-01") { on legalForce because { reason id title since } }',
}


async def about(run: Run, name: str, document: Any) -> dict[str, Any]:
    return await run(f"query ($id: ID!) {{ {ABOUT[name]} }}", id=str(document))


@pytest.mark.parametrize(
    ("arguments", "code", "field"),
    [
        ({"asOf": "tomorrow"}, "invalid_input", "asOf"),
        ({"asOf": "2999-01-01"}, "invalid_input", "asOf"),
        ({"asOf": "2026-03-01", "inForceOn": "2026-03-01"}, "invalid_input", "inForceOn"),
        ({"inForceOn": "2026-01-01"}, "not_in_force", "inForceOn"),
    ],
)
async def test_what_rest_refuses_is_refused(
    run: Run, publish_edition: Publish, arguments: dict[str, str], code: str, field: str
) -> None:
    document = await publish_edition("policy", contents.policy())

    found = refusal(await run(ITEM, id=str(document), **arguments))

    assert (found["code"], found["field"]) == (code, field)


async def test_only_policies_have_legal_force(run: Run, publish_edition: Publish) -> None:
    draft = await publish_edition("draft", contents.draft())

    assert refusal(await run(ITEM, id=str(draft), inForceOn="2026-03-01"))["field"] == "inForceOn"
    assert await about(run, "legalForce", draft) == {"data": {"legalForce": None}}
    assert "errors" in await run('{ drafts(inForceOn: "2026-03-01") { edges { cursor } } }')


@pytest.mark.parametrize("name", ABOUT)
async def test_nothing_public_is_null_and_gone_is_an_error(
    run: Run, publish_edition: Publish, database: Database, name: str
) -> None:
    hidden = await publish_edition("policy", contents.policy(), published=False)
    gone = await publish_edition("policy", contents.policy())
    await done(database, "gone", gone)

    for document in (hidden, uuid4()):
        assert await about(run, name, document) == {"data": {name: None}}
    answer = await about(run, name, gone)
    if name == "history":
        assert [node["event"] for node in nodes(answer["data"][name])] == ["gone", "published"]
    else:
        assert refusal(answer)["code"] == "document_gone"


async def test_a_nonexistent_edition_is_an_error(run: Run, publish_edition: Publish) -> None:
    document = await publish_edition("policy", contents.policy())

    found = refusal(await about(run, "diff", document))

    assert (found["code"], found["field"], found["expected"]) == ("not_found", "to", "1")


async def test_a_redirected_document_answers_with_its_replacement(run: Run, database: Database) -> None:
    last = await edition(database, "bulletin", contents.bulletin(title="Cuối"), at("2026-03-01"))
    middle = await edition(database, "policy", contents.policy(title="Giữa"), at("2026-03-01"))
    first = await edition(database, "policy", contents.policy(title="Đầu"), at("2026-03-01"))
    await done(database, "redirect", first, at("2026-03-05"), to=middle)
    await done(database, "redirect", middle, at("2026-03-06"), to=last)

    found = (await run(ITEM, id=str(first)))["data"]["item"]

    assert found == {"__typename": "Bulletin", "id": str(last), "title": "Cuối"}
    assert (await run(ITEM, id=str(first), asOf="2026-03-04"))["data"]["item"]["title"] == "Đầu"
    assert (await run(ITEM, id=str(first), asOf="2026-03-06"))["data"]["item"] is None
    assert nodes((await about(run, "relations", first))["data"]["relations"]) == []


async def test_lists_are_read_as_they_were_and_by_legal_date(run: Run, database: Database) -> None:
    old = contents.policy(title="Cũ", dates=dates("2026-02-01"))
    document = await edition(database, "policy", old, at("2026-03-01"))
    await edition(database, "policy", old | {"title": "Mới"}, at("2026-03-05"), document_id=document)

    async def titles(arguments: str) -> list[str]:
        found = await run(f"{{ policies({arguments}) {{ edges {{ node {{ title nodes {{ ref }} }} }} }} }}")
        return [node["title"] for node in nodes(found["data"]["policies"])]

    assert await titles('asOf: "2026-02-28"') == []
    assert await titles('asOf: "2026-03-04"') == ["Cũ"]
    assert await titles('asOf: "2026-03-05T05:00:00Z"') == ["Mới"]
    assert await titles('inForceOn: "2026-01-31"') == []
    assert await titles('inForceOn: "2026-02-01"') == ["Mới"]


async def test_everything_about_a_document_is_one_statement_each(run: Run, database: Database) -> None:
    law = await edition(database, "policy", contents.policy(dates=dates("2026-02-01")), at("2026-03-01"))
    await edition(
        database,
        "policy",
        contents.policy(title="Bản hai", dates=dates("2026-02-01")),
        at("2026-03-02"),
        document_id=law,
        correction_of=1,
    )
    change = contents.policy(title="Sửa", relations=to("amends", law, "Điều 1"), dates=dates("2026-05-01"))
    amending = await edition(database, "policy", change, at("2026-04-01"))
    found = {}
    for name in ABOUT:
        before = database.statements
        found[name] = (await about(run, name, law))["data"][name]
        assert database.statements - before == 1, name

    assert [(n["event"], n["correctionOf"], n["correctedBy"]) for n in nodes(found["history"])] == [
        ("corrected", 1, []),
        ("published", None, [2]),
    ]
    assert [field["field"] for field in found["diff"]["fields"]] == ["title"]
    assert nodes(found["relations"]) == [
        {"type": "amends", "direction": "in", "note": "Điều 1", "document": {"id": str(amending), "title": "Sửa"}}
    ]
    assert found["legalForce"]["legalForce"] == "partly_expired"
    assert found["legalForce"]["because"][1]["id"] == str(amending)


async def test_whole_texts_of_related_documents_are_read_when_selected(run: Run, database: Database) -> None:
    law = await edition(database, "policy", contents.policy(), at("2026-03-01"))
    for _ in range(3):
        await edition(database, "policy", contents.policy(relations=to("guides", law)), at("2026-03-02"))
    query = """query ($id: ID!, $first: Int, $after: String) {
      relations(id: $id, direction: in, first: $first, after: $after) {
        edges { cursor node { document { ... on Policy { nodes { ref } } } } } pageInfo { hasNextPage endCursor } } }"""

    page = (await run(query, id=str(law), first=2))["data"]["relations"]
    rest = (await run(query, id=str(law), first=2, after=page["pageInfo"]["endCursor"]))["data"]["relations"]

    assert [len(node["document"]["nodes"]) for node in nodes(page) + nodes(rest)] == [2, 2, 2]
    assert (page["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    assert refusal(await run(query, id=str(law), first=21))["field"] == "first"
