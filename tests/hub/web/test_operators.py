"""Metrics and the details of readiness are for operators; strangers are charged and get no details."""

import httpx
import pytest

from hub.app import create_app
from hub.settings import Settings
from hub.web.operators import OperatorAccess
from tests.support.asgi import running

STRANGER = {"x-forwarded-for": "203.0.113.7"}


def behind_proxy(settings: Settings, **changes: str) -> Settings:
    given = {"trusted_proxies": "127.0.0.1", **changes}
    return Settings(**{**settings.model_dump(exclude_unset=True), **given})


async def test_strangers_get_no_metrics_and_no_details_and_are_charged(settings: Settings) -> None:
    async with running(create_app(behind_proxy(settings, rate_anonymous="4/hour"))) as client:
        metrics = await client.get("/metrics", headers=STRANGER)
        ready = await client.get("/health/ready", headers=STRANGER)
        own = await client.get("/health/ready")
        own_metrics = await client.get("/metrics")
        later = [(await client.get("/health/ready", headers=STRANGER)).status_code for _ in range(3)]
        live = await client.get("/health/live", headers=STRANGER)

    assert (metrics.status_code, metrics.json()["code"]) == (403, "forbidden")
    assert ready.json()["status"] == own.json()["status"]
    assert (ready.json()["followers"], ready.json()["alarms"]) == ({}, {})
    assert own_metrics.status_code == 200
    assert later == [200, 200, 429]
    assert live.status_code == 200


async def test_with_a_token_only_the_token_counts(settings: Settings) -> None:
    async with running(create_app(behind_proxy(settings, metrics_token="ma-bi-mat"))) as client:

        async def ask(**headers: str) -> httpx.Response:
            return await client.get("/metrics", headers=headers)

        answers = [
            (await ask()).status_code,
            (await ask(authorization="Bearer other")).status_code,
            (await ask(authorization="Bearer ma-bi-mat")).status_code,
            (await ask(authorization="Bearer ma-bi-mat", **STRANGER)).status_code,
        ]

    assert answers == [403, 403, 200, 200]


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("127.0.0.1", True),
        ("10.2.3.4", True),
        ("172.30.57.3", True),
        ("::1", True),
        ("8.8.8.8", False),
        ("2606::1", False),
    ],
)
def test_private_networks_are_operators(address: str, allowed: bool) -> None:
    scope = {"type": "http", "client": (address, 1), "headers": []}

    assert OperatorAccess(Settings()).allows(scope) is allowed
