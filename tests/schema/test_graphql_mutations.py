"""Mutations that are refused, repeated, or have unusual input: typed results, and nothing changed."""

from typing import Any
from unicodedata import normalize
from uuid import uuid4

import httpx
import pytest

from hub.db import Database
from hub.domain.kinds import KINDS
from schema.naming import camel_case
from tests.support import contents
from tests.support.editors import Editor
from tests.support.graphql_app import refusal
from tests.support.graphql_editors import MUTATIONS, RESULT, Writer, snake, stored, typed, writer


@pytest.fixture
async def chief(client: httpx.AsyncClient, database: Database) -> Writer:
    return await writer(client, database)


async def test_a_version_that_is_missing_or_old_is_refused_by_name(database: Database, chief: Writer) -> None:
    document = (await chief.create())["id"]
    await chief.done("submitEdition", id=document, version=1)
    before = await stored(database)

    missing = await chief.do("approveEdition", id=document)
    stale = await chief.do("approveEdition", id=document, version=1)

    assert (missing["code"], missing["status"], missing["field"], missing["expected"]) == (
        "version_required", 428, "version", "version: 2",
    )  # fmt: skip
    assert (stale["code"], stale["status"], stale["field"], stale["currentVersion"]) == (
        "version_stale",
        412,
        "version",
        2,
    )
    assert await stored(database) == before


async def test_the_author_of_a_high_impact_edition_cannot_approve_it(database: Database, chief: Writer) -> None:
    document = (await chief.create(high_impact=True))["id"]
    await chief.done("submitEdition", id=document, version=1)
    before = await stored(database)

    refused = await chief.do("approveEdition", id=document, version=2)

    assert (refused["code"], refused["status"], refused["errors"]) == ("four_eyes", 403, [])
    assert await stored(database) == before


GIVEN: dict[str, dict[str, Any]] = {
    "createDocument": {"agency": "ubnd-hue", "content": typed(contents.policy())},
    "saveEdition": {"content": typed(contents.policy(title="Khác"))},
    "returnEdition": {"note": "Sửa"},
    "scheduleEdition": {"at": "2099-01-01T00:00:00+07:00"},
    "correctEdition": {"note": "Sửa"},
    "withdrawDocument": {"reason": "Sai"},
    "redirectDocument": {"to": str(uuid4())},
    "markDocumentGone": {"reason": "Sai"},
}
WHO = {
    "nobody": ("unauthenticated", None),
    "a false key": ("unauthenticated", "hub_000000000000_false"),
    "another agency": ("not_found", ("so-y-te",)),
    "no scope": ("forbidden", ("ubnd-hue", "read:working", "moderate")),
}


@pytest.mark.parametrize("who", WHO)
async def test_a_denied_mutation_changes_nothing(
    client: httpx.AsyncClient, database: Database, chief: Writer, who: str
) -> None:
    code, how = WHO[who]
    other = Writer(client)
    if isinstance(how, tuple):
        other = await writer(client, database, *how)
    elif how:
        other.headers["authorization"] = f"Bearer {how}"
    document = (await chief.create())["id"]
    before = await stored(database)

    for name, found in MUTATIONS.items():
        target = {"id": document, "version": 1} if "version" in found.args else {}
        refused = await other.do(name, **target, **GIVEN.get(name, {}), idempotencyKey="một lần")
        # A new document of another agency is forbidden; one that was never public does not exist for others.
        expected = "forbidden" if code == "not_found" and name == "createDocument" else code
        assert (refused["__typename"], refused["code"]) == ("Refusal", expected), name
    assert await stored(database) == before


async def test_a_repeated_mutation_gets_its_first_result_over_rest_and_graphql(
    client: httpx.AsyncClient, database: Database, chief: Writer
) -> None:
    document = (await chief.create())["id"]
    first = await chief.done("submitEdition", id=document, version=1, idempotencyKey="a")
    before = await stored(database)

    again = await chief.done("submitEdition", id=document, version=1, idempotencyKey="a")
    rest = Editor(client, chief.headers["authorization"].removeprefix("Bearer "))
    over_rest = await rest.do(document, "submit", 1, once="a")
    other = await chief.do("submitEdition", id=document, version=2, idempotencyKey="a")
    long = await chief.do("submitEdition", id=document, version=2, idempotencyKey="x" * 129)

    assert first == again
    assert snake(first) == over_rest.json()
    assert (other["code"], other["field"]) == ("idempotency_mismatch", "idempotencyKey")
    assert (long["code"], long["field"]) == ("invalid_input", "idempotencyKey")
    for odd in ("a\x00b", "\x00", "a\nb"):
        refused = await chief.do("submitEdition", id=document, version=2, idempotencyKey=odd)
        assert (refused["code"], refused["field"]) == ("invalid_input", "idempotencyKey")
    assert await stored(database) == before


async def test_mutations_of_one_request_run_one_after_the_other(chief: Writer) -> None:
    document = (await chief.create())["id"]
    fields = "{ __typename ... on ManagedDocument { version } ... on Refusal { code } }"
    query = f"""mutation ($id: ID!) {{
        a: submitEdition(id: $id, version: 1) {fields}
        b: submitEdition(id: $id, version: 1) {fields}
        c: approveEdition(id: $id, version: 2) {fields} }}"""

    data = (await chief.ask(query, id=document))["data"]

    assert [data["a"]["version"], data["b"]["code"], data["c"]["version"]] == [2, "version_stale", 3]


async def test_mutations_come_only_by_post(client: httpx.AsyncClient, database: Database, chief: Writer) -> None:
    document = (await chief.create())["id"]
    before = await stored(database)
    query = f'mutation {{ submitEdition(id: "{document}", version: 1) {{ __typename }} }}'

    answer = await client.get("/graphql", params={"query": query}, headers=chief.headers)

    assert 400 <= answer.status_code < 500
    assert "mutation" in answer.json()["errors"][0]["message"]
    assert await stored(database) == before


async def test_a_content_may_be_a_literal_with_variables_in_it_and_comes_out_as_nfc(chief: Writer) -> None:
    query = f"""mutation ($title: String!) {{ createDocument(agency: "ubnd-hue", content: {{bulletin: {{
        title: $title, lead: "Một câu.", body: "<p>Hai.</p>", channels: [web], priority: high,
        validUntil: "2099-01-01T08:00:00+07:00", summary: null, topics: null }}}}) {RESULT} }}"""

    made = (await chief.ask(query, title=normalize("NFD", "Đường đóng")))["data"]["createDocument"]

    assert (made["__typename"], made["kind"]) == ("ManagedDocument", "bulletin"), made
    content = made["working"][0]["content"]
    assert (content["title"], content["body"], content["channels"]) == ("Đường đóng", "<p>Hai.</p>", ["web"])
    assert (content["priority"], content["valid_until"]) == ("high", "2099-01-01T08:00:00+07:00")
    assert (content["summary"], content["topics"]) == (None, [])


@pytest.mark.parametrize("kind", KINDS)
async def test_a_typed_content_is_stored_as_the_same_content_over_rest(
    client: httpx.AsyncClient, chief: Writer, kind: str
) -> None:
    content = getattr(contents, kind)()
    body = {"kind": kind, "agency": "ubnd-hue", "content": content, "id": str(uuid4())}

    over_rest = await client.post(
        "/api/v1/manage/documents", json=body, headers={**chief.headers, "idempotency-key": "one"}
    )
    same = {"agency": "ubnd-hue", "content": typed(content, kind), "id": body["id"]}
    again = await chief.done("createDocument", **same, idempotencyKey="one")
    other = await chief.done("createDocument", **{**same, "id": str(uuid4())})

    assert over_rest.status_code == 201, over_rest.text
    assert snake(again) == over_rest.json()
    assert other["working"][0]["content"] == over_rest.json()["working"][0]["content"]


async def test_a_content_of_another_kind_is_refused_by_name(database: Database, chief: Writer) -> None:
    document = (await chief.create())["id"]
    before = await stored(database)

    refused = await chief.do("saveEdition", id=document, version=1, content=typed(contents.bulletin(), "bulletin"))

    assert (refused["code"], refused["field"], refused["expected"]) == (
        "invalid_input",
        "content",
        "the member `policy`",
    )
    assert await stored(database) == before


async def test_a_large_content_in_a_variable_is_no_large_query(chief: Writer) -> None:
    nodes = [{"ref": f"dieu-{n}", "type": "article", "text": "Một điều khoản dài. " * 60} for n in range(400)]

    made = await chief.create(nodes=nodes)

    assert len(made["working"][0]["content"]["nodes"]) == 400


@pytest.mark.parametrize(
    ("kind", "changes", "named"),
    [
        ("policy", {"title": ""}, ["title"]),
        ("policy", {"nodes": [{"ref": "X", "type": "article"}], "number": "khong"}, ["number", "nodes.0.ref"]),
        ("policy", {"topics": ["?"]}, ["topics.0"]),
        ("statement", {"said_at": "2023-01-01T00:00:00+07:00", "asked_at": "2024-01-01T00:00:00+07:00"}, ["saidAt"]),
        ("draft", {"drafting_agency": "KHÔNG"}, ["draftingAgency"]),
    ],
)
async def test_invalid_content_is_refused_with_the_code_and_path_of_rest(
    client: httpx.AsyncClient, database: Database, chief: Writer, kind: str, changes: dict[str, Any], named: list[str]
) -> None:
    content = getattr(contents, kind)(**changes)
    before = await stored(database)

    refused = await chief.do("createDocument", agency="ubnd-hue", content=typed(content, kind))
    body = {"kind": kind, "agency": "ubnd-hue", "content": content}
    over_rest = (await client.post("/api/v1/manage/documents", json=body, headers=chief.headers)).json()

    assert (refused["code"], refused["field"]) == (over_rest["code"], named[0]) == ("invalid_input", named[0])
    assert [each["field"] for each in refused["errors"]] == named
    assert [camel_case(each["field"]) for each in over_rest["errors"]] == named
    assert await stored(database) == before


UNFIT: dict[str, tuple[Any, list[str]]] = {
    "a member is missing": ({"policy": {"title": "Một"}}, ["dates", "issuers", "type"]),
    "a member is unknown": (typed(contents.policy(drafting=1)), ["drafting"]),
    "a value has the wrong type": (typed(contents.policy(title=10**19)), ["title"]),
    "a date there is not": (
        typed(contents.policy(dates=[{"role": "issued", "on": "2023-02-30", "source": "Văn bản"}])),
        ["dates.0.on"],
    ),
    "a value no enum has": (typed(contents.policy(nodes=[{"ref": "x", "type": "page"}])), ["nodes.0.type"]),
    "no kind": ({}, ["content"]),
    "no content of a kind": ({"policy": None}, ["content"]),
    "two kinds": ({**typed(contents.policy()), **typed(contents.bulletin(), "bulletin")}, ["content"]),
    "a list": ([1], ["content"]),
    "words": ("words", ["content"]),
}


@pytest.mark.parametrize("what", UNFIT)
async def test_a_content_that_does_not_fit_its_type_is_refused_with_the_path_of_each_error(
    client: httpx.AsyncClient, database: Database, chief: Writer, what: str
) -> None:
    content, named = UNFIT[what]
    before = await stored(database)
    query = f'mutation ($c: ContentInput!) {{ createDocument(agency: "ubnd-hue", content: $c) {RESULT} }}'

    answer = await client.post("/graphql", json={"query": query, "variables": {"c": content}}, headers=chief.headers)

    found = [error["extensions"] for error in answer.json()["errors"]]
    assert {each["code"] for each in found} == {"graphql_validation_failed"}
    assert sorted(each["field"] for each in found) == named
    assert "data" not in answer.json()
    assert await stored(database) == before


async def test_the_content_of_a_kind_may_be_a_variable_of_its_own(client: httpx.AsyncClient, chief: Writer) -> None:
    query = f"""mutation ($b: BulletinContentInput!) {{
        createDocument(agency: "ubnd-hue", content: {{bulletin: $b}}) {RESULT} }}"""
    (content,) = typed(contents.bulletin(), "bulletin").values()

    made = (await chief.ask(query, b=content))["data"]["createDocument"]
    body = {"query": query, "variables": {"b": content | {"attachments": [{"name": "a"}]}}}
    answer = await client.post("/graphql", json=body, headers=chief.headers)

    assert made["kind"] == "bulletin"
    fields = [error["extensions"]["field"] for error in answer.json()["errors"]]
    assert sorted(fields) == ["attachments.0.mediaType", "attachments.0.url"]


async def test_a_literal_that_is_nested_too_deeply_is_refused(client: httpx.AsyncClient, chief: Writer) -> None:
    nested = "[" * 800 + "]" * 800
    query = f'mutation {{ createDocument(agency: "ubnd-hue", content: {{policy: {{title: {nested}}}}}) {RESULT} }}'

    # Nested values in variables are refused with the body, before GraphQL sees them.
    answer = await client.post("/graphql", json={"query": query}, headers=chief.headers)

    assert refusal(answer.json())["code"] == "query_limit_exceeded"


@pytest.mark.parametrize("at", ["2099-01-01T00:00:00", "2099-01-01", "9999-12-31T23:59:59-12:00", "bao giờ", ""])
async def test_a_moment_needs_its_offset(client: httpx.AsyncClient, chief: Writer, at: str) -> None:
    query = f'mutation {{ scheduleEdition(id: "{uuid4()}", at: "{at}") {{ __typename }} }}'

    answer = (await client.post("/graphql", json={"query": query}, headers=chief.headers)).json()

    assert refusal(answer)["code"] == "graphql_validation_failed"
