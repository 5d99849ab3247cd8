"""The challenge: only who confirms it is subscribed, and only addresses outside are asked."""

import asyncio
from itertools import count

import pytest
from sqlalchemy import text

from hub.db import Database
from hub.settings import Settings
from tests.support.receiver import Says
from tests.support.waiting import eventually
from tests.support.webhooks import distributing
from tests.support.websub import Subscriber, all_decided, subscribed, subscriptions


async def test_nobody_subscribes_or_unsubscribes_somebody_who_does_not_confirm(
    settings: Settings, database: Database, subscriber: Subscriber
) -> None:
    async with distributing(settings):
        await subscribed(subscriber, database, "/feeds/all.atom")
        subscriber.wants.clear()
        topic, hub = await subscriber.discover("/feeds/all.atom")
        before = len(subscriber.at.got)
        for mode, name in (("unsubscribe", topic), ("subscribe", f"{topic}?lang=en")):
            form = {"hub.mode": mode, "hub.topic": name, "hub.callback": subscriber.callback}
            assert (await subscriber.client.post(hub, data=form)).status_code == 202

        await all_decided(database)

    assert len(subscriber.at.got) == before + 2, "asked once each: 404 is a clear no"
    assert await subscriptions(database) == 1


@pytest.mark.parametrize("body", [b"", b"yes", b"CHALLENGE\n"])
async def test_a_wrong_answer_to_the_challenge_confirms_nothing(
    settings: Settings, database: Database, subscriber: Subscriber, body: bytes
) -> None:
    subscriber.at.behave = lambda got: Says(200, body.replace(b"CHALLENGE", got.query["hub.challenge"].encode()))
    await subscriber.ask("/feeds/all.atom")
    async with distributing(settings):
        await eventually(lambda: asyncio.sleep(0, subscriber.at.got))

        await all_decided(database)

    assert await subscriptions(database) == 0


async def test_a_callback_that_fails_at_first_is_asked_again_and_not_for_ever(
    settings: Settings, database: Database, subscriber: Subscriber
) -> None:
    number = count()
    subscriber.at.behave = lambda got: Says(503) if next(number) < 2 else subscriber.behave(got)
    async with distributing(settings):
        await subscribed(subscriber, database, "/feeds/all.atom")
        assert len(subscriber.at.got) == 3
        subscriber.at.behave = lambda _: Says(500)
        await subscriber.ask("/feeds/drafts.atom")
        await eventually(lambda: asyncio.sleep(0, len(subscriber.at.got) >= 7))

        await all_decided(database)

    assert len(subscriber.at.got) == 7
    assert await subscriptions(database) == 1


async def test_a_topic_of_another_hub_is_denied_with_a_reason(
    settings: Settings, database: Database, subscriber: Subscriber
) -> None:
    for topic in (
        "https://example.vn/feeds/all.atom",
        "http://hub.test/api/v1/policies",
        "http://hub.test/feeds/x.atom",
    ):
        form = {"hub.mode": "subscribe", "hub.topic": topic, "hub.callback": subscriber.callback}
        assert (await subscriber.client.post("/websub", data=form)).status_code == 202
    async with distributing(settings):
        await eventually(lambda: asyncio.sleep(0, len(subscriber.denied) >= 3))

    assert all(said["hub.mode"] == "denied" and said["hub.reason"] for said in subscriber.denied)
    assert await subscriptions(database) == 0


async def test_a_private_callback_is_never_asked(
    settings: Settings, database: Database, subscriber: Subscriber
) -> None:
    form = {"hub.mode": "subscribe", "hub.topic": "http://hub.test/feeds/all.atom"}
    port = subscriber.at.port
    for callback in (f"http://10.0.0.1:{port}/", f"http://[::1]:{port}/", f"http://localhost:{port}/"):
        answer = await subscriber.client.post("/websub", data=form | {"hub.callback": callback})
        assert (answer.status_code, answer.json()["field"]) == (422, "hub.callback")
    # A name that means this machine is refused when connecting; here the row has the address itself.
    answer = await subscriber.client.post("/websub", data=form | {"hub.callback": f"http://example.vn:{port}/"})
    assert answer.status_code == 202
    async with database.write() as session:
        await session.execute(text("UPDATE websub_intent SET callback = :url"), {"url": f"http://[::1]:{port}/"})
    async with distributing(settings):
        await all_decided(database)

    assert subscriber.at.got == []
