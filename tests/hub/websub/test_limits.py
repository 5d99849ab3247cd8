"""Floods of requests: names are free, so limits are per client and registrable domain; distribution is never behind."""

from dataclasses import replace

import pytest

from hub.app import create_app
from hub.db import Database
from hub.errors import RateLimited
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings
from hub.websub import limits
from hub.websub.limits import MAX_PER_CLIENT, MAX_PER_DOMAIN, registrable_domain
from hub.websub.queue import WebSubQueue, WebSubVerificationQueue
from hub.websub.subscriptions import SubscriptionRequest, save_request
from tests.support.asgi import running
from tests.support.import_samples import rows
from tests.support.waiting import eventually
from tests.support.webhooks import distributing, quick
from tests.support.websub import Subscriber, all_decided, subscriptions

BASE = "http://hub.test"
TOPIC = f"{BASE}/feeds/all.atom"
REQUEST = SubscriptionRequest("subscribe", "https://example.vn/", TOPIC, 864_000, None)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("a.b.example.com.vn", "example.com.vn"),
        ("A.Example.VN.", "example.vn"),
        ("x.github.io", "github.io"),
        ("com.vn", "com.vn"),
        ("xn--v-d-rma6749a.vn", "xn--v-d-rma6749a.vn"),
        ("localhost", "localhost"),
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3::1", "2001:db8:1:2::/64"),
        ("..", ""),
        ("a" * 300, "a" * 255),
    ],
)
def test_whoever_registered_a_domain_has_all_names_below_it(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


async def flood(database: Database, settings: Settings, hosts: list[str], clients: list[str]) -> int:
    """Ask for many hosts as these clients in turn; return the number of accepted requests."""
    accepted = 0
    for number, host in enumerate(hosts):
        asked = replace(REQUEST, callback=f"https://{host}/")
        try:
            async with database.write() as session:
                await save_request(session, asked, settings, BASE, clients[number % len(clients)])
        except RateLimited:
            continue
        accepted += 1
    return accepted


async def verification_order(database: Database, settings: Settings) -> list[str]:
    outgoing = OutgoingClient(settings)
    try:
        found = await WebSubVerificationQueue(database, settings, outgoing).list_due(200, [])
        assert await WebSubQueue(database, settings, outgoing).list_due(200, []) == [], "distribution is a queue apart"
    finally:
        await outgoing.close()
    hosts = dict(await rows(database, "SELECT key, host FROM websub_intent"))
    return [hosts[each.key] for each in found]


async def test_many_names_below_one_domain_from_many_clients_are_one_flood(
    database: Database, settings: Settings
) -> None:
    names = [f"n{number}.kho.example.com.vn" for number in range(40)]
    clients = [f"198.51.100.{number}" for number in range(40)]
    assert await flood(database, settings, names, clients) == MAX_PER_DOMAIN
    assert await flood(database, settings, ["bao.example.vn"], ["203.0.113.5"]) == 1
    assert "bao.example.vn" in (await verification_order(database, settings))[:2]


async def test_many_domains_from_one_client_are_one_flood(database: Database, settings: Settings) -> None:
    names = [f"example{number}.vn" for number in range(60)]
    assert await flood(database, settings, names, ["198.51.100.1"]) == MAX_PER_CLIENT
    assert await flood(database, settings, ["bao.example.vn"], ["203.0.113.5"]) == 1
    assert "bao.example.vn" in (await verification_order(database, settings))[:2]


async def test_a_flood_from_everywhere_ends_at_a_total_and_known_requests_may_be_repeated(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_UNVERIFIED", 5)
    names, clients = [f"example{n}.vn" for n in range(9)], [f"198.51.{n}.1" for n in range(9)]
    assert await flood(database, settings, names, clients) == 5
    assert await flood(database, settings, names[:5], clients[:5]) == 5, "a request that waits replaces itself"


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

                await all_decided(database)
        assert (len(subscriber.confirmed), len(subscriber.denied)) == (2, 1)
        assert await subscriptions(database) == 2
        # Nobody confirms any more: a flood of wishes stops at the hub.
        answers = [await subscriber.ask(f"/feeds/all.atom?limit={n}") for n in range(1, 23)]

    assert [answer.status_code for answer in answers] == [202] * 20 + [429] * 2
