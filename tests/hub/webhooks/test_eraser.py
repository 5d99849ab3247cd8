"""Removed documents: no text of them is kept or sent."""

import asyncio

from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.receiver import Got, Receiver, Says
from tests.support.servers import Publish
from tests.support.waiting import eventually
from tests.support.webhooks import Manager, delivering, remove_for_good, verified


async def text_in_webhook_tables(database: Database, text: str) -> list[str]:
    """Return the rows of webhook tables that can contain text."""
    from sqlalchemy import text as sql

    asked = {
        "webhook_message": "SELECT count(*) FROM webhook_message WHERE position(convert_to(:text, 'UTF8') IN body) > 0",
        "webhook_receipt": "SELECT count(*) FROM webhook_receipt AS r WHERE position(:text IN r::text) > 0",
    }
    async with database.read() as connection:
        return [
            name for name, query in asked.items() if (await connection.execute(sql(query), {"text": text})).scalar()
        ]


async def test_gone_erases_the_bytes_that_wait_and_a_tombstone_is_sent_instead(
    settings: Settings, database: Database, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    hook.behave = lambda got: Says(500, got.body)
    endpoint = await manager.make(hook, view="full")
    document = await publish_edition("bulletin", contents.bulletin(title="Phải biến mất"))
    async with delivering(settings):
        await eventually(lambda: asyncio.sleep(0, hook.got))
    before = await manager.done("GET", f"/{endpoint['id']}/messages/1")
    assert "Phải biến mất" in before["body"]

    await remove_for_good(database, document)

    after = await manager.done("GET", f"/{endpoint['id']}/messages/1")
    assert (after["body"], after["body_sha256"], after["erased"]) == (None, None, True)
    assert await text_in_webhook_tables(database, "Phải biến mất") == []
    hook.got.clear()
    hook.behave = lambda _: Says()
    async with delivering(settings):
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 2))

    first, second = (verified(got, endpoint["secret"]) for got in hook.got)
    assert first["type"] == second["type"] == "bulletin.gone"
    assert hook.got[0].id == after["id"]
    assert [m["data"]["seq"] for m in (first, second)] == [1, 2]
    assert [(m["data"]["state"], m["data"]["view"]) for m in (first, second)] == [("gone", None)] * 2
    assert all("Phải biến mất".encode() not in got.body for got in hook.got)


async def test_gone_erases_what_was_delivered_long_ago_and_what_the_receiver_said_about_it(
    settings: Settings, database: Database, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    hook.behave = lambda got: Says(200, got.body)
    await manager.make(hook)
    document = await publish_edition("bulletin", contents.bulletin(title="Từng là tin"))
    async with delivering(settings):
        await eventually(lambda: text_in_webhook_tables(database, "Từng là tin"))

        async def both() -> bool:
            return len(await text_in_webhook_tables(database, "Từng là tin")) == 2

        await eventually(both)

    await remove_for_good(database, document)

    assert await text_in_webhook_tables(database, "Từng là tin") == []


async def test_gone_while_an_answer_is_awaited_keeps_no_text_of_it(
    settings: Settings, database: Database, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    arrived, release = asyncio.Event(), asyncio.Event()

    async def echo(got: Got) -> Says:
        arrived.set()
        await release.wait()
        return Says(500, got.body)

    hook.behave = echo
    endpoint = await manager.make(hook)
    document = await publish_edition("bulletin", contents.bulletin(title="Đang bay"))
    async with delivering(settings):
        await asyncio.wait_for(arrived.wait(), 30)
        await remove_for_good(database, document)
        hook.behave = lambda _: Says()
        release.set()
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 3))

    assert await text_in_webhook_tables(database, "Đang bay") == []
    assert hook.got[1].json()["type"] == "bulletin.gone"
    assert [r["status"] for r in await manager.receipts(endpoint, seq=1)] == [500, 204]
