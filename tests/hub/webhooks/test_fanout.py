"""Who gets which entries: filters, events, subjects, replays and pauses."""

import asyncio

import pytest
from sqlalchemy import text

from hub.db import Database
from hub.log.append import NewSubjectEntry, append_entries, lock_head
from hub.log.subjects import LogSubject, RegistryEvent
from hub.settings import Settings
from hub.times import now
from hub.webhooks import fanout
from hub.webhooks.fanout import WebhookFanOut
from tests.support import contents
from tests.support.consultations import changes, window
from tests.support.import_samples import rows
from tests.support.receiver import Receiver, receiver
from tests.support.servers import Publish
from tests.support.waiting import eventually
from tests.support.webhooks import (
    Manager,
    delivering,
    first_seqs,
    publish_bulletins,
    seqs,
    verified,
    withdraw_document,
)


async def test_filters_let_through_what_they_say_and_tell_what_left(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    await manager.make(hook, filter={"kind": ["bulletin"], "topic": ["moi-truong"], "agency": ["so-y-te"]})
    own = {"owner": "so-y-te"}
    await publish_edition("policy", contents.policy(topics=["moi-truong"]), **own)
    document = await publish_edition("bulletin", contents.bulletin(topics=["moi-truong"]), **own)
    await publish_edition("bulletin", contents.bulletin(topics=["moi-truong"]))
    await publish_edition("bulletin", contents.bulletin(topics=["truyen-thong"]), **own)
    await publish_edition("bulletin", contents.bulletin(topics=["truyen-thong"]), document_id=document)
    await publish_edition("bulletin", contents.bulletin(title="Không ai nghe"), document_id=document)
    last = await publish_edition("bulletin", contents.bulletin(topics=["moi-truong"]), **own)
    async with delivering(settings):
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 3))

    told = [(m["type"], m["data"]["id"], m["data"]["view"] is None) for m in (got.json() for got in hook.got)]
    assert told == [
        ("bulletin.published", str(document), False),
        ("bulletin.left", str(document), True),
        ("bulletin.published", str(last), False),
    ]


async def test_only_the_events_that_were_asked_for(
    settings: Settings, database: Database, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    await manager.make(hook, events=["withdrawn"], view="none")
    [first, second] = await publish_bulletins(publish_edition, 2)
    await withdraw_document(database, first)
    await withdraw_document(database, second)
    async with delivering(settings):
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 2))

    assert seqs(hook) == [3, 4]
    assert all(got.json()["data"]["view"] is None for got in hook.got)


async def test_a_replay_sends_all_behind_a_position_again_in_order_also_what_was_before_the_endpoint(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    await publish_bulletins(publish_edition, 3)
    endpoint = await manager.make(hook)
    await publish_bulletins(publish_edition, 3)
    async with delivering(settings):
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 3))
        assert seqs(hook) == [4, 5, 6]
        before = {got.id: got.body for got in hook.got}
        await manager.done("POST", f"/{endpoint['id']}/replay", {"after": 1})
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 8))

    assert seqs(hook) == [4, 5, 6, 2, 3, 4, 5, 6]
    assert {got.id: got.body for got in hook.got[-3:]} == before
    too_far = await manager.ask("POST", f"/{endpoint['id']}/replay", {"after": 7})
    assert (too_far.status_code, too_far.json()["field"]) == (422, "after")


async def test_a_paused_endpoint_gets_everything_when_it_goes_on(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    async with receiver() as other:
        endpoint = await manager.make(hook)
        await manager.make(other)
        async with delivering(settings):
            await manager.done("POST", f"/{endpoint['id']}/pause", {})
            await publish_bulletins(publish_edition, 3)
            await eventually(lambda: asyncio.sleep(0, len(other.got) >= 3))
            assert hook.got == []
            await manager.done("POST", f"/{endpoint['id']}/resume", {})
            await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 3))

    assert seqs(hook) == [1, 2, 3]


async def test_a_replay_is_a_range_and_has_a_bounded_number_of_waiting_messages(
    settings: Settings,
    manager: Manager,
    hook: Receiver,
    database: Database,
    publish_edition: Publish,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fanout, "MAX_WAITING", 3)
    endpoint = await manager.make(hook)
    await publish_bulletins(publish_edition, 8)
    follower = WebhookFanOut(database, settings)
    follower.batch = 2

    async def made() -> list[str]:
        while await follower.step():
            pass
        return [message["state"] for message in await manager.messages(endpoint)]

    assert await made() == ["waiting"] * 4, "the cursor stops where enough messages wait"
    async with database.write() as session:
        await session.execute(text("UPDATE webhook_message SET state = 'delivered', settled_at = now()"))
    assert await made() == ["delivered"] * 4 + ["waiting"] * 4
    async with database.write() as session:
        await session.execute(text("UPDATE webhook_message SET state = 'delivered', settled_at = now()"))
        await session.execute(text("DELETE FROM webhook_message WHERE seq = 2"))

    await manager.done("POST", f"/{endpoint['id']}/replay", {"after": 1})
    assert [message["state"] for message in await manager.messages(endpoint)] == ["delivered"] * 7
    assert await made() == ["delivered", *["waiting"] * 4, *["delivered"] * 3]
    async with delivering(settings):
        await eventually(lambda: asyncio.sleep(0, len(hook.got) == 7))
    assert first_seqs(hook) == seqs(hook) == list(range(2, 9)), "in order, once, the deleted one as well"
    assert await rows(database, "SELECT position, replay_to FROM webhook_endpoint") == [(8, None)]


async def test_only_an_endpoint_that_asks_for_the_registry_gets_its_changes(
    settings: Settings, manager: Manager, hook: Receiver, database: Database, publish_edition: Publish
) -> None:
    entry = {"list": "topics", "before": None, "after": {"code": "nuoc", "name": "Nước"}, "note": None}
    async with receiver() as plain:
        asked = await manager.make(hook, filter={"subject": ["document", "registry"]})
        await manager.make(plain)
        async with database.write() as session:
            new = NewSubjectEntry(RegistryEvent.created, now(), LogSubject.registry, "topic:nuoc", entry)
            await append_entries(session, await lock_head(session), [new])
        await publish_edition("bulletin", contents.bulletin(title="Sau danh mục"))
        async with delivering(settings):
            await eventually(lambda: asyncio.sleep(0, len(hook.got) == 2 and len(plain.got) == 1))

    message = verified(hook.got[0], asked["secret"])
    [item] = (await manager.client.get("/api/v1/changes?subject=registry")).json()["items"]
    assert (message["type"], message["data"]) == ("registry.created", item)
    assert seqs(plain) == [2]
    assert [one["document_id"] is None for one in await manager.messages(asked)] == [True, False]


async def test_an_endpoint_that_asks_for_consultations_gets_them_and_any_other_gets_the_drafts_alone(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    async with receiver() as plain:
        wanted = {"filter": {"subject": ["consultation"]}, "events": ["opened", "closed"]}
        asked = await manager.make(hook, **wanted)
        await manager.make(plain)
        await publish_edition("draft", contents.draft(consultation=window(-1, 9)))
        async with delivering(settings):
            await eventually(lambda: asyncio.sleep(0, len(hook.got) == 1 and len(plain.got) == 1))

    message = verified(hook.got[0], asked["secret"])
    [announced, opened] = await changes(manager.client)
    assert (message["type"], message["data"]) == ("consultation.opened", opened)
    assert announced["event"] == "announced"
    assert seqs(plain) == [1]
