"""Webhooks over real HTTP: signed, in order, without losses, however the receiver behaves."""

import asyncio
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from standardwebhooks import Webhook, WebhookVerificationError

from hub.content.commands import lock_documents, remove_document, withdraw
from hub.db import Database
from hub.jobs import dispatcher
from hub.log.append import NewSubjectEntry, append_entries, lock_head
from hub.log.subjects import LogSubject, RegistryEvent
from hub.settings import Settings
from hub.times import now
from hub.webhooks import fanout, sender
from hub.webhooks.fanout import MAX_FAILURES, WebhookFanOut
from hub.webhooks.internal_failures import MAX_INTERNAL
from hub.webhooks.payload import message_body
from tests.support import contents
from tests.support.import_samples import rows
from tests.support.receiver import Got, Receiver, Says, receiver
from tests.support.servers import Publish
from tests.support.waiting import eventually
from tests.support.webhooks import Manager, delivering, first_seqs, quick, seqs, verified


async def publish_bulletins(publish: Publish, number: int) -> list[UUID]:
    return [await publish("bulletin", contents.bulletin(title=f"Tin số {n}")) for n in range(number)]


async def withdrawn(database: Database, document_id: UUID) -> None:
    async with database.write() as session:
        found = await lock_documents(session, [document_id])
        await withdraw(session, found[document_id], reason="Nhầm ngày.")


async def made_gone(database: Database, document_id: UUID) -> None:
    async with database.write() as session:
        await remove_document(session, (await lock_documents(session, [document_id]))[document_id])


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
    del shown["now"]  # depends on today, so nothing that is stored or sent holds it
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


async def test_a_permanent_refusal_parks_that_message_alarms_and_lets_the_next_one_go(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    hook.behave = lambda got: Says(400, b"too long") if got.json()["data"]["seq"] == 2 else Says()
    endpoint = await manager.make(hook)
    await publish_bulletins(publish_edition, 3)
    async with delivering(settings):
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 3))

    assert seqs(hook) == [1, 2, 3], "refused for good: not tried again"
    states = [(m["seq"], m["state"], m["status"]) for m in await manager.messages(endpoint)]
    assert states == [(1, "delivered", 204), (2, "parked", 400), (3, "delivered", 204)]
    health = (await manager.client.get("/health/ready")).json()
    assert health["alarms"] == {"webhook_messages_parked": 1}
    assert "hub_webhook_parked 1.0" in (await manager.client.get("/metrics")).text
    assert (await manager.get(endpoint))["parked"] == 1

    # Its owner mends the receiver and lets it come again, with the same bytes.
    hook.behave = lambda _: Says()
    await manager.done("POST", f"/{endpoint['id']}/messages/2/retry", {})
    async with delivering(settings):
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 4))
    assert (hook.got[3].id, hook.got[3].body) == (hook.got[1].id, hook.got[1].body)
    assert (await manager.client.get("/health/ready")).json()["alarms"] == {}


async def test_a_parked_message_that_is_dropped_alarms_no_more(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    hook.behave = lambda _: Says(422)
    endpoint = await manager.make(hook)
    await publish_bulletins(publish_edition, 1)
    async with delivering(settings):
        await eventually(lambda: manager.messages(endpoint, state="parked"))

    dropped = await manager.done("POST", f"/{endpoint['id']}/messages/1/drop", {})
    assert dropped["state"] == "dropped"
    assert (await manager.client.get("/health/ready")).json()["alarms"] == {}
    again = await manager.ask("POST", f"/{endpoint['id']}/messages/1/drop", {})
    assert (again.status_code, again.json()["code"]) == (409, "transition_conflict")


async def test_410_disables_the_endpoint_and_resuming_loses_nothing(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    hook.behave = lambda _: Says(410)
    endpoint = await manager.make(hook)
    await publish_bulletins(publish_edition, 2)
    async with delivering(settings):

        async def disabled() -> bool:
            return (await manager.get(endpoint))["state"] == "disabled"

        await eventually(disabled)
        await publish_bulletins(publish_edition, 2)
        assert seqs(hook) == [1]
        found = await manager.get(endpoint)
        assert found["reason"].startswith("410")
        assert (await manager.client.get("/health/ready")).json()["alarms"] == {"webhooks_disabled": 1}

        hook.behave = lambda _: Says()
        await manager.done("POST", f"/{endpoint['id']}/resume", {})
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 5))

    assert seqs(hook) == [1, 1, 2, 3, 4]
    assert hook.got[0].body == hook.got[1].body


async def test_an_endpoint_that_fails_for_too_long_is_disabled_and_nothing_is_lost(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    hook.behave = lambda _: Says(500)
    endpoint = await manager.make(hook)
    await publish_bulletins(publish_edition, 2)
    async with delivering(quick(settings, webhook_retry_days=0.1 / 86_400)):

        async def disabled() -> bool:
            return (await manager.get(endpoint))["state"] == "disabled"

        await eventually(disabled)

    assert "status 500" in (await manager.get(endpoint))["reason"]
    assert [m["state"] for m in await manager.messages(endpoint)] == ["waiting", "waiting"]
    assert set(seqs(hook)) == {1}


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
    await withdrawn(database, document)
    async with delivering(settings):
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 2))

    first, second = (got.json() for got in hook.got)
    assert (first["type"], second["type"]) == ("bulletin.published", "bulletin.withdrawn")
    for message in (first, second):
        assert (message["data"]["state"], message["data"]["view"]["seq"]) == ("withdrawn", 2)
        assert message["data"]["view"]["item"]["withdrawal"]["reason"] == "Nhầm ngày."


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

    await made_gone(database, document)

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

    await made_gone(database, document)

    assert await text_in_webhook_tables(database, "Từng là tin") == []


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
        await made_gone(database, document)
        hook.behave = lambda _: Says()
        release.set()
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 3))

    assert await text_in_webhook_tables(database, "Đang bay") == []
    assert hook.got[1].json()["type"] == "bulletin.gone"
    assert [r["status"] for r in await manager.receipts(endpoint, seq=1)] == [500, 204]


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
    await withdrawn(database, first)
    await withdrawn(database, second)
    async with delivering(settings):
        await eventually(lambda: asyncio.sleep(0, len(hook.got) >= 2))

    assert seqs(hook) == [3, 4]
    assert all(got.json()["data"]["view"] is None for got in hook.got)


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


async def test_a_lost_key_disables_the_endpoint_instead_of_sending_unsigned(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish
) -> None:
    endpoint = await manager.make(hook)
    (settings.data / "secrets.key").write_text("x" * 64)
    await publish_bulletins(publish_edition, 1)
    async with delivering(settings):

        async def disabled() -> bool:
            return (await manager.get(endpoint))["state"] == "disabled"

        await eventually(disabled)

    assert hook.got == []
    assert (await manager.get(endpoint))["reason"].startswith("secret_unreadable")


async def test_a_url_that_no_request_can_be_sent_to_fails_in_words_with_growing_pauses(
    settings: Settings, manager: Manager, hook: Receiver, database: Database, publish_edition: Publish
) -> None:
    endpoint = await manager.make(hook)
    async with database.write() as session:
        await session.execute(text("UPDATE webhook_endpoint SET url = 'https://xn--/'"))
    await publish_bulletins(publish_edition, 1)

    async def failed() -> bool:
        return any(message["attempts"] >= 3 for message in await manager.messages(endpoint))

    async with delivering(settings):
        await eventually(failed)
    [message] = await manager.messages(endpoint)
    assert message["state"] == "waiting"
    assert message["error"].startswith("protocol: ")
    assert {each["error"].partition(":")[0] for each in await manager.receipts(endpoint) if each["error"]} == {
        "protocol"
    }


async def test_an_unforeseen_exception_is_told_in_its_message_which_is_parked_at_last_and_the_next_are_sent(
    settings: Settings, manager: Manager, hook: Receiver, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await manager.make(hook, label="hàng xóm")
    endpoint = await manager.make(hook)
    await publish_bulletins(publish_edition, 2)
    build = message_body

    def fail_for_first(name: str, *args: Any, **options: Any) -> bytes:
        if name.startswith(f"msg_{UUID(endpoint['id']).hex}_1_"):
            raise RecursionError("maximum recursion depth exceeded")
        return build(name, *args, **options)

    monkeypatch.setattr(sender, "message_body", fail_for_first)
    monkeypatch.setattr(dispatcher, "MAX_REST_SECONDS", 0.05)

    async def settled() -> bool:
        return {each["state"] for each in await manager.messages(endpoint)} == {"parked", "delivered"}

    async with delivering(settings.model_copy(update={"webhook_retry_first": 0.001})):
        await eventually(settled)
    parked, delivered = await manager.messages(endpoint)
    assert parked["state"] == "parked"
    assert parked["error"] == "internal_error: RecursionError: maximum recursion depth exceeded"
    assert parked["attempts"] == MAX_INTERNAL
    assert delivered["state"] == "delivered"
    assert [each["state"] for each in await manager.messages(other)] == ["delivered", "delivered"]
    ready = (await manager.client.get("/health/ready")).json()
    assert ready["alarms"]["webhook_messages_parked"] == 1


async def test_an_endpoint_whose_messages_cannot_be_made_rests_alone_and_is_disabled_at_last(
    settings: Settings, manager: Manager, hook: Receiver, database: Database, publish_edition: Publish
) -> None:
    good, bad = await manager.make(hook), await manager.make(hook)
    async with database.write() as session:
        await session.execute(
            text('UPDATE webhook_endpoint SET filter = \'{"kind": ["khong-co"]}\' WHERE id = :id'), {"id": bad["id"]}
        )
    await publish_bulletins(publish_edition, 1)
    follower = WebhookFanOut(database, settings)
    for failures in range(1, MAX_FAILURES + 1):
        await follower.step()
        count = await rows(
            database, "SELECT fanout_failures, fanout_at > now() FROM webhook_endpoint WHERE id = :id", id=bad["id"]
        )
        assert count == [(failures, True)]
        assert await follower.step() == 0
        async with database.write() as session:
            await session.execute(text("UPDATE webhook_endpoint SET fanout_at = now() WHERE fanout_at IS NOT NULL"))
    [(state, reason)] = await rows(database, "SELECT state, reason FROM webhook_endpoint WHERE id = :id", id=bad["id"])
    assert state == "disabled"
    assert reason.startswith("internal_error: ValidationError: kind.0: Input should be")
    assert len(await manager.messages(good)) == 1

    async with database.write() as session:
        await session.execute(text("UPDATE webhook_endpoint SET filter = '{}'"))
    await manager.done("POST", f"/{bad['id']}/resume", {})
    await follower.step()
    assert len(await manager.messages(bad)) == 1, "nothing is lost"


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
