"""Webhooks over real HTTP: signed, in order, without losses, however the receiver behaves."""

import asyncio
from itertools import count

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.receiver import Got, Receiver, Says, receiver
from tests.support.servers import Publish
from tests.support.waiting import eventually
from tests.support.webhooks import (
    Manager,
    delivering,
    first_seqs,
    publish_bulletins,
    quick,
    seqs,
    verified,
    withdraw_document,
)


async def test_a_publication_arrives_signed_and_the_public_package_verifies_it(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    endpoint = await manager.make(hook, view="full")
    document = await publish_edition("bulletin", contents.bulletin(title="Cúp nước sáng mai"))
    async with delivering(settings):
        await eventually(lambda: asyncio.sleep(0, hook.got))
    [got] = hook.got
    message = verified(got, endpoint["secret"])

    entry = (await manager.client.get("/api/v1/changes", params={"after": 1})).json()
    [item] = entry["items"]
    assert message["type"] == "bulletin.published"
    assert message["timestamp"] == item["at"]
    data = message["data"]
    assert data["position"] == item["position"]
    assert {name: data[name] for name in item} == item
    shown = (await manager.client.get(f"/api/v1/bulletins/{document}")).json()
    for beside in ("now", "url", "eli"):  # of today and of this hub, so nothing that is stored or sent holds them
        del shown[beside]
    assert data["view"] == {"seq": 2, "item": shown}
    assert data["state"] == "live"
    assert "Cúp nước sáng mai".encode() in got.body, "UTF-8, not escapes"
    assert got.headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 44).verify(got.body, got.headers)


async def test_messages_come_in_the_order_of_the_log_after_a_receiver_was_down(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    endpoint = await manager.make(hook)
    await hook.down()
    async with delivering(settings):
        await publish_bulletins(publish_edition, 5)

        async def tried_in_vain() -> bool:
            return len(await manager.receipts(endpoint)) >= 3

        await eventually(tried_in_vain)
        assert {receipt["seq"] for receipt in await manager.receipts(endpoint)} == {1}, "later ones wait behind it"
        await hook.up()
        await publish_bulletins(publish_edition, 3)
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 8))

    assert first_seqs(hook) == list(range(1, 9))
    assert {m["state"] for m in await manager.messages(endpoint)} == {"delivered"}
    [failed, *_, last] = await manager.receipts(endpoint, seq=1)
    assert failed["status"] is None
    assert failed["error"].startswith("connection")
    assert (last["status"], last["message_id"]) == (204, hook.got[0].id)
    assert last["attempt"] > failed["attempt"]


@pytest.mark.parametrize("status", [500, 429, 302])
async def test_a_passing_failure_is_repeated_with_the_same_id_and_bytes(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish, status: int
) -> None:
    number = count()
    hook.behave = lambda _: Says(status, b"later", {"location": "http://127.0.0.1:1/"}) if next(number) < 3 else Says()
    endpoint = await manager.make(hook)
    document = await publish_edition("bulletin", contents.bulletin(title="Bản một"))
    async with delivering(settings):
        await eventually(lambda: asyncio.sleep(0, hook.got))
        # What is published meanwhile is a message of its own and does not change this one.
        await publish_edition("bulletin", contents.bulletin(title="Bản hai"), document_id=document)
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 5))

    assert seqs(hook) == [1, 1, 1, 1, 2]
    assert len({got.id for got in hook.got[:4]}) == 1
    assert len({got.body for got in hook.got[:4]}) == 1
    for got in hook.got:
        verified(got, endpoint["secret"])
    receipts = await manager.receipts(endpoint, seq=1)
    assert [receipt["status"] for receipt in receipts] == [status] * 3 + [204]
    assert receipts[0]["excerpt"] == "later"
    assert receipts[0]["headers"]["webhook-id"] == hook.got[0].id


async def test_a_redirect_to_this_machine_is_never_followed(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    async with receiver() as inside:
        hook.behave = lambda _: Says(307, headers={"location": inside.url})
        await manager.make(hook)
        await publish_bulletins(publish_edition, 1)
        async with delivering(settings):
            await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 3))

        assert inside.got == []


async def test_a_slow_receiver_holds_nobody_else_up_and_is_asked_for_one_thing_at_a_time(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    release = asyncio.Event()

    async def slow(_: Got) -> Says:
        await release.wait()
        return Says()

    hook.behave = slow
    async with receiver() as other:
        await manager.make(hook)
        await manager.make(other)
        await publish_bulletins(publish_edition, 4)
        # Two workers at once: an endpoint is served by one of them at a time.
        async with delivering(settings), delivering(settings):
            await eventually(lambda: asyncio.sleep(0, len(other.got) >= 4 and hook.got))
            assert seqs(hook) == [1]
            release.set()
            await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 4))

    assert (seqs(hook), hook.most_open) == ([1, 2, 3, 4], 1)
    assert (seqs(other), other.most_open) == ([1, 2, 3, 4], 1)


async def test_a_receiver_that_does_not_answer_in_time_gets_it_again(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    number = count()

    async def late(_: Got) -> Says:
        if next(number) == 0:
            await asyncio.sleep(3_600)
        return Says()

    hook.behave = late
    endpoint = await manager.make(hook)
    await publish_bulletins(publish_edition, 1)
    async with delivering(quick(settings, webhook_timeout=0.3)):
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 2))

        async def delivered() -> bool:
            return (await manager.messages(endpoint))[0]["state"] == "delivered"

        await eventually(delivered)

    assert hook.got[0].body == hook.got[1].body
    assert (await manager.receipts(endpoint))[0]["error"].startswith("timeout")


async def test_a_message_that_waited_tells_what_is_public_now(
    settings: Settings, database: Database, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    await manager.make(hook, view="full")
    document = await publish_edition("bulletin", contents.bulletin(title="Bản cũ"))
    await withdraw_document(database, document)
    async with delivering(settings):
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 2))

    first, second = (got.json() for got in hook.got)
    assert (first["type"], second["type"]) == ("bulletin.published", "bulletin.withdrawn")
    for message in (first, second):
        assert (message["data"]["state"], message["data"]["view"]["seq"]) == ("withdrawn", 2)
        assert message["data"]["view"]["item"]["withdrawal"]["reason"] == "Nhầm ngày."


async def test_a_cloudevent_on_request(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    endpoint = await manager.make(hook, format="cloudevents")
    document = await publish_edition("bulletin", contents.bulletin())
    async with delivering(quick(settings, public_url="https://hub.example.vn")):
        await eventually(lambda: asyncio.sleep(0, hook.got))
    [got] = hook.got
    event = verified(got, endpoint["secret"])

    assert got.headers["content-type"] == "application/cloudevents+json"
    assert {name: event[name] for name in ("specversion", "id", "source", "type", "subject", "sequence")} == {
        "specversion": "1.0",
        "id": got.id,
        "source": "https://hub.example.vn",
        "type": "policyhub.bulletin.published",
        "subject": f"/api/v1/bulletins/{document}",
        "sequence": "0000000000000000001",
    }
    assert event["data"]["id"] == str(document)


async def test_during_a_rotation_both_secrets_verify_and_afterwards_the_new_one_only(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    endpoint = await manager.make(hook)
    old = endpoint["secret"]
    new = (await manager.done("POST", f"/{endpoint['id']}/secret", {"overlap_hours": 1}))["secret"]
    await publish_bulletins(publish_edition, 1)
    async with delivering(settings):
        await eventually(lambda: asyncio.sleep(0, hook.got))
        verified(hook.got[0], old)
        verified(hook.got[0], new)
        assert hook.got[0].headers["webhook-signature"].count("v1,") == 2

        last = (await manager.done("POST", f"/{endpoint['id']}/secret", {"overlap_hours": 0}))["secret"]
        await publish_bulletins(publish_edition, 1)
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 2))

    verified(hook.got[1], last)
    for former in (old, new):
        with pytest.raises(WebhookVerificationError):
            verified(hook.got[1], former)


async def test_a_test_message_is_sent_at_once_and_answered_with_its_receipt(manager: Manager, hook: Receiver) -> None:
    hook.behave = lambda _: Says(202, "Đã nhận".encode())
    endpoint = await manager.make(hook)

    receipt = await manager.done("POST", f"/{endpoint['id']}/test", {})

    [got] = hook.got
    assert verified(got, endpoint["secret"])["type"] == "hub.test"
    assert (receipt["status"], receipt["excerpt"], receipt["message_id"]) == (202, "Đã nhận", got.id)
    assert await manager.receipts(endpoint) == [receipt]
    await hook.down()
    failed = await manager.done("POST", f"/{endpoint['id']}/test", {})
    assert failed["status"] is None
    assert failed["error"].startswith("connection")
