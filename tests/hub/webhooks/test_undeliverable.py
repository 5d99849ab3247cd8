"""Messages that a receiver refuses or the hub cannot send: parked, disabled, told, and nothing lost."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from hub.db import Database
from hub.jobs import dispatcher
from hub.settings import Settings
from hub.webhooks import sender
from hub.webhooks.fanout import MAX_FAILURES, WebhookFanOut
from hub.webhooks.internal_failures import MAX_INTERNAL
from hub.webhooks.payload import message_body
from tests.support.import_samples import rows
from tests.support.receiver import Receiver, Says
from tests.support.servers import Publish
from tests.support.waiting import eventually
from tests.support.webhooks import Manager, delivering, publish_bulletins, quick, seqs


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
