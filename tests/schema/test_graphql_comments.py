"""Comments over GraphQL: as over REST, and nothing personal in the text of a query."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update

from hub.consultation.submission.inputs import MAX_BODY
from hub.db import Database
from schema.persisted.commands import QUERY
from schema.persisted.resolver import query_hash
from tests.support.comment_files import FileSender
from tests.support.comments import (
    COMMENT,
    TEXT,
    Commenter,
    comment_body,
    comment_rows,
    consultation_row,
    open_consultation,
)
from tests.support.editors import key
from tests.support.planted_files import drawn_pdf
from tests.support.servers import Publish

RECEIPT = "id code state heldFor text receivedAt sha256 changeableUntil"
OWN = "id text stance state authorKind name shown hasContact changeableUntil"
REFUSAL = "... on Refusal { code status field expected }"
SUBMIT = (
    "mutation ($input: SubmitOpinionInput!) { submitOpinion(input: $input) "
    f"{{ __typename ... on OpinionReceipt {{ {RECEIPT} }} {REFUSAL} }} }}"
)
AMEND = (
    "mutation ($input: AmendOpinionInput!) { amendOpinion(input: $input) "
    f"{{ __typename ... on OwnOpinion {{ {OWN} }} {REFUSAL} }} }}"
)
WITHDRAW = (
    "mutation ($input: OwnCommentInput!) { withdrawOpinion(input: $input) "
    f"{{ __typename ... on OwnOpinion {{ {OWN} }} {REFUSAL} }} }}"
)
READ = (
    "mutation ($input: OwnCommentInput!) { readOwnOpinion(input: $input) "
    f"{{ __typename ... on OwnOpinion {{ {OWN} hiddenReason files {{ position name state }} answer {{ reason }} }} "
    f"{REFUSAL} }} }}"
)
ERASE = (
    "mutation ($input: OwnCommentInput!) { eraseOpinion(input: $input) "
    f"{{ __typename ... on ErasedOpinion {{ consultation }} {REFUSAL} }} }}"
)


@pytest.fixture
async def person(client: httpx.AsyncClient, publish_edition: Publish) -> Commenter:
    return Commenter(client, await open_consultation(publish_edition))


async def send(person: Commenter, query: str, more: dict[str, Any] | None = None, **members: Any) -> httpx.Response:
    given = {"input": {"consultation": str(person.consultation)} | members}
    return await person.client.post("/graphql", json={"query": query, "variables": given, **(more or {})})


async def ask(person: Commenter, query: str, **members: Any) -> Any:
    answer = await send(person, query, **members)
    assert "errors" not in answer.json(), answer.text
    assert answer.headers["cache-control"] == "no-store"
    [found] = answer.json()["data"].values()
    return found


async def test_a_comment_is_submitted_amended_withdrawn_and_erased(person: Commenter, database: Database) -> None:
    receipt = await ask(person, SUBMIT, **await person.body(ref="dieu-1", contact={"email": "song.may@example.vn"}))
    own = (await person.own(receipt["code"])).json()
    assert receipt["__typename"] == "OpinionReceipt"
    assert (receipt["id"], receipt["text"], receipt["sha256"]) == (own["id"], TEXT, own["sha256"])
    assert (receipt["receivedAt"], receipt["heldFor"]) == (own["received_at"], [])

    code = {"code": receipt["code"]}
    amended = await ask(person, AMEND, **code, stance="against", contact=None)
    assert (amended["stance"], amended["text"], amended["hasContact"]) == ("against", TEXT, False)
    withdrawn = await ask(person, WITHDRAW, **code)
    assert (withdrawn["__typename"], withdrawn["state"]) == ("OwnOpinion", "withdrawn")
    erased = await ask(person, ERASE, **code)
    assert erased == {"__typename": "ErasedOpinion", "consultation": str(person.consultation)}
    assert [row.state for row in await comment_rows(database)] == ["erased"]
    assert (await consultation_row(database, person.consultation)).comment_changes == 3


@pytest.mark.parametrize(
    ("query", "change", "code", "field"),
    [
        (SUBMIT, {"proof": None}, "proof_required", "proof"),
        (SUBMIT, {"ref": "dieu-9"}, "unknown_node", "ref"),
        (SUBMIT, {"author": {"kind": "anonymous", "name": "Ẩn"}}, "invalid_input", "author"),
        (AMEND, {"code": "A", "stance": "asks"}, "comment_not_found", "Comment-Code"),
        (AMEND, {"code": "A"}, "invalid_input", "arguments"),
        (READ, {"code": "A"}, "comment_not_found", "Comment-Code"),
        (WITHDRAW, {"code": "A"}, "comment_not_found", "Comment-Code"),
        (ERASE, {"code": "A"}, "comment_not_found", "Comment-Code"),
    ],
)
async def test_a_refusal_is_the_same_as_in_rest_and_changes_nothing(
    person: Commenter, database: Database, query: str, change: dict[str, Any], code: str, field: str
) -> None:
    body = {"proof": await person.prove(TEXT)} | await person.body() if query == SUBMIT else {}

    refused = await ask(person, query, **(body | change))

    assert (refused["__typename"], refused["code"], refused["field"]) == ("Refusal", code, field)
    assert await comment_rows(database) == []


@pytest.mark.parametrize(
    "query",
    [
        'mutation { withdrawOpinion(input: {consultation: "%s", code: "%s"}) { __typename ... on Refusal { code } } }',
        'mutation ($c: String!) { withdrawOpinion(input: {consultation: "%s", code: $c}) '
        "{ __typename ... on Refusal { code } } } # %s",
    ],
)
async def test_a_code_in_the_text_of_a_query_is_refused_and_never_stored(
    person: Commenter, database: Database, query: str
) -> None:
    code = (await person.submit())["code"]
    text = query % (person.consultation, code)
    hashed = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": query_hash(text)}}}

    for extensions in ({}, hashed):
        answer = await person.client.post("/graphql", json={"query": text, "variables": {"c": code}} | extensions)
        assert answer.json()["data"] == {"withdrawOpinion": {"__typename": "Refusal", "code": "variable_required"}}

    assert [row.state for row in await comment_rows(database)] == ["public"]
    async with database.read() as connection:
        assert (await connection.execute(select(QUERY))).all() == []


async def test_a_code_as_the_default_of_a_variable_is_refused(person: Commenter, database: Database) -> None:
    code = (await person.submit())["code"]
    default = f'{{consultation: "{person.consultation}", code: "{code}"}}'
    query = (
        f"mutation ($c: OwnCommentInput! = {default}) {{ withdrawOpinion(input: $c) {{ ... on Refusal {{ code }} }} }}"
    )
    hashed = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": query_hash(query)}}}

    for extensions in ({}, hashed):
        answer = await person.client.post("/graphql", json={"query": query} | extensions)
        assert answer.json()["data"] == {"withdrawOpinion": {"code": "variable_required"}}, answer.text

    assert [row.state for row in await comment_rows(database)] == ["public"]
    async with database.read() as connection:
        assert (await connection.execute(select(QUERY))).all() == []


async def test_the_text_of_these_mutations_is_not_stored_by_its_hash_and_not_taken_by_get(
    person: Commenter, database: Database
) -> None:
    hashed = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": query_hash(SUBMIT)}}}
    accepted = await send(person, SUBMIT, hashed, **await person.body())
    by_get = await person.client.get("/graphql", params={"query": WITHDRAW, "variables": "{}"})

    assert accepted.json()["data"]["submitOpinion"]["__typename"] == "OpinionReceipt"
    assert by_get.status_code == 405
    async with database.read() as connection:
        assert (await connection.execute(select(QUERY))).all() == []


async def test_an_author_reads_their_comment_with_the_files_that_wait_and_the_reason(
    person: Commenter, database: Database
) -> None:
    made = await person.submit()
    sender = FileSender(person, made["code"], UUID(made["id"]))
    file = await sender.sent(drawn_pdf())
    async with database.write() as session:
        await session.execute(update(COMMENT).values(state="hidden", hidden_reason="spam"))

    found = await ask(person, READ, code=made["code"])

    own = (await person.own(made["code"])).json()
    assert own["files"] == [file]
    assert (found["text"], found["hiddenReason"], found["answer"]) == (TEXT, "spam", None)
    assert found["files"] == [{"position": 1, "name": "ý kiến.pdf", "state": "waiting"}]
    before = await comment_rows(database)
    assert before[0].version == 2, "reading changed nothing: only the file did"


async def test_a_larger_body_than_rest_takes_is_refused_with_a_key_too(person: Commenter, database: Database) -> None:
    body = await person.body()
    more = {"extensions": {"padding": "x" * MAX_BODY}}
    given = {"input": {"consultation": str(person.consultation)} | body}
    sent = {"query": SUBMIT, "variables": given} | more
    headers = {"authorization": f"Bearer {await key(database)}"}

    answer = await person.client.post("/graphql", json=sent, headers=headers)

    refused = answer.json()["data"]["submitOpinion"]
    assert (refused["__typename"], refused["code"], refused["status"]) == ("Refusal", "body_too_large", 413)
    assert await comment_rows(database) == []


async def test_the_answer_with_a_code_is_not_compressed(person: Commenter) -> None:
    given = {"input": {"consultation": str(person.consultation)} | await person.body(text="ă" * 1_000)}
    answer = await person.client.post(
        "/graphql", json={"query": SUBMIT, "variables": given}, headers={"accept-encoding": "gzip"}
    )

    assert "submitOpinion" in answer.text
    assert "content-encoding" not in answer.headers


async def test_opinions_are_the_list_of_rest_with_pages_filters_and_numbers(person: Commenter) -> None:
    for number in range(3):
        await person.submit(text=f"Ý kiến {number}", ref="dieu-1", stance="asks")
    await person.submit(text="Khác", author={"kind": "anonymous"}, shown="nothing")
    members = (
        "id number draft ref quote { exact } stance text author { kind name } receivedAt changedAt group { id } "
        "files { position } answer { outcome } place { status }"
    )
    counts = (
        "total stances { stance count } authorKinds { kind count } otherKinds nodes { draft ref count } groups "
        "groupMembers"
    )
    query = (
        "query ($id: ID!, $after: String) { opinions(consultation: $id, stance: [asks], first: 2, after: $after) "
        f"{{ edges {{ cursor node {{ {members} }} }} pageInfo {{ hasNextPage endCursor }} counts {{ {counts} }} }} }}"
    )

    async def page(after: str | None) -> Any:
        given = {"id": str(person.consultation), "after": after}
        answer = await person.client.post("/graphql", json={"query": query, "variables": given})
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]["opinions"]

    first = await page(None)
    second = await page(first["pageInfo"]["endCursor"])

    listed = await person.listed(stance="asks")
    found = [edge["node"] for one in (first, second) for edge in one["edges"]]
    assert [node["text"] for node in found] == [item["text"] for item in listed["items"]]
    assert [node["receivedAt"] for node in found] == [item["received_at"] for item in listed["items"]]
    assert first["counts"]["otherKinds"] == listed["counts"]["other_kinds"]
    assert first["counts"]["nodes"] == listed["counts"]["nodes"]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


async def test_a_comment_outside_the_window_is_refused_with_the_window_and_the_arrival(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    person = Commenter(client, await open_consultation(publish_edition, 2, 9))
    body = {"proof": {"challenge": "a" * 40, "counter": 1}} | comment_body()
    window = "{ state opensAt closesAt receivedAt }"
    query = SUBMIT.replace(REFUSAL, f"... on Refusal {{ code field window {window} answerCounts {{ late }} }}")

    over_rest = (await person.post(body)).json()
    refused = await ask(person, query, **body)

    assert (over_rest["code"], over_rest["field"], over_rest["state"]) == ("consultation_not_open", "id", "announced")
    assert (refused["code"], refused["field"], refused["answerCounts"]) == ("consultation_not_open", "id", None)
    names = {"state": "state", "opensAt": "opens_at", "closesAt": "closes_at"}
    assert {name: refused["window"][name] for name in names} == {name: over_rest[rest] for name, rest in names.items()}
    assert refused["window"]["receivedAt"] >= over_rest["received_at"]
