"""A database from before the log had subjects: migrated, its positions, cursors, webhooks, keys and hashes hold.

`support/data/before_subjects.sql.gz` was dumped by the code of that time (migrations 0001 to 0011) with `pg_dump
--column-inserts`; the `.json.gz` beside it is what that hub had told its readers, receivers and subscribers until then.
"""

import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from standardwebhooks import Webhook

from hub import migrations
from hub.app import create_app
from hub.citations.follower import CitationFollower
from hub.db import Database
from hub.embedded.postgres import EmbeddedPostgres
from hub.log.send_lease import release_sending
from hub.ops.verify import verify
from hub.settings import Settings
from tests.hub.test_migrations import copy_database, read_columns, read_revisions, read_rows, run_statements
from tests.support import contents
from tests.support.asgi import running
from tests.support.editors import Editor
from tests.support.receiver import Receiver, receiver
from tests.support.servers import Publish
from tests.support.waiting import eventually
from tests.support.webhooks import delivering, distributing, quick

DATA = Path(__file__).parent.parent / "support" / "data"
LAST_REVISION = "0011_websub_waiting"


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the old hub had told: pages of changes and lists, messages, documents with their ETags, secrets."""
    found: dict[str, Any] = json.loads(gzip.decompress((DATA / "before_subjects.json.gz").read_bytes()))
    return found


@pytest.fixture(scope="module")
async def dumped(postgres: EmbeddedPostgres) -> AsyncIterator[str]:
    """The name of a database that the dump was restored to."""
    async with copy_database(postgres, "template0") as url:
        await run_statements(url, gzip.decompress((DATA / "before_subjects.sql.gz").read_bytes()).decode())
        yield url.rpartition("/")[2]


@pytest.fixture
async def database_url(postgres: EmbeddedPostgres, dumped: str) -> AsyncIterator[str]:
    """A copy of it, migrated."""
    async with copy_database(postgres, dumped) as url:
        await migrations.upgrade(url)
        yield url


@pytest.fixture
def settings(settings: Settings, told: dict[str, Any]) -> Settings:
    """Settings with which the old hub's secrets are read."""
    given = {"secrets_key": told["secrets_key"], "public_url": "http://hub.test"}
    return Settings(**{**quick(settings).model_dump(exclude_unset=True), **given})


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with running(create_app(settings)) as opened:
        yield opened


async def test_every_row_stays_as_it_was(postgres: EmbeddedPostgres, dumped: str) -> None:
    async with copy_database(postgres, dumped) as url:
        assert await read_revisions(url) == [LAST_REVISION]
        columns = await read_columns(url)
        before = await read_rows(url, columns)
        await migrations.upgrade(url)
        assert await read_rows(url, columns) == before


async def test_the_log_verifies_and_has_the_head_it_had(database: Database, told: dict[str, Any]) -> None:
    async with database.read() as connection:
        assert [found async for found in verify(connection)] == [(7, [])]
        assert await connection.scalar(text("SELECT hash FROM log_head")) == told["head"]


async def test_positions_of_apps_go_on_where_they_were(client: httpx.AsyncClient, told: dict[str, Any]) -> None:
    """Each entry is what it was, with its hash; new members may stand beside the old ones."""
    first, rest = told["changes"]
    for after, limit, before in ((0, 3, first), (first["next"], 100, rest)):
        answer = await client.get("/api/v1/changes", params={"after": after, "limit": limit, "include": "view"})
        assert answer.status_code == 200, answer.text
        now = answer.json()
        assert (now["epoch"], now["next"], now["head"]) == (before["epoch"], before["next"], before["head"])
        assert [item | old for item, old in zip(now["items"], before["items"], strict=True)] == now["items"]
    last = await client.get("/api/v1/changes", params={"after": rest["next"]})
    assert last.json()["items"] == []


async def test_cursors_of_lists_lead_to_the_page_they_led_to(client: httpx.AsyncClient, told: dict[str, Any]) -> None:
    first, second = told["policies"]
    for params, before in (({}, first), ({"cursor": first["next"]}, second)):
        answer = await client.get("/api/v1/policies", params={"limit": 1, **params})
        assert answer.status_code == 200, answer.text
        assert [item["id"] for item in answer.json()["items"]] == [item["id"] for item in before["items"]]
    trail = told["audit"]
    headers = {"authorization": f"Bearer {told['keys']['writer']}"}
    params = {"limit": 1, "cursor": trail[0]["next"]}
    again = await client.get("/api/v1/manage/audit", params=params, headers=headers)
    assert again.status_code == 200, again.text
    assert [item["id"] for item in again.json()["items"]] == [item["id"] for item in trail[1]["items"]]


async def test_documents_are_the_bytes_they_were(client: httpx.AsyncClient, told: dict[str, Any]) -> None:
    for path, before in told["documents"].items():
        answer = await client.get(f"/api/v1/{path}")
        assert answer.json() | before["body"] == answer.json(), path


async def test_webhooks_go_on_with_the_first_message_that_was_not_received(
    client: httpx.AsyncClient, database: Database, settings: Settings, told: dict[str, Any]
) -> None:
    """The fifth had been refused with a body that was fixed by then; the sixth and seventh were not made yet."""
    headers = {"authorization": f"Bearer {told['keys']['writer']}"}
    path = f"/api/v1/manage/webhooks/{told['endpoint']['id']}"
    async with receiver() as hook:
        moved = await client.patch(path, json={"url": hook.url}, headers=headers)
        assert moved.status_code == 200, moved.text
        fixed = await _fixed_body(database)
        async with database.write() as session:  # its pause was an hour
            await session.execute(text("UPDATE webhook_message SET next_at = now() WHERE state = 'waiting'"))
        await release_sending(database, settings)
        async with delivering(settings):
            await eventually(lambda: _has(hook, 3))
        assert [got.json()["data"]["seq"] for got in hook.got] == [5, 6, 7]
        assert hook.got[0].body == fixed
        for got in hook.got:
            Webhook(told["endpoint"]["secret"]).verify(got.body, got.headers)
    assert [body["data"]["seq"] for _, body in told["delivered"]] == [1, 2, 3, 4]


async def _fixed_body(database: Database) -> bytes:
    async with database.read() as connection:
        query = text("SELECT seq, body FROM webhook_message WHERE state = 'waiting'")
        [(seq, body)] = (await connection.execute(query)).all()
    assert seq == 5
    return bytes(body)


async def _has(hook: Receiver, count: int) -> bool:
    return len(hook.got) >= count


async def test_subscribers_get_the_feed_at_its_next_change(
    database: Database, settings: Settings, told: dict[str, Any], publish_edition: Publish
) -> None:
    async with receiver() as feed:
        async with database.write() as session:  # it has moved, and its lease has been renewed since the dump
            changed = "UPDATE websub_subscription SET callback = :url, expires_at = now() + interval '1 day'"
            await session.execute(text(changed), {"url": f"http://127.0.0.1:{feed.port}/"})
        await release_sending(database, settings)
        await publish_edition("policy", contents.policy(title="Kế hoạch mới", number="14/KH-UBND"))
        async with distributing(settings):
            await eventually(lambda: _has(feed, 1))
        assert "Kế hoạch mới".encode() in feed.got[0].body
        assert told["topic"] in feed.got[0].headers["link"]
        assert feed.got[0].headers["x-hub-signature"].startswith("sha256=")


async def test_followers_go_on_after_the_last_entry_that_they_processed(
    database: Database, told: dict[str, Any]
) -> None:
    async with database.read() as connection:
        rows = (await connection.execute(text("SELECT name, seq FROM follower"))).all()
    assert {row.name: row.seq for row in rows} == told["followers"]
    assert await CitationFollower(database).step() == 2


async def test_keys_belong_to_persons_and_one_person_is_not_two(
    client: httpx.AsyncClient, told: dict[str, Any]
) -> None:
    keys, waiting = told["keys"], told["waiting"]
    for name, code in (("writer", "four_eyes"), ("twin", "four_eyes"), ("nameless", "four_eyes"), ("chief", "")):
        answer = await Editor(client, keys[name]).do(waiting["id"], "approve", waiting["version"])
        assert answer.json().get("code", "") == code, name
