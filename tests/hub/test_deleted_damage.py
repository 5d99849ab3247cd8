"""A row that is deleted takes its damage with it, whichever table it is of and whichever command deletes it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from hub.content import damage
from hub.content.damage import MAX_NAME, delete_damage, note_damaged, read_damaged_rows, save_damage
from hub.db import Database
from hub.errors import ViewBroken
from hub.manage.audit_trail import delete_old_entries
from hub.manage.idempotency import claim, delete_expired
from hub.settings import Settings
from hub.webhooks.fanout import WebhookFanOut
from ingest.run_cleanup import RunCleanup
from tests.support import contents
from tests.support.editors import key
from tests.support.import_samples import rows
from tests.support.past_editions import done
from tests.support.servers import Publish

HOOKS, SOURCES = "/api/v1/manage/webhooks", "/api/v1/manage/sources"
STAYS = "webhook of another"
OLD = "now() - interval '9 years'"


class Scene:
    """A hub whose rows are damaged and shown. What is made returns what its deletion needs."""

    def __init__(
        self, client: httpx.AsyncClient, database: Database, settings: Settings, secret: str, publish: Publish
    ):
        self.client, self.database, self.settings, self.publish = client, database, settings, publish
        self.headers = {"authorization": f"Bearer {secret}"}

    async def ask(self, method: str, path: str, sent: Any = None) -> httpx.Response:
        answer = await self.client.request(method, path, json=sent, headers=self.headers)
        assert answer.status_code < 300, answer.text
        return answer

    async def change(self, statement: str) -> None:
        async with self.database.write() as session:
            await session.execute(text(statement))

    async def document(self) -> UUID:
        document = await self.publish("bulletin", contents.bulletin())
        await self.change("UPDATE published_view SET \"full\" = '{'::bytea")
        assert (await self.client.get(f"/api/v1/bulletins/{document}")).status_code == 409
        return document

    async def webhook(self) -> str:
        """A webhook with a message and a receipt, all damaged."""
        made = (await self.ask("POST", HOOKS, {"url": "https://example.vn/7"})).json()
        await self.publish("bulletin", contents.bulletin())
        await WebhookFanOut(self.database, self.settings).step()
        await self.change("UPDATE webhook_message SET state = 'lost'")
        await self.change(
            "INSERT INTO webhook_receipt (endpoint_id, seq, message_id, attempt, at, url, headers, body_sha256,"
            f" body_bytes) SELECT id, 1, 'm', 1, {OLD}, 'u', '[]', '', 0 FROM webhook_endpoint"
        )
        await self.change("UPDATE webhook_endpoint SET filter = '[]'")
        for path in (HOOKS, f"{HOOKS}/{made['id']}/messages", f"{HOOKS}/{made['id']}/receipts"):
            await self.ask("GET", path)
        return f"{HOOKS}/{made['id']}"

    async def settled_message(self) -> None:
        """A message and a receipt that are old; the webhook stays, and is whole."""
        address = await self.webhook()
        await self.change("UPDATE webhook_endpoint SET filter = '{}'")
        await self.ask("GET", address)
        await self.change(f"UPDATE webhook_message SET state = 'dropped', settled_at = {OLD}")

    async def source(self) -> str:
        """A source with two runs and two items, all damaged."""
        made = {"code": "day", "type": "push", "name": "Trang tin", "kind": "bulletin", "agency": "so-y-te"}
        await self.ask("POST", SOURCES, made)
        for n in range(2):
            await self.ask("POST", "/api/v1/ingest", {"source": "day", "records": [{"id": f"a{n}"}]})
        await self.change("UPDATE source SET config = '[]'")
        await self.change("UPDATE source_item SET reason = '7'")
        await self.change("UPDATE source_run SET counts = '[]'")
        for path in (SOURCES, f"{SOURCES}/day/runs", f"{SOURCES}/day/items"):
            await self.ask("GET", path)
        return f"{SOURCES}/day"

    async def run(self) -> None:
        """A run that is old, and a newer one; the source is whole, and so is everything but the old run."""
        await self.source()
        await self.change("UPDATE source SET config = '{}'")
        await self.change("UPDATE source_item SET reason = NULL")
        await self.change("UPDATE source_run SET counts = '{}' WHERE id = (SELECT max(id) FROM source_run)")
        for path in (SOURCES, f"{SOURCES}/day/runs", f"{SOURCES}/day/items"):
            await self.ask("GET", path)
        await self.change(f"UPDATE source_run SET finished_at = {OLD}")

    async def audit_entry(self) -> None:
        await self.ask("POST", HOOKS, {"url": "https://example.vn/7"})
        await self.change("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        await self.change(f"UPDATE audit_entry SET details = '[]', at = {OLD}")
        await self.ask("GET", "/api/v1/manage/audit")

    async def answer(self, once: str = "lần 7", principal: str = "key:7") -> None:
        async with self.database.write() as session:
            await claim(session, principal, once, "0" * 64)
        await self.change(f"UPDATE idempotency_key SET status = 200, version = 1, body = '7', made_at = {OLD}")
        async with self.database.write() as session:
            with pytest.raises(ViewBroken):
                await claim(session, principal, once, "0" * 64)

    async def answer_with_a_long_key(self) -> None:
        """A name that is cut when it is stored, within a letter of several bytes."""
        await self.answer("ẩ" * 128, "key:" + "ỗ" * 100)


Make = Callable[[Scene], Awaitable[Any]]
Delete = Callable[[Scene, Any], Awaitable[Any]]


async def remove(scene: Scene, document: UUID) -> None:
    await done(scene.database, "gone", document)


async def redirect(scene: Scene, document: UUID) -> None:
    await done(scene.database, "redirect", document, to=await scene.publish("bulletin", contents.bulletin()))


async def delete(scene: Scene, address: str) -> None:
    await scene.ask("DELETE", address)


async def clean_up_messages(scene: Scene, _: None) -> None:
    await WebhookFanOut(scene.database, scene.settings).clean_up()


async def clean_up_runs(scene: Scene, _: None) -> None:
    await RunCleanup(scene.database, 30).run_once()


async def clean_up_audit(scene: Scene, _: None) -> None:
    async with scene.database.write() as session:
        assert await delete_old_entries(session, 400) == 1


async def clean_up_answers(scene: Scene, _: None) -> None:
    async with scene.database.write() as session:
        await delete_expired(session)


async def read_names(database: Database) -> list[str]:
    return sorted({name for (name,) in await rows(database, "SELECT name FROM damaged_row")})


@pytest.fixture
async def scene(client: httpx.AsyncClient, database: Database, settings: Settings, publish_edition: Publish) -> Scene:
    secret = await key(database, "so-y-te", "webhooks", "sources", "ingest", "read:working", "write")
    return Scene(client, database, settings, secret, publish_edition)


@pytest.mark.parametrize(
    ("make", "end", "kinds"),
    [
        (Scene.document, remove, [""]),
        (Scene.document, redirect, [""]),
        (Scene.webhook, delete, ["message", "receipt", "webhook"]),
        (Scene.settled_message, clean_up_messages, ["message", "receipt"]),
        (Scene.source, delete, ["item", "item", "run", "run", "source"]),
        (Scene.run, clean_up_runs, ["run"]),
        (Scene.audit_entry, clean_up_audit, ["audit"]),
        (Scene.answer, clean_up_answers, ["the"]),
        (Scene.answer_with_a_long_key, clean_up_answers, ["the"]),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
async def test_a_deleted_row_takes_its_damage_with_it(scene: Scene, make: Make, end: Delete, kinds: list[str]) -> None:
    """Its damage is noted by what shows it, so under the name that it really has."""
    note_damaged(STAYS, "row")
    made = await make(scene)
    await save_damage(scene.database)
    noted = await read_names(scene.database)
    noted.remove(STAYS)
    assert [name.split(" ")[0] for name in noted] == (kinds if kinds != [""] else [str(made)])

    await end(scene, made)

    assert await read_names(scene.database) == [STAYS]
    async with scene.database.read() as connection:
        assert await read_damaged_rows(connection) == [STAYS]


async def test_a_name_that_is_cut_is_stored_as_long_as_it_may_be(scene: Scene) -> None:
    await scene.answer_with_a_long_key()
    await save_damage(scene.database)

    [name] = await read_names(scene.database)
    assert (len(name), name[-1]) == (MAX_NAME, "ỗ")


async def test_damage_that_another_process_is_storing_is_skipped_and_nobody_waits(database: Database) -> None:
    names = ["webhook 0190", "webhook 0191"]
    for name in names:
        note_damaged(name, "row")
    await save_damage(database)
    async with database.write() as other:
        await other.execute(text("SELECT 1 FROM damaged_row WHERE name = 'webhook 0190' FOR UPDATE"))
        async with asyncio.timeout(5), database.write() as session:
            await delete_damage(session, names)

    assert await read_names(database) == ["webhook 0190"]


async def test_a_process_remembers_no_more_rows_than_it_may_and_reports_the_others_each_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(damage, "MAX_REMEMBERED", 3)
    names = [f"webhook 019{n}" for n in range(5)]

    assert [note_damaged(name, "row") for name in names] == [True] * 5
    assert [note_damaged(name, "row") for name in names] == [False] * 3 + [True] * 2
    await save_damage(database)
    assert await read_names(database) == names[:3]
    damage.note_whole(names[0], "row")
    note_damaged(names[4], "row")
    await save_damage(database)
    assert await read_names(database) == [names[1], names[2], names[4]]
