"""A stored row of ours that is no longer valid never fails a list, and is shown, mended and told by itself."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from hub.db import Database
from hub.settings import Settings
from hub.webhooks.fanout import WebhookFanOut
from tests.support import contents
from tests.support.editors import key
from tests.support.import_samples import rows
from tests.support.servers import Publish

HOOKS, SOURCES = "/api/v1/manage/webhooks", "/api/v1/manage/sources"
SOURCE: dict[str, Any] = {"name": "Trang tin", "kind": "bulletin", "agency": "so-y-te"}


@pytest.fixture
async def headers(database: Database) -> dict[str, str]:
    given = await key(database, "so-y-te", "webhooks", "sources", "ingest", "publish", "read:working", "write")
    return {"authorization": f"Bearer {given}"}


async def change(database: Database, statement: str, **values: Any) -> None:
    async with database.write() as session:
        await session.execute(text(statement), values)


BROKEN_FILTERS = (
    '{"topics": ["moi-truong"]}',
    '{"kind": ["luat"]}',
    '{"lang": ["tiếng Việt"], "kind": ["policy"]}',
    '"policy"',
    "[]",
    "null",
)


@pytest.mark.parametrize("stored", BROKEN_FILTERS)
async def test_a_webhook_with_a_broken_filter_is_shown_and_can_be_mended(
    client: httpx.AsyncClient, database: Database, headers: dict[str, str], stored: str
) -> None:
    async def ask(method: str, path: str, **sent: Any) -> httpx.Response:
        return await client.request(method, f"{HOOKS}{path}", headers=headers, **sent)

    made = [(await ask("POST", "", json={"url": f"https://example.vn/{n}"})).json()["id"] for n in range(2)]
    await change(
        database,
        "UPDATE webhook_endpoint SET filter = CAST(:filter AS jsonb) WHERE id = :id",
        filter=stored,
        id=UUID(made[0]),
    )

    listed = await ask("GET", "")
    assert listed.status_code == 200, listed.text
    problems = {item["id"]: item["problem"] for item in listed.json()["items"]}
    assert problems[made[1]] is None
    assert "filter" in problems[made[0]]
    one = await ask("GET", f"/{made[0]}")
    assert (one.status_code, one.json()["problem"]) == (200, problems[made[0]])
    for path in ("/pause", "/resume", "/secret"):
        assert (await ask("POST", f"/{made[0]}{path}", json={})).status_code == 200, path

    mended = await ask("PATCH", f"/{made[0]}", json={"filter": {"kind": ["policy"]}})
    assert (mended.status_code, mended.json()["problem"]) == (200, None)
    assert mended.json()["filter"]["kind"] == ["policy"]


async def test_a_webhook_with_a_broken_filter_gets_no_messages_and_stops_no_other(
    client: httpx.AsyncClient, database: Database, settings: Settings, headers: dict[str, str], publish_edition: Publish
) -> None:
    made = [
        (await client.post(HOOKS, headers=headers, json={"url": f"https://example.vn/{n}"})).json()["id"]
        for n in range(2)
    ]
    await change(
        database, 'UPDATE webhook_endpoint SET filter = \'{"kind": ["luat"]}\' WHERE id = :id', id=UUID(made[0])
    )
    await publish_edition("bulletin", contents.bulletin())

    await WebhookFanOut(database, settings).step()

    assert await rows(database, "SELECT endpoint_id FROM webhook_message") == [(UUID(made[1]),)]
    [(failures,)] = await rows(
        database, "SELECT fanout_failures FROM webhook_endpoint WHERE id = :id", id=UUID(made[0])
    )
    assert failures == 1


async def test_a_webhook_of_which_nothing_is_left_is_left_out_of_the_list(
    client: httpx.AsyncClient, database: Database, headers: dict[str, str]
) -> None:
    made = [
        (await client.post(HOOKS, headers=headers, json={"url": f"https://example.vn/{n}"})).json()["id"]
        for n in range(3)
    ]
    await change(database, "UPDATE webhook_endpoint SET format = 'xml' WHERE id = :id", id=UUID(made[1]))

    first = (await client.get(HOOKS, headers=headers, params={"limit": 2})).json()
    assert [item["id"] for item in first["items"]] == [made[2]]
    rest = (await client.get(HOOKS, headers=headers, params={"limit": 2, "cursor": first["next"]})).json()
    assert ([item["id"] for item in rest["items"]], rest["next"]) == ([made[0]], None)
    for method, path in (("GET", ""), ("POST", "/test")):
        answer = await client.request(method, f"{HOOKS}/{made[1]}{path}", headers=headers, json={} if path else None)
        assert (answer.status_code, answer.json()["code"]) == (409, "view_broken"), answer.text
    assert (await client.get("/health/ready")).json()["alarms"]["views_broken"] == 1
    assert (await client.delete(f"{HOOKS}/{made[1]}", headers=headers)).status_code == 204


@pytest.mark.parametrize(
    ("column", "stored"),
    [
        ("config", '{"url": 7}'),
        ("config", '{"include": "(?=a)", "unknown": 1}'),
        ("config", "[]"),
        ("mapping", '{"fields": {"title": 7}, "defaults": 8}'),
        ("mapping", '"title"'),
        ("mapping", "null"),
    ],
)
async def test_a_source_with_a_broken_definition_is_shown_and_can_be_mended(
    client: httpx.AsyncClient, database: Database, headers: dict[str, str], column: str, stored: str
) -> None:
    for code in ("hong", "lanh"):
        made = await client.post(SOURCES, headers=headers, json=SOURCE | {"code": code, "type": "push"})
        assert made.status_code == 201, made.text
    await change(database, f"UPDATE source SET {column} = CAST(:stored AS jsonb) WHERE code = 'hong'", stored=stored)

    listed = await client.get(SOURCES, headers=headers)
    assert listed.status_code == 200, listed.text
    problems = {item["code"]: item["problem"] for item in listed.json()["items"]}
    assert (problems["lanh"], column in problems["hong"]) == (None, True)
    assert (await client.get(f"{SOURCES}/hong", headers=headers)).json()["problem"] == problems["hong"]
    sent = {"source": "hong", "records": [{"id": "a", "content": contents.bulletin()}]}
    pushed = await client.post("/api/v1/ingest", headers=headers, json=sent)
    if column == "mapping":
        assert (pushed.status_code, pushed.json()["code"]) == (409, "view_broken"), pushed.text
        assert await rows(database, "SELECT 1 FROM source_run") == []
    else:
        assert pushed.status_code == 200, pushed.text

    mended = await client.patch(f"{SOURCES}/hong", headers=headers, json={column: {}})
    assert (mended.status_code, mended.json()["problem"]) == (200, None), mended.text


async def test_broken_runs_items_and_audit_entries_fail_no_list(
    client: httpx.AsyncClient, database: Database, headers: dict[str, str]
) -> None:
    await client.post(SOURCES, headers=headers, json=SOURCE | {"code": "day", "type": "push"})
    for n in range(3):
        sent = {"source": "day", "records": [{"id": f"a{n}"}]}
        assert (await client.post("/api/v1/ingest", headers=headers, json=sent)).status_code == 200
    runs, items = (f"{SOURCES}/day/{each}" for each in ("runs", "items"))
    await change(database, 'UPDATE source_run SET counts = \'{"found": "ba", "quarantined": 1}\' WHERE id = 1')
    await change(database, "UPDATE source_run SET counts = '[]' WHERE id = 2")
    await change(database, "UPDATE source_item SET reason = '\"hong\"' WHERE external_id = 'a0'")
    await change(database, "UPDATE source_item SET reason = '{\"detail\": 7}' WHERE external_id = 'a1'")
    await change(database, "ALTER TABLE audit_entry DISABLE TRIGGER USER")
    await change(database, "UPDATE audit_entry SET details = '[1]'")

    found = (await client.get(runs, headers=headers)).json()["items"]
    assert [run["counts"].get("quarantined") for run in found] == [1, None, 1]
    for path in (items, "/api/v1/manage/quarantine"):
        answer = await client.get(path, headers=headers)
        assert [item["external_id"] for item in answer.json()["items"]] == ["a2", "a1", "a0"], answer.text
        assert [(item["reason"] or {}).get("code") for item in answer.json()["items"]] == ["invalid_input", None, None]
    number = (await client.get(items, headers=headers)).json()["items"][2]["id"]
    assert (await client.get(f"/api/v1/manage/quarantine/{number}", headers=headers)).status_code == 200
    audit = await client.get("/api/v1/manage/audit", headers=headers)
    assert (audit.status_code, [line["verb"] for line in audit.json()["items"]]) == (200, ["source_added"])


async def test_broken_claims_and_contents_fail_no_list_of_editors(
    client: httpx.AsyncClient, database: Database, headers: dict[str, str]
) -> None:
    await client.post(SOURCES, headers=headers, json=SOURCE | {"code": "day", "type": "push"})
    sent = {"source": "day", "records": [{"id": "a", "content": contents.bulletin()}]}
    pushed = (await client.post("/api/v1/ingest", headers=headers, json=sent)).json()
    document = f"/api/v1/manage/documents/{pushed['results'][0]['document_id']}"
    await change(database, "UPDATE provenance SET claims = '[]', conflicts = '[{\"field\": \"title\"}, 7]'")
    await change(database, "UPDATE edition SET content = '[]'")

    for path in (f"{document}/provenance", "/api/v1/manage/conflicts"):
        answer = await client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["items"][0]["conflicts"]) == (200, []), answer.text
    assert (await client.get(document, headers=headers)).status_code == 200
    query = "{ manage { conflicts { edges { node { source conflicts { field } } } } } }"
    answer = await client.post("/graphql", headers=headers, json={"query": query})
    assert "errors" not in answer.json(), answer.text


async def test_a_row_that_is_shown_in_two_forms_is_an_alarm_as_long_as_one_of_them_is_damaged(
    client: httpx.AsyncClient, database: Database, headers: dict[str, str]
) -> None:
    sent = {"kind": "bulletin", "agency": "so-y-te", "content": contents.bulletin()}
    made = await client.post("/api/v1/manage/documents", headers=headers, json=sent)
    edition = f"/api/v1/manage/documents/{made.json()['id']}"
    [(whole,)] = await rows(database, "SELECT content::text FROM edition")

    async def count_broken() -> int:
        assert (await client.get(edition, headers=headers)).status_code == 200
        found: int = (await client.get("/health/ready")).json()["alarms"].get("views_broken", 0)
        return found

    await change(database, "UPDATE edition SET content = '[7]'")
    assert [await count_broken() for _ in range(2)] == [1, 1], "its line in the history is whole"
    await change(database, "UPDATE edition SET content = CAST(:whole AS jsonb)", whole=whole)
    assert await count_broken() == 0
