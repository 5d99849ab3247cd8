"""Quarantined items: read by their managers only, as they were delivered, and retried on request."""

import asyncio
import json
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from hub.cli import app
from hub.content.commands import create_document
from hub.db import Database
from hub.files.store import FileStore
from hub.settings import Settings
from ingest.sources.rows import ITEM
from ingest.sources.stored_retry import StoredRetry
from tests.support.editors import key
from tests.support.import_samples import policy, rows
from tests.support.local_site import local_site
from tests.support.source_runs import TOPICS, Hand, for_site, hand, told_about

QUARANTINE = "/api/v1/manage/quarantine"


@pytest.fixture
async def sources(database: Database, settings: Settings) -> Any:
    async with hand(database, for_site(settings)) as made:
        yield made


def bearer(given: str) -> dict[str, str]:
    return {"authorization": f"Bearer {given}"}


def content(n: int) -> dict[str, Any]:
    lead, *body = told_about(n)
    return {"title": TOPICS[n], "lead": lead, "body": f"<p>{' '.join(body)}</p>"}


async def test_a_quarantined_record_is_retried_after_the_mapping_was_fixed(
    client: httpx.AsyncClient, sources: Hand
) -> None:
    await sources.add("day", "push", mapping={"fields": {"title": "tieu_de"}})
    given = bearer(await key(sources.database, "so-y-te", "ingest", "sources", "publish"))
    record = {"id": "a", "content": content(0), "la": None}
    assert (
        await client.post("/api/v1/ingest", json={"source": "day", "records": [record, {"id": "b"}]}, headers=given)
    ).status_code == 200
    listed = (await client.get(QUARANTINE, params={"source": "day"}, headers=given)).json()["items"]
    assert [(each["external_id"], each["reason"]["code"]) for each in listed] == [
        ("b", "invalid_input"),
        ("a", "invalid_input"),
    ]
    shown = (await client.get(f"{QUARANTINE}/{listed[1]['id']}", headers=given)).json()
    assert shown["record"] == record

    changed = await client.patch("/api/v1/manage/sources/day", json={"mapping": {}}, headers=given)
    assert changed.status_code == 200
    answer = await client.post(f"{QUARANTINE}/retry", json={"source": "day"}, headers=given)
    assert (answer.status_code, answer.json()) == (200, {"retried": 2})
    await sources.runner.run("day", discover=False)
    assert await sources.states("day") == {
        "a": ("done", "created", None),
        "b": ("quarantined", None, "invalid_input"),
    }
    assert await rows(sources.database, "SELECT record FROM source_item ORDER BY id") == [(None,), ({"id": "b"},)]


async def test_reasons_are_told_in_the_language_of_who_reads_them_also_those_that_were_stored_before(
    client: httpx.AsyncClient, sources: Hand
) -> None:
    await sources.add("day", "push")
    given = bearer(await key(sources.database, "so-y-te", "ingest", "sources"))
    vietnamese = given | {"accept-language": "vi-VN"}
    records = [{"id": "a" * 5_000, "content": content(0)}]
    pushed = await client.post("/api/v1/ingest", json={"source": "day", "records": records}, headers=vietnamese)

    told = {"code": "invalid_input", "detail": "`id` quá dài.", "field": "id", "expected": "không quá 500 ký tự"}
    assert pushed.json()["results"][0]["reason"] == told
    assert pushed.headers["vary"] == "Accept-Language"
    for path in (QUARANTINE, "/api/v1/manage/sources/day/items"):
        listed = await client.get(path, headers=vietnamese)
        assert listed.json()["items"][0]["reason"] == told
        assert listed.headers["vary"] == "Accept-Language"
    item = listed.json()["items"][0]["id"]
    assert (await client.get(f"{QUARANTINE}/{item}", headers=vietnamese)).json()["item"]["reason"] == told
    english = (await client.get(QUARANTINE, headers=given)).json()["items"][0]["reason"]
    assert (english["detail"], english["expected"]) == ("`id` is too long.", "at most 500 characters")

    before = {"code": "no_record", "detail": "There is no stored record to retry.", "field": 7}
    odd = {"code": "x", "detail": "Said `x`.", "texts": {"detail": {"template": "{a.__class__}", "values": {"a": "b"}}}}
    for stored, detail in ((before, "Không có bản ghi đã lưu để thử lại."), (odd, "Said `x`.")):
        async with sources.database.write() as session:
            await session.execute(update(ITEM).values(reason=stored))
        shown = (await client.get(QUARANTINE, headers=vietnamese)).json()["items"][0]["reason"]
        assert (shown["code"], shown["detail"]) == (stored["code"], detail)


async def test_other_agencies_neither_see_nor_retry_it(client: httpx.AsyncClient, sources: Hand) -> None:
    await sources.add("day", "push")
    owner = bearer(await key(sources.database, "so-y-te", "ingest"))
    await client.post("/api/v1/ingest", json={"source": "day", "records": [{"id": "a"}]}, headers=owner)
    [(item,)] = await rows(sources.database, "SELECT id FROM source_item")
    strangers = {
        403: bearer(await key(sources.database, "so-y-te", "ingest", "write")),
        404: bearer(await key(sources.database, "so-xay-dung", "sources")),
        401: {},
    }
    for status, headers in strangers.items():
        assert (await client.get(f"{QUARANTINE}/{item}", headers=headers)).status_code == status
        assert (await client.post(f"{QUARANTINE}/{item}/retry", json={}, headers=headers)).status_code == status
        assert (await client.post(f"{QUARANTINE}/retry", json={"source": "day"}, headers=headers)).status_code == status
    assert (await client.get(QUARANTINE, headers=strangers[404])).json()["items"] == []
    assert await rows(sources.database, "SELECT state FROM source_item") == [("quarantined",)]


async def test_a_page_that_cannot_be_read_is_stored_and_retried_by_command(
    sources: Hand, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def said(*words: str) -> str:
        return (await asyncio.to_thread(CliRunner().invoke, app, ["quarantine", *words])).output

    for name, value in {"DATABASE_URL": settings.require_database_url(), "DATA": str(settings.data)}.items():
        monkeypatch.setenv(f"HUB_{name}", value)
    async with local_site() as site:
        site.put("/tin/1", b"%PDF-1.4\n%%EOF", media_type="application/pdf")
        site.feed("/rss", [("/tin/1", TOPICS[1])])
        await sources.add("tin", "feed", config={"url": f"{site.url}/rss", "recheck_hours": 0})
        assert await sources.run("tin") == {"found": 1, "new": 1, "quarantined": 1}
        assert await sources.run("tin") == {"found": 1, "not_modified": 1}, "the same bytes are not read again"
        [(item, sha)] = await rows(
            sources.database, "SELECT i.id, k.sha256 FROM source_item i JOIN kept_original k ON k.id = i.original_id"
        )

        listed = json.loads(await said("list", "--json"))["items"]
        assert [each["id"] for each in listed] == [item]
        assert json.loads(await said("show", str(item)))["original_sha256"] == sha
        site.article("/tin/1", TOPICS[1], *told_about(1))
        still = await said("retry", str(item))
        assert "0 taken in" in still, "what is stored is what cannot be read"
        assert f"tin, item {item}: " in still
        assert "1 item queued for another attempt" in await said("retry", "--fetch", str(item))
        await sources.runner.run("tin", discover=False)
        assert await sources.states("tin") == {"1": ("done", "created", None)}
        assert await rows(sources.database, "SELECT count(*) FROM kept_original WHERE document_id IS NULL") == [(0,)]


async def test_what_is_stored_is_taken_in_when_its_cause_is_gone(
    client: httpx.AsyncClient, sources: Hand, settings: Settings
) -> None:
    await sources.add("van-ban", "push", kind="policy", trust="publish")
    given = bearer(await key(sources.database, "so-y-te", "ingest", "sources"))
    needed = "5a0c6f0e-43a0-4b52-9f4e-3c5f1f5b9a01"
    records = [
        {"id": name, "content": policy(name)["content"] | {"relations": [{"type": "amends", "id": needed}]}}
        for name in ("a", "b")
    ]
    await client.post("/api/v1/ingest", json={"source": "van-ban", "records": records}, headers=given)
    retry = StoredRetry(sources.database, FileStore(settings), settings)
    await retry.run()
    assert (retry.report.taken.total(), dict(retry.report.still)) == (0, {"unknown_reference": 2})
    assert await rows(sources.database, "SELECT count(*) FROM document") == [(0,)]

    async with sources.database.write() as session:
        await create_document(session, document_id=UUID(needed), kind="policy", owner="so-y-te")
    retry = StoredRetry(sources.database, FileStore(settings), settings)
    await retry.run(source="van-ban", code="unknown_reference")
    assert (dict(retry.report.taken), retry.report.still.total()) == ({"created": 2}, 0)
    assert set((await sources.states("van-ban")).values()) == {("done", "created", None)}
    assert await rows(sources.database, "SELECT record FROM source_item") == [(None,), (None,)]
    again = StoredRetry(sources.database, FileStore(settings), settings)
    await again.run()
    assert again.report.lines() == ["0 taken in", "0 still set aside"]
