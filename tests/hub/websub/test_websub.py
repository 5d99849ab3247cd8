"""A WebSub subscriber written from the specification (https://www.w3.org/TR/websub/), against the hub and its feeds."""

import asyncio
import hmac
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from urllib.parse import parse_qs, urlsplit

import feedparser
import httpx
import pytest
from sqlalchemy import text

from hub.app import create_app
from hub.content.commands import lock_documents, remove_document
from hub.db import Database
from hub.ops.checks import check_websub
from hub.settings import Settings
from hub.websub.alerts import LATE_SECONDS
from tests.support import contents
from tests.support.asgi import running
from tests.support.receiver import Got, Receiver, Says, receiver
from tests.support.servers import Publish
from tests.support.waiting import eventually
from tests.support.webhooks import distributing, quick

SECRET = "bí mật của người nhận"


def linked(header: str) -> dict[str, str]:
    """Return the URLs of `self` and `hub` in a Link header."""
    return {rel: url for url, rel in re.findall(r'<([^>]*)>; rel="(self|hub)"', header)}


@dataclass
class Subscriber:
    """Subscriber that discovers topic and hub, subscribes, confirms requests, and checks content (sections 4 to 7)."""

    client: httpx.AsyncClient
    at: Receiver
    secret: str | None = SECRET
    wants: set[tuple[str, str]] = field(default_factory=set)
    confirmed: list[dict[str, str]] = field(default_factory=list)
    denied: list[dict[str, str]] = field(default_factory=list)
    content: list[bytes] = field(default_factory=list)
    refuses: int = 0
    """Number of content requests that it answers with 500."""
    topic: str = ""

    @property
    def callback(self) -> str:
        return f"http://127.0.0.1:{self.at.port}/callback?me=1%2F2"

    async def discover(self, path: str) -> tuple[str, str]:
        """Discover topic and hub of a feed from its Link headers: one `self`, at least one `hub`."""
        answer = await self.client.get(path)
        links = linked(", ".join(answer.headers.get_list("link")))
        self.topic = links["self"]
        return links["self"], links["hub"]

    async def ask(self, path: str, mode: str = "subscribe", **more: str) -> httpx.Response:
        topic, hub = await self.discover(path)
        self.wants.add((mode, topic))
        form = {"hub.mode": mode, "hub.topic": topic, "hub.callback": self.callback, **more}
        if self.secret is not None and mode == "subscribe":
            form["hub.secret"] = self.secret
        return await self.client.post(hub, data=form)

    def behave(self, got: Got) -> Says:
        query = {name: values[0] for name, values in parse_qs(urlsplit(got.target).query, strict_parsing=True).items()}
        assert query.pop("me") == "1/2", "the callback keeps its own parameters"
        if got.method == "POST":
            return self._content(got)
        if query["hub.mode"] == "denied":
            self.denied.append(query)
            return Says(200)
        if (query["hub.mode"], query["hub.topic"]) not in self.wants:
            return Says(404)
        self.confirmed.append(query)
        return Says(200, query["hub.challenge"].encode())

    def _content(self, got: Got) -> Says:
        if self.refuses > 0:
            self.refuses -= 1
            return Says(500)
        links = linked(got.headers["link"])
        assert links["self"] == self.topic
        assert links["hub"].endswith("/websub")
        if self.secret is not None:
            method, _, given = got.headers["x-hub-signature"].partition("=")
            assert method == "sha256"
            assert hmac.compare_digest(given, hmac.new(self.secret.encode(), got.body, sha256).hexdigest())
        else:
            assert "x-hub-signature" not in got.headers
        self.content.append(got.body)
        return Says(202)

    async def got(self, number: int) -> None:
        await eventually(lambda: asyncio.sleep(0, len(self.content) >= number))

    async def confirms(self, number: int = 1) -> None:
        await eventually(lambda: asyncio.sleep(0, len(self.confirmed) >= number))


@pytest.fixture
async def subscriber(client: httpx.AsyncClient) -> AsyncIterator[Subscriber]:
    async with receiver() as at:
        made = Subscriber(client, at)
        at.behave = made.behave
        yield made


async def subscriptions(database: Database) -> int:
    async with database.read() as connection:
        found: int = (await connection.execute(text("SELECT count(*) FROM websub_subscription"))).scalar_one()
        return found


async def subscribed(subscriber: Subscriber, database: Database, path: str, **more: str) -> None:
    answer = await subscriber.ask(path, **more)
    assert (answer.status_code, answer.content) == (202, b""), answer.text

    async def there() -> bool:
        return await subscriptions(database) > 0

    await eventually(there)


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
    subscriber.refuses = 3
    async with distributing(settings):
        await subscribed(subscriber, database, "/feeds/bulletins.json")
        document = await publish_edition("bulletin", contents.bulletin(title="Sẽ bị gỡ bỏ"))
        await eventually(lambda: asyncio.sleep(0, subscriber.refuses < 3))
        async with database.write() as session:
            await remove_document(session, (await lock_documents(session, [document]))[document])
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

        async def decided() -> bool:
            async with database.read() as connection:
                waits = (await connection.execute(text("SELECT count(*) FROM websub_intent"))).scalar_one()
            return waits == 0

        await eventually(decided)

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

        async def forgotten() -> bool:
            async with database.read() as connection:
                return (await connection.execute(text("SELECT count(*) FROM websub_intent"))).scalar_one() == 0

        await eventually(forgotten)

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

        async def forgotten() -> bool:
            async with database.read() as connection:
                return (await connection.execute(text("SELECT count(*) FROM websub_intent"))).scalar_one() == 0

        await eventually(forgotten)

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

        async def given_up() -> bool:
            async with database.read() as connection:
                return (await connection.execute(text("SELECT count(*) FROM websub_intent"))).scalar_one() == 0

        await eventually(given_up)

    assert subscriber.at.got == []


async def test_one_host_has_so_many_subscriptions_and_so_many_open_wishes(
    settings: Settings, database: Database, subscriber: Subscriber
) -> None:
    async with running(create_app(quick(settings, websub_per_host=2))) as client:
        subscriber.client = client
        async with distributing(settings):
            for name in ("all", "drafts", "policies"):
                await subscriber.ask(f"/feeds/{name}.atom")
                done = len(subscriber.confirmed) + len(subscriber.denied)

                async def answered(before: int = done) -> bool:
                    return len(subscriber.confirmed) + len(subscriber.denied) > before

                await eventually(answered)

                async def quiet() -> bool:
                    async with database.read() as connection:
                        return (await connection.execute(text("SELECT count(*) FROM websub_intent"))).scalar_one() == 0

                await eventually(quiet)
        assert (len(subscriber.confirmed), len(subscriber.denied)) == (2, 1)
        assert await subscriptions(database) == 2
        # Nobody confirms any more: a flood of wishes stops at the hub.
        answers = [await subscriber.ask(f"/feeds/all.atom?limit={n}") for n in range(1, 23)]

    assert [answer.status_code for answer in answers] == [202] * 20 + [429] * 2


BAD = [
    ({"hub.mode": ""}, "hub.mode"),
    ({"hub.mode": "publish"}, "hub.mode"),
    ({"hub.topic": ""}, "hub.topic"),
    ({"hub.callback": "mailto:a@example.vn"}, "hub.callback"),
    ({"hub.callback": ""}, "hub.callback"),
    ({"hub.secret": "x" * 200}, "hub.secret"),
    ({"hub.lease_seconds": "mười"}, "hub.lease_seconds"),
    ({"hub.lease_seconds": "-1"}, "hub.lease_seconds"),
]


async def test_a_malformed_wish_is_refused_with_its_field(client: httpx.AsyncClient, database: Database) -> None:
    right = {"hub.mode": "subscribe", "hub.topic": "http://hub.test/feeds/all.atom", "hub.callback": "https://a.vn/"}
    for wrong, named in BAD:
        answer = await client.post("/websub", data=right | wrong)
        assert (answer.status_code, answer.json()["field"]) == (422, named), (wrong, answer.text)

    async with database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM websub_intent"))).scalar_one() == 0


async def test_a_body_that_is_no_form_is_refused_and_the_secret_is_encrypted(
    client: httpx.AsyncClient, database: Database
) -> None:
    answer = await client.post("/websub", json={"hub.mode": "subscribe"})
    assert (answer.status_code, answer.json()["field"]) == (422, "Content-Type")
    twice = b"hub.mode=subscribe&hub.mode=unsubscribe"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await client.post("/websub", content=twice, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "hub.mode")
    form = {"hub.mode": "subscribe", "hub.topic": "http://hub.test/feeds/all.atom", "hub.callback": "https://a.vn/"}
    assert (await client.post("/websub", data=form | {"hub.secret": SECRET})).status_code == 202
    async with database.read() as connection:
        row = (await connection.execute(text("SELECT encode(secret, 'escape') FROM websub_intent"))).scalar_one()
    assert SECRET not in row
    assert row.startswith("gAAAA")


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
