"""A WebSub subscriber written from the specification (https://www.w3.org/TR/websub/), against the hub and its feeds."""

import asyncio
import re

import feedparser
import pytest
from sqlalchemy import text

from hub.content.commands import lock_documents, remove_document
from hub.db import Database
from hub.ops.checks import check_websub
from hub.settings import Settings
from hub.websub.alerts import LATE_SECONDS
from tests.support import contents
from tests.support.receiver import Says
from tests.support.servers import Publish
from tests.support.waiting import eventually
from tests.support.webhooks import distributing
from tests.support.websub import Subscriber, subscribed, subscriptions


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
async def test_a_subscriber_gets_the_feed_signed_when_it_changes(
    settings: Settings, database: Database, subscriber: Subscriber, publish_edition: Publish, form: str
) -> None:
    await publish_edition("bulletin", contents.bulletin(title="Tin trước"))
    async with distributing(settings):
        await subscribed(subscriber, database, f"/feeds/bulletins.{form}", **{"hub.lease_seconds": "3600"})
        await publish_edition("bulletin", contents.bulletin(title="Tin sau"))
        await subscriber.got(1)

    [asked] = subscriber.confirmed
    assert (asked["hub.mode"], asked["hub.topic"], asked["hub.lease_seconds"]) == (
        "subscribe",
        subscriber.topic,
        "3600",
    )
    assert len(asked["hub.challenge"]) >= 32
    fetched = await subscriber.client.get(f"/feeds/bulletins.{form}")
    assert subscriber.content == [fetched.content]
    posted = subscriber.at.got[-1]
    assert posted.headers["content-type"] == fetched.headers["content-type"]
    if form != "json":
        assert [e.title for e in feedparser.parse(posted.body).entries] == ["Tin sau", "Tin trước"]


async def test_what_leaves_a_feed_as_it_was_sends_nothing(
    settings: Settings, database: Database, subscriber: Subscriber, publish_edition: Publish
) -> None:
    async with distributing(settings):
        await subscribed(subscriber, database, "/feeds/all.atom?topic=moi-truong")
        await publish_edition("policy", contents.policy(topics=["truyen-thong"]))
        await publish_edition("bulletin", contents.bulletin(topics=[]))

        async def seen() -> bool:
            query = "SELECT count(*) FROM websub_subscription WHERE sent_seq = 2"
            async with database.read() as connection:
                return bool((await connection.execute(text(query))).scalar_one())

        await eventually(seen)
        assert subscriber.content == []
        await publish_edition("policy", contents.policy(title="Cây xanh", topics=["moi-truong"]))
        await subscriber.got(1)

    assert "Cây xanh".encode() in subscriber.content[0]


async def test_a_subscriber_that_was_away_gets_the_feed_as_it_is_now(
    settings: Settings, database: Database, subscriber: Subscriber, publish_edition: Publish
) -> None:
    subscriber.secret = None
    subscriber.refuses = 1_000
    async with distributing(settings):
        await subscribed(subscriber, database, "/feeds/bulletins.json")
        document = await publish_edition("bulletin", contents.bulletin(title="Sẽ bị gỡ bỏ"))
        await eventually(lambda: asyncio.sleep(0, subscriber.refuses < 1_000))
        async with database.write() as session:
            await remove_document(session, (await lock_documents(session, [document]))[document])
        # The feed may be on its way since before the removal; what is sent after this one was rendered later.
        refused = subscriber.refuses
        await eventually(lambda: asyncio.sleep(0, subscriber.refuses < refused))
        subscriber.refuses = 0
        await publish_edition("bulletin", contents.bulletin(title="Còn lại"))
        await subscriber.got(1)

        async def settled() -> bool:
            return "Còn lại".encode() in subscriber.content[-1]

        await eventually(settled)

    assert all("Sẽ bị gỡ bỏ".encode() not in body for body in subscriber.content)


async def test_unsubscribing_is_confirmed_and_ends_it(
    settings: Settings, database: Database, subscriber: Subscriber, publish_edition: Publish
) -> None:
    async with distributing(settings):
        await subscribed(subscriber, database, "/feeds/all.rss")
        assert (await subscriber.ask("/feeds/all.rss", "unsubscribe")).status_code == 202

        async def ended() -> bool:
            return await subscriptions(database) == 0

        await eventually(ended)
        await publish_edition("bulletin", contents.bulletin())

    assert subscriber.confirmed[-1]["hub.mode"] == "unsubscribe"
    assert "hub.lease_seconds" not in subscriber.confirmed[-1]
    assert subscriber.content == []


async def test_a_lease_ends_and_is_renewed_by_subscribing_again(
    settings: Settings, database: Database, subscriber: Subscriber, publish_edition: Publish
) -> None:
    async with distributing(settings):
        await subscribed(subscriber, database, "/feeds/all.atom", **{"hub.lease_seconds": "1"})
        assert subscriber.confirmed[0]["hub.lease_seconds"] == "300", "the hub's shortest"
        async with database.write() as session:
            await session.execute(text("UPDATE websub_subscription SET expires_at = now()"))
        await publish_edition("bulletin", contents.bulletin(title="Ngoài hạn"))

        async def passed() -> bool:
            query = "SELECT seq FROM follower WHERE name = 'websub'"
            async with database.read() as connection:
                return (await connection.execute(text(query))).scalar_one() == 1

        await eventually(passed)
        assert subscriber.content == []
        subscriber.secret = "khác"
        await subscriber.ask("/feeds/all.atom")
        await subscriber.confirms(2)
        await publish_edition("bulletin", contents.bulletin(title="Trong hạn"))
        await subscriber.got(1)

        async def newest() -> bool:
            return "Trong hạn".encode() in subscriber.content[-1]

        await eventually(newest)

    assert await subscriptions(database) == 1


async def test_410_ends_a_subscription(
    settings: Settings, database: Database, subscriber: Subscriber, publish_edition: Publish
) -> None:
    async with distributing(settings):
        await subscribed(subscriber, database, "/feeds/all.atom")
        subscriber.at.behave = lambda _: Says(410)
        await publish_edition("bulletin", contents.bulletin())

        async def ended() -> bool:
            return await subscriptions(database) == 0

        await eventually(ended)


async def test_a_subscriber_that_cannot_be_reached_is_counted_and_at_last_an_alarm(
    settings: Settings, database: Database, subscriber: Subscriber, publish_edition: Publish
) -> None:
    subscriber.refuses = 1_000_000

    async def shown(name: str) -> float:
        found = re.search(rf"^{re.escape(name)} ([0-9.e+]+)$", (await subscriber.client.get("/metrics")).text, re.M)
        assert found is not None, name
        return float(found[1])

    async def waits() -> bool:
        return await shown("hub_websub_waiting") == 1

    async def waits_no_longer() -> bool:
        return await shown("hub_websub_waiting") == 0

    async with distributing(settings):
        await subscribed(subscriber, database, "/feeds/bulletins.atom")
        assert (await shown("hub_websub_waiting"), await shown("hub_websub_oldest_waiting_seconds")) == (0, 0)
        await publish_edition("bulletin", contents.bulletin(title="Tin thứ nhất"))
        await eventually(waits)
        assert await shown('hub_alarm{alarm="websub_late"}') == 0
        async with database.write() as session:
            await session.execute(
                text("UPDATE websub_subscription SET waiting_since = waiting_since - make_interval(hours => 7)")
            )
        await publish_edition("bulletin", contents.bulletin(title="Tin thứ hai"))
        assert await shown("hub_websub_oldest_waiting_seconds") > LATE_SECONDS, "it waits since the first change"
        assert await shown('hub_alarm{alarm="websub_late"}') == 1
        assert (await subscriber.client.get("/health/ready")).json()["alarms"]["websub_late"] == 1
        [finding] = await check_websub(database, settings)
        assert finding.is_problem
        assert "1 subscribers wait" in finding.text

        async with database.write() as session:
            await session.execute(text("UPDATE websub_subscription SET next_at = now()"))
        subscriber.refuses = 0
        await eventually(waits_no_longer)
        assert await shown("hub_websub_oldest_waiting_seconds") == 0
        assert await shown('hub_alarm{alarm="websub_late"}') == 0
