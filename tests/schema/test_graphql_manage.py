"""Editorial work over GraphQL: a document's whole lifecycle, the queries of editors, and the response's headers."""

import asyncio
import json
import socket
from datetime import timedelta
from typing import Any

import httpx
import pytest
import uvicorn

from hub.app import create_app
from hub.content.scheduler import publish_due
from hub.db import Database
from hub.manage.actions import EditorAction
from hub.settings import Settings
from hub.times import now
from schema.naming import MUTATION_NAMES, camel_case
from tests.support import contents
from tests.support.graphql_app import nodes, refusal
from tests.support.graphql_editors import DOCUMENT, MUTATIONS, READ, Writer, snake, typed, writer


@pytest.fixture
async def chief(client: httpx.AsyncClient, database: Database) -> Writer:
    return await writer(client, database)


def test_every_verb_has_a_mutation_with_arguments_for_version_and_repetition() -> None:
    assert set(MUTATION_NAMES) == set(EditorAction)
    assert set(MUTATIONS) == {camel_case(name) for name in MUTATION_NAMES.values()}
    for name, found in MUTATIONS.items():
        assert str(found.args["idempotencyKey"].type) == "String"
        assert str(found.type) == "DocumentResult"
        assert name == "createDocument" or str(found.args["version"].type) == "Int"


async def test_a_document_s_whole_life(client: httpx.AsyncClient, database: Database, chief: Writer) -> None:
    clerk = await writer(client, database, "so-y-te", "write", "read:working")
    made = await clerk.create("so-y-te", title="Kế hoạch tiêm chủng", high_impact=True)
    document, public = made["id"], f"/api/v1/policies/{made['id']}"
    assert (made["state"], made["version"], made["working"][0]["state"]) == ("unpublished", 1, "drafting")

    await clerk.done("submitEdition", id=document, version=1)
    await chief.done("returnEdition", id=document, version=2, note="Thiếu thời hạn")
    better = contents.policy(title="Kế hoạch tiêm chủng mùa đông", high_impact=True)
    await clerk.done("saveEdition", id=document, version=3, content=typed(better), updateType="major")
    await clerk.done("submitEdition", id=document, version=4)
    await chief.done("approveEdition", id=document, version=5)
    due = now() + timedelta(hours=2)
    waiting = await chief.done("scheduleEdition", id=document, version=6, at=due.isoformat())
    assert waiting["working"][0]["scheduledFor"].endswith("+07:00")
    assert (await client.get(public)).status_code == 404
    live = await chief.done("publishEdition", id=document, version=7)
    assert (live["state"], live["working"], live["live"][0]["content"]["title"]) == ("live", [], better["title"])
    assert (await client.get(public)).json()["title"] == better["title"]

    await clerk.done(
        "correctEdition", id=document, version=8, note="Sửa tên mùa.", content=typed(contents.policy(title="B"))
    )
    await clerk.done("discardEdition", id=document, version=9)
    again = await clerk.done("correctEdition", id=document, version=10, note="Sửa một chữ.")
    assert again["working"][0]["content"] == live["live"][0]["content"]
    await clerk.done("submitEdition", id=document, version=11)
    await chief.done("approveEdition", id=document, version=12)
    await chief.done("publishEdition", id=document, version=13)
    assert (await client.get(public)).json()["change_note"] == "Sửa một chữ."

    await chief.done("withdrawDocument", id=document, version=14, reason="Sai thẩm quyền.")
    assert (await client.get(public)).json()["withdrawal"]["reason"] == "Sai thẩm quyền."
    await chief.done("restoreDocument", id=document, version=15)
    other = (await chief.create())["id"]
    for step, version in (("submitEdition", 1), ("approveEdition", 2), ("publishEdition", 3)):
        await chief.done(step, id=other, version=version)
    await chief.done("redirectDocument", id=document, version=16, to=other)
    gone = await chief.done("markDocumentGone", id=document, version=17, reason="Lộ dữ liệu cá nhân")
    assert gone["state"] == "gone"
    assert (await client.get(public)).status_code == 410

    query = "query ($id: ID) { manage { audit(document: $id, first: 100) { edges { node { verb details } } } } }"
    trail = nodes((await chief.ask(query, id=document))["data"]["manage"]["audit"])
    assert [line["verb"] for line in reversed(trail)] == [
        "create", "submit", "return", "save", "submit", "approve", "schedule", "publish", "correct", "discard",
        "correct", "submit", "approve", "publish", "withdraw", "restore", "redirect", "gone",
    ]  # fmt: skip
    assert trail[0]["details"] == {"reason": "Lộ dữ liệu cá nhân"}


async def test_a_scheduled_edition_becomes_public_by_the_clock(database: Database, chief: Writer) -> None:
    document = (await chief.create())["id"]
    await chief.done("submitEdition", id=document, version=1)
    await chief.done("approveEdition", id=document, version=2)
    due = now() + timedelta(minutes=5)
    await chief.done("scheduleEdition", id=document, version=3, at=due.isoformat())

    await publish_due(database, due)

    found = (await chief.ask(READ, id=document))["data"]["manage"]["document"]
    assert (found["state"], found["live"][0]["number"]) == ("live", 1)


async def test_the_result_equals_that_of_rest(client: httpx.AsyncClient, chief: Writer) -> None:
    document = (await chief.create(nodes=[{"ref": "dieu-1", "type": "article", "text": "Một."}]))["id"]
    for step, version in (("submitEdition", 1), ("approveEdition", 2), ("publishEdition", 3)):
        last = await chief.done(step, id=document, version=version)
    rest = (await client.get(f"/api/v1/manage/documents/{document}", headers=chief.headers)).json()

    assert snake((await chief.ask(READ, id=document))["data"]["manage"]["document"]) == rest == snake(last)

    lines = "id at actor label agency verb documentId lang edition version details"
    query = f"query ($id: ID) {{ manage {{ audit(document: $id) {{ edges {{ node {{ {lines} }} }} }} }} }}"
    audit = await client.get("/api/v1/manage/audit", params={"document": document}, headers=chief.headers)
    trail = nodes((await chief.ask(query, id=document))["data"]["manage"]["audit"])
    assert [{**snake(line), "id": int(line["id"]), "details": line["details"]} for line in trail] == audit.json()[
        "items"
    ]


async def test_a_typed_content_is_read_changed_and_saved_again(chief: Writer) -> None:
    document = (await chief.create(number="5/KH-UBND", high_impact=True, title="Cũ"))["id"]
    query = """query ($id: ID!) { manage { document(id: $id) { version working { content typedContent {
        ... on PolicyContent { title summary number type highImpact topics issuers { name code } legalForce
            dates { role on source note } nodes { ref parent type label heading text } } } } live { typedContent {
        __typename } } } } }"""

    found = (await chief.ask(query, id=document))["data"]["manage"]["document"]
    (edition,) = found["working"]
    again = {"policy": {**edition["typedContent"], "title": "Mới"}}
    saved = await chief.done("saveEdition", id=document, version=found["version"], content=again, updateType="minor")

    assert edition["typedContent"]["number"] == "5/KH-UBND"
    assert saved["working"][0]["content"] == {**edition["content"], "title": "Mới"}
    gone = await chief.ask(query, id=(await _gone(chief))["id"])
    assert [one["typedContent"] for one in gone["data"]["manage"]["document"]["live"]] == [None]


async def _gone(chief: Writer) -> dict[str, Any]:
    document = (await chief.create())["id"]
    for version, step in enumerate(("submitEdition", "approveEdition", "publishEdition"), 1):
        await chief.done(step, id=document, version=version)
    return await chief.done("markDocumentGone", id=document, version=4, reason="Lộ dữ liệu")


async def test_the_trail_is_paged_by_any_of_its_cursors(chief: Writer) -> None:
    for title in "abc":
        await chief.create(title=title)
    query = """query ($after: String) { manage { audit(agency: "ubnd-hue", first: 2, after: $after) {
        edges { cursor node { id } } pageInfo { hasNextPage endCursor } } } }"""

    async def ask(after: str | None) -> dict[str, Any]:
        found: dict[str, Any] = (await chief.ask(query, after=after))["data"]["manage"]["audit"]
        return found

    first = await ask(None)
    newest, middle = nodes(first)
    rest = await ask(first["pageInfo"]["endCursor"])
    assert int(newest["id"]) > int(middle["id"]) > int(nodes(rest)[0]["id"])
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    assert nodes(await ask(first["edges"][0]["cursor"]))[0] == middle


async def test_readers_without_a_key_get_null_and_the_rest_of_their_query(client: httpx.AsyncClient) -> None:
    answer = await Writer(client).ask("{ topics(first: 1) { edges { cursor } } manage { audit { edges { cursor } } } }")

    assert refusal(answer)["code"] == "unauthenticated"
    assert answer["data"]["manage"] is None
    assert len(answer["data"]["topics"]["edges"]) == 1


async def test_a_document_of_another_agency_that_was_never_public_is_not_found_like_an_unknown_one(
    client: httpx.AsyncClient, database: Database, chief: Writer
) -> None:
    document = (await chief.create(title="Chưa ai biết"))["id"]
    other = await writer(client, database, "so-y-te")

    denied = await other.ask(READ, id=document)
    unknown = await chief.ask(READ, id="0190a3c2-0000-7000-8000-000000000000")

    assert (refusal(denied)["code"], denied["data"]["manage"]) == ("not_found", {"document": None})
    assert "Chưa ai biết" not in str(denied)
    assert refusal(unknown)["code"] == "not_found"


async def test_a_key_is_looked_up_once_for_a_whole_request(
    client: httpx.AsyncClient, chief: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from schema import context

    asked = []
    once = context.principal_of  # type: ignore[attr-defined]

    async def counted(*given: Any) -> Any:
        asked.append(given)
        return await once(*given)

    monkeypatch.setattr(context, "principal_of", counted)
    document = (await chief.create())["id"]
    asked.clear()
    field = f'document(id: "{document}") {{ version }} audit {{ edges {{ cursor }} }}'
    await chief.ask(f"{{ a: manage {{ {field} }} b: manage {{ {field} }} }}")

    assert len(asked) == 1


async def test_the_response_has_exactly_one_no_store_header(settings: Settings, chief: Writer) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))

    async def ask(query: str, **headers: str) -> tuple[list[str], Any]:
        body = json.dumps({"query": query}).encode()
        lines = [f"{name}: {value}" for name, value in headers.items()]
        reader, pen = await asyncio.open_connection(*listening.getsockname())
        head = ["POST /graphql HTTP/1.1", "host: hub.test", "connection: close", "content-type: application/json"]
        pen.write("\r\n".join([*head, f"content-length: {len(body)}", *lines, "", ""]).encode() + body)
        said, _, answer = (await reader.read()).partition(b"\r\n\r\n")
        pen.close()
        return said.decode().lower().split("\r\n"), json.loads(answer)

    try:
        content = '{title: "Tin", lead: "Hai.", body: "<p>Một.</p>"}'
        create = f'createDocument(agency: "ubnd-hue", content: {{bulletin: {content}}})'
        made, answer = await ask(f"mutation {{ {create} {{ ... on ManagedDocument {{ id }} }} }}", **chief.headers)
        document = answer["data"]["createDocument"]["id"]
        read, answer = await ask(f'{{ manage {{ document(id: "{document}") {{ {DOCUMENT} }} }} }}', **chief.headers)
        refused, _ = await ask("{ manage { audit { edges { cursor } } } }")
        keyed, _ = await ask("{ topics { edges { cursor } } }", **chief.headers)
        public, _ = await ask("{ topics { edges { cursor } } }")
    finally:
        server.should_exit = True
        await serving

    assert answer["data"]["manage"]["document"]["working"][0]["content"]["title"] == "Tin"
    for found in (made, read, refused, keyed):
        assert found[0] == "http/1.1 200 ok"
        assert found.count("cache-control: no-store") == 1
    for found in (made, read, refused, keyed, public):
        assert len([line for line in found if line.startswith("content-length:")]) == 1
    assert "cache-control: no-store" not in public
