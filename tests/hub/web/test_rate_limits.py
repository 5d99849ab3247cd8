"""Rate limits: one quota for a key or an address, whichever process is asked."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from hub.app import create_app
from hub.auth.encryption import SecretCipher
from hub.auth.rate_names import RateNames
from hub.db import Database
from hub.embedded.net import choose_port
from hub.settings import Settings
from hub.web.client_ip import ClientIpResolver
from hub.web.rate import limiter as limiter_module
from hub.web.rate.limiter import Limiter
from hub.web.rate.quota import Quota
from tests.support.asgi import running
from tests.support.editors import key
from tests.support.waiting import eventually

PUBLIC = "/api/v1/topics?limit=1"
MANAGED = "/api/v1/manage/audit"


@pytest.fixture(autouse=True)
def patient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not make a limiter give up on a healthy database while its counting is looked at."""
    if "does_not_answer" not in request.node.name:
        monkeypatch.setattr(limiter_module, "LEASE_TIMEOUT", 20)


def limited(settings: Settings, **rates: str) -> Settings:
    """The settings with these rates, and no others."""
    off = {"rate_anonymous": "off", "rate_key": "off", "rate_failures": "off"}
    return Settings(**{**settings.model_dump(exclude_unset=True), **off, **rates})


@asynccontextmanager
async def hub(settings: Settings, **rates: str) -> AsyncIterator[httpx.AsyncClient]:
    async with running(create_app(limited(settings, **rates))) as client:
        yield client


def limiter_of(settings: Settings) -> Limiter:
    """A limiter as the app makes it."""
    return Limiter(settings, RateNames(SecretCipher(settings)))


def bearer(presented: str) -> dict[str, str]:
    return {"authorization": f"Bearer {presented}"}


async def buckets(database: Database) -> list[str]:
    async with database.read() as connection:
        return list((await connection.execute(text("SELECT name FROM rate_bucket ORDER BY name"))).scalars())


async def test_every_answer_says_what_is_left_until_nothing_is(settings: Settings) -> None:
    async with hub(settings, rate_anonymous="5/hour") as client:
        answers = [await client.get(PUBLIC) for _ in range(7)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"anonymous";q=5;w=3600'}
    assert [answer.headers["ratelimit"].split(";")[1] for answer in answers] == [
        f"r={n}" for n in (4, 3, 2, 1, 0, 0, 0)
    ]
    refused = answers[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "rate_limited"
    wait = int(refused.headers["retry-after"])
    assert 0 < wait <= 720
    assert refused.headers["ratelimit"] == f'"anonymous";r=0;t={wait}'
    assert refused.json()["retry_after"] == wait
    assert "retry-after" not in answers[0].headers


async def test_refusals_not_modified_and_unknown_addresses_say_it_too(settings: Settings) -> None:
    async with hub(settings, rate_anonymous="50/hour") as client:
        etag = (await client.get(PUBLIC)).headers["etag"]
        for answer in (
            await client.get(PUBLIC, headers={"if-none-match": etag}),
            await client.get("/nowhere"),
            await client.get("/api/v1/policies?limit=0"),
            await client.post("/graphql", json={"query": "{ __typename }"}),
            await client.post("/graphql", content=b"{", headers={"content-type": "application/json"}),
        ):
            assert answer.headers["ratelimit-policy"] == '"anonymous";q=50;w=3600', answer.status_code


async def test_health_metrics_and_the_pages_own_files_are_never_refused(settings: Settings) -> None:
    async with hub(settings, rate_anonymous="1/hour") as client:
        await client.get(PUBLIC)
        assert (await client.get(PUBLIC)).status_code == 429
        for path in ("/health/live", "/health/ready", "/metrics", "/static/common.css"):
            answer = await client.get(path)
            assert answer.status_code == 200, path
            assert "ratelimit" not in answer.headers


async def test_off_is_off(settings: Settings) -> None:
    async with hub(settings) as client:
        answer = await client.get(PUBLIC)

    assert answer.status_code == 200
    assert "ratelimit" not in answer.headers


async def test_a_bucket_fills_again_evenly(settings: Settings) -> None:
    async with hub(settings, rate_anonymous="4/second") as client:
        while (await client.get(PUBLIC)).status_code != 429:
            pass
        await asyncio.sleep(1.05)
        assert (await client.get(PUBLIC)).status_code == 200


async def test_a_key_has_a_quota_of_its_own_and_leaves_the_address_its_one(
    settings: Settings, database: Database
) -> None:
    first, second = await key(database, "ubnd-hue"), await key(database, "so-y-te")
    async with hub(settings, rate_anonymous="3/hour", rate_key="4/hour", rate_failures="2/hour") as client:
        by_key = [await client.get(MANAGED, headers=bearer(first)) for _ in range(6)]
        others = [await client.get(MANAGED, headers=bearer(second)) for _ in range(4)]
        public = [await client.get(PUBLIC) for _ in range(4)]

    assert [answer.status_code for answer in by_key] == [200] * 4 + [429] * 2
    assert {answer.headers["ratelimit-policy"] for answer in by_key} == {'"key";q=4;w=3600'}
    assert "retry-after" in by_key[-1].headers
    assert [answer.status_code for answer in others] == [200] * 4
    assert [answer.status_code for answer in public] == [200] * 3 + [429]
    assert len([name for name in await buckets(database) if name.startswith("key:")]) == 2


async def test_a_key_that_was_checked_works_when_its_address_has_spent_all(
    settings: Settings, database: Database
) -> None:
    known = await key(database)
    async with hub(settings, rate_anonymous="2/hour", rate_key="9/hour") as client:
        assert (await client.get(MANAGED, headers=bearer(known))).status_code == 200
        for _ in range(3):
            answer = await client.get(PUBLIC)
        assert answer.status_code == 429
        assert (await client.get(MANAGED, headers=bearer(known))).status_code == 200
        assert (await client.get(PUBLIC, headers=bearer(known))).status_code == 200


async def test_a_new_key_gets_in_when_its_address_has_spent_all(settings: Settings, database: Database) -> None:
    new = await key(database)
    async with hub(settings, rate_anonymous="1/hour", rate_key="9/hour", rate_failures="3/hour") as client:
        await client.get(PUBLIC)
        assert (await client.get(PUBLIC)).status_code == 429
        assert (await client.get(MANAGED, headers=bearer(new))).status_code == 200
        junk = [(await client.get(PUBLIC, headers=bearer("hub_no_key"))).status_code for _ in range(5)]

    assert junk == [401] * 3 + [429] * 2, "an empty quota is not filled by a header"


async def test_a_forged_key_costs_its_address_and_never_the_owner(settings: Settings, database: Database) -> None:
    real = await key(database)
    forged = real.rsplit("_", 1)[0] + "_" + "x" * 43
    async with hub(settings, rate_key="3/hour", rate_failures="4/hour") as client:
        refused = [await client.get(MANAGED, headers=bearer(forged)) for _ in range(6)]

    assert [answer.status_code for answer in refused] == [401] * 4 + [429] * 2
    assert refused[-1].headers["ratelimit-policy"] == '"failures";q=4;w=3600'
    assert int(refused[-1].headers["retry-after"]) > 0
    async with hub(settings, rate_key="3/hour") as client:
        mine = [await client.get(MANAGED, headers=bearer(real)) for _ in range(4)]
    assert [answer.status_code for answer in mine] == [200] * 3 + [429]
    assert not [name for name in await buckets(database) if name.startswith("key:") and forged in name]


async def test_no_key_is_no_failed_attempt(settings: Settings, database: Database) -> None:
    real = await key(database)
    async with hub(settings, rate_anonymous="99/hour", rate_failures="2/hour") as client:
        for _ in range(4):
            assert (await client.get(PUBLIC)).status_code == 200
            assert (await client.get(MANAGED)).status_code == 401
        assert (await client.get(MANAGED, headers=bearer(real))).status_code == 200


async def test_a_revoked_key_becomes_a_failed_attempt(settings: Settings, database: Database) -> None:
    revoked = await key(database)
    async with hub(settings, rate_key="99/hour", rate_failures="2/hour") as client:
        assert (await client.get(MANAGED, headers=bearer(revoked))).status_code == 200
        async with database.write() as session:
            await session.execute(text("UPDATE api_key SET revoked_at = now()"))
        statuses = [(await client.get(MANAGED, headers=bearer(revoked))).status_code for _ in range(4)]

    assert statuses == [401, 401, 401, 429]


async def test_reading_at_a_person_s_pace_costs_no_statement_and_a_crowd_few(
    settings: Settings, database: Database
) -> None:
    app = create_app(limited(settings, rate_anonymous="300/day"))
    async with running(app) as client:
        for _ in range(3):
            assert (await client.get(PUBLIC)).status_code == 200
        assert await buckets(database) == []
        statuses = [(await client.get(PUBLIC)).status_code for _ in range(310)]

    assert statuses.count(200) == 297
    assert statuses[297:] == [429] * 13


async def test_ten_leases_spend_a_quota(settings: Settings) -> None:
    limits = limiter_of(limited(settings, rate_anonymous="1000/day"))
    assert limits.anonymous is not None
    allowed = [(await limits.consume(limits.anonymous, "203.0.113.9"))[1] for _ in range(2_000)]
    await limits.close()

    assert sum(allowed) == 1_000
    assert limits.statements <= 12


async def test_requests_at_one_moment_share_a_statement_and_spend_exactly_the_quota(settings: Settings) -> None:
    limits = [limiter_of(limited(settings, rate_anonymous="60/hour")) for _ in range(3)]
    asked = [limits[n % 3].consume(limits[n % 3].anonymous, "203.0.113.9") for n in range(300)]  # type: ignore[arg-type]
    allowed = [ok for _, ok in await asyncio.gather(*asked)]
    for limit in limits:
        await limit.close()

    assert sum(allowed) == 60
    assert sum(limit.statements for limit in limits) <= 16


async def test_the_table_of_buckets_names_no_address_and_no_key(settings: Settings, database: Database) -> None:
    mine = await key(database)
    rates = {"rate_anonymous": "9/hour", "rate_key": "9/hour", "rate_failures": "9/hour"}
    async with running(create_app(limited(settings, trusted_proxies="127.0.0.1", **rates))) as client:
        forwarded = {"x-forwarded-for": "198.51.100.77"}
        await client.get(PUBLIC, headers=forwarded)
        await client.get(MANAGED, headers=bearer(mine) | forwarded)
        await client.get(PUBLIC, headers=bearer("hub_no_key") | forwarded)

    names = await buckets(database)
    assert sorted(name.partition(":")[0] for name in names) == ["anonymous", "failures", "key"]
    assert all(re.fullmatch("[a-z]+:[0-9a-f]{64}", name) for name in names), names


async def test_a_database_that_does_not_answer_lets_everybody_through(
    settings: Settings, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    limits = limiter_of(limited(settings, rate_anonymous="1/hour"))
    quota = limits.anonymous
    assert quota is not None
    assert (await limits.consume(quota, "203.0.113.9"))[1]
    async with database.write() as session:
        await session.execute(text("LOCK TABLE rate_bucket IN ACCESS EXCLUSIVE MODE"))
        began = asyncio.get_running_loop().time()
        allowed = [(await limits.consume(quota, f"203.0.113.{n}"))[1] for n in range(200)]
        spent = asyncio.get_running_loop().time() - began

    assert all(allowed)
    assert spent < 1, "only the first one waits"
    assert "rate_limits_paused" in capsys.readouterr().out
    limits._fail_open_until = 0
    await eventually(lambda: _refused(limits, quota), seconds=10)
    await limits.close()


async def _refused(limits: Limiter, quota: Quota) -> bool:
    return not (await limits.consume(quota, "203.0.113.77"))[1]


async def test_a_database_that_is_not_there_lets_everybody_through(settings: Settings) -> None:
    gone = Settings(database_url="postgresql://nobody:x@127.0.0.1:1/none", rate_anonymous="1/hour")
    limits = limiter_of(gone)
    assert limits.anonymous is not None
    allowed = [(await limits.consume(limits.anonymous, "203.0.113.9"))[1] for _ in range(50)]
    await limits.close()

    assert all(allowed)


async def test_full_buckets_are_forgotten_and_memory_is_bounded(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter_module, "MAX_LOCAL_BUCKETS", 20)
    limits = limiter_of(limited(settings, rate_anonymous="2/second"))
    assert limits.anonymous is not None
    for n in range(30):
        await limits.consume(limits.anonymous, f"203.0.113.{n}")
    assert len(limits._buckets) == 20
    assert await buckets(database) != []
    await asyncio.sleep(1.1)
    limits._sweep_at = 0
    await limits.consume(limits.anonymous, "198.51.100.1")

    async def only_the_last() -> bool:
        own = RateNames(SecretCipher(settings))("anonymous:198.51.100.1")
        return await buckets(database) in ([], [f"anonymous:{own}"])

    await eventually(only_the_last, seconds=10)
    await limits.close()


@pytest.mark.parametrize(
    ("peer", "forwarded", "charged"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.7"], "203.0.113.9"),
        ("10.0.0.5", [], "10.0.0.5"),
        ("10.0.0.5", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.5", ["1.1.1.1, 198.51.100.7"], "198.51.100.7"),
        ("10.0.0.5", ["1.1.1.1", "198.51.100.7, 10.9.9.9"], "198.51.100.7"),
        ("10.0.0.5", ["1.1.1.1, nonsense, 10.9.9.9"], "10.9.9.9"),
        ("10.0.0.5", ["198.51.100.7:4711"], "198.51.100.7"),
        ("10.0.0.5", ["[2001:db8:1:2:3::9]:443"], "2001:db8:1:2::/64"),
        ("10.0.0.5", ["," * 5_000 + "198.51.100.7"], "198.51.100.7"),
        ("::ffff:10.0.0.5", ["::ffff:198.51.100.7"], "198.51.100.7"),
        ("2001:db8:1:2::1", [], "2001:db8:1:2::/64"),
        ("", ["198.51.100.7"], "198.51.100.7"),
        ("", [], "unknown"),
    ],
)
def test_the_address_is_the_peer_s_or_the_nearest_that_no_trusted_proxy_has(
    peer: str, forwarded: list[str], charged: str
) -> None:
    addresses = ClientIpResolver(Settings(trusted_proxies="10.0.0.0/8"))
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]

    assert addresses.resolve({"client": (peer, 4711) if peer else None, "headers": headers}) == charged


def test_without_trusted_proxies_nobody_is_believed() -> None:
    scope: dict[str, Any] = {"client": ("10.0.0.5", 1), "headers": [(b"x-forwarded-for", b"198.51.100.7")]}

    assert ClientIpResolver(Settings()).resolve(scope) == "10.0.0.5"


@pytest.mark.parametrize("rate", ["", "0/minute", "-1/minute", "10", "10/week", "10/minute ", "many/hour"])
def test_a_rate_of_the_wrong_shape_stops_the_start(rate: str) -> None:
    with pytest.raises(ValueError, match="rate_anonymous"):
        Settings(rate_anonymous=rate)


SERVE = """
import os, sys, uvicorn
from dataclasses import replace
from hub.app import create_app
from hub.auth.encryption import SecretCipher
from hub.auth.rate_names import RateNames
from hub.web.rate import limiter, store

assert {"LEASE_TIMEOUT", "FIRST_LEASE_TIMEOUT"} <= vars(limiter).keys()
limiter.LEASE_TIMEOUT = limiter.FIRST_LEASE_TIMEOUT = 60
store.RATE_LIMITS = replace(store.RATE_LIMITS, statement_seconds=60, lock_seconds=60, connect_seconds=60)
for port in sys.argv[1:]:
    if os.fork() == 0:
        uvicorn.run(create_app(), port=int(port), log_level="warning", access_log=False)
        os._exit(0)
os.wait()
"""
"""APIs as patient as `patient` makes this process: a busy machine must not let the limits pause."""


@contextmanager
def processes(settings: Settings, folder: Path, count: int, **environment: str) -> Iterator[list[str]]:
    """So many API processes on one database, and their addresses."""
    known = {"HUB_DATABASE_URL": settings.require_database_url(), "HUB_DATA": str(folder)}
    ports = [str(choose_port(folder / f"port{n}")) for n in range(count)]
    command = [sys.executable, "-c", SERVE, *ports]
    parent = subprocess.Popen(command, env=os.environ | known | environment, start_new_session=True)
    try:
        yield [f"http://127.0.0.1:{port}" for port in ports]
    finally:
        os.killpg(parent.pid, signal.SIGKILL)
        parent.wait()


async def test_real_processes_on_one_database_share_one_limit(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    mine = await key(database)
    rates = {"HUB_RATE_ANONYMOUS": "20/day", "HUB_RATE_KEY": "30/day", "HUB_TRUSTED_PROXIES": "127.0.0.1"}
    with processes(settings, tmp_path, 2, **rates) as bases:
        async with httpx.AsyncClient(timeout=60) as client:

            async def up() -> bool:
                try:
                    return all([(await client.get(f"{base}/health/live")).status_code == 200 for base in bases])
                except httpx.TransportError:
                    return False

            await eventually(up)

            async def ask(n: int, path: str, headers: dict[str, str]) -> httpx.Response:
                return await client.get(bases[n % 2] + path, headers=headers)

            for headers, path, quota in (
                ({}, PUBLIC, 20),
                ({"x-forwarded-for": "198.51.100.7"}, PUBLIC, 20),
                (bearer(mine), MANAGED, 30),
            ):
                # Each process serves before one of them can have spent all.
                first = [await ask(n, path, headers) for n in range(2)]
                answers = first + await asyncio.gather(*[ask(n, path, headers) for n in range(2, 60)])
                statuses = [answer.status_code for answer in answers]
                assert statuses.count(200) == quota, headers
                assert statuses.count(429) == 60 - quota
                served = {str(answer.url)[: len(bases[0])] for answer in answers if answer.status_code == 200}
                assert served == set(bases)
                last = await ask(1, path, headers)
                assert re.fullmatch(r'"(anonymous|key)";r=0;t=\d+', last.headers["ratelimit"])
                assert int(last.headers["retry-after"]) > 0
