"""Health, metrics, languages and the page of problems."""

import asyncio
from dataclasses import replace

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.app import create_app
from hub.ops import health
from hub.settings import Settings
from hub.state import AlertReader
from hub.web.language import negotiate_language
from tests.support.asgi import running


async def test_a_hub_without_its_database_says_unavailable_and_lives(settings: Settings) -> None:
    lost = Settings(**{**settings.model_dump(exclude_unset=True), "database_url": "postgresql://hub:x@127.0.0.1:1/hub"})
    async with running(create_app(lost)) as client:
        assert (await client.get("/health/live")).status_code == 200
        answer = await client.get("/health/ready")
        assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
        refused = await client.get("/api/v1/policies")
        assert (refused.status_code, refused.json()["code"]) == (503, "service_unavailable")


async def read_too_slowly(_: AsyncConnection) -> dict[str, int]:
    await asyncio.Event().wait()
    return {}


async def read_wrongly(_: AsyncConnection) -> dict[str, int]:
    raise ArithmeticError("an alarm that cannot be counted")


@pytest.mark.parametrize("reader", [read_too_slowly, read_wrongly])
async def test_a_database_that_answers_and_does_not_tell_its_alarms_degrades_the_hub_and_takes_it_from_nobody(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, reader: AlertReader
) -> None:
    monkeypatch.setattr(health, "DETAILS_SECONDS", 0.5)
    told = Settings(**{**settings.model_dump(exclude_unset=True), "metrics_token": "m" * 40})
    app = create_app(told)
    async with running(app) as client:
        app.state.hub = replace(app.state.hub, alert_readers=(reader,))
        answer = await client.get("/health/ready", headers={"authorization": f"Bearer {'m' * 40}"})
        assert (answer.status_code, answer.json()) == (
            200,
            {
                "status": "degraded",
                "database": True,
                "engine": "postgres",
                "followers": {},
                "search_check": None,
                "alarms": {"alarms_unread": 1},
            },
        )
        assert (await client.get("/health/ready")).json()["alarms"] == {}


async def test_a_hub_that_was_not_given_meilisearch_is_ready_with_postgres(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health/ready")).json() == {
        "status": "ready",
        "database": True,
        "engine": "postgres",
        "followers": {},
        "search_check": None,
        "alarms": {},
    }


async def test_metrics_name_routes_by_their_pattern(client: httpx.AsyncClient) -> None:
    await client.get("/api/v1/policies/00000000-0000-4000-8000-000000000000")
    text = (await client.get("/metrics")).text

    assert 'hub_requests_total{method="GET",route="/api/v1/policies/{id}",status="404"}' in text
    assert "00000000-0000" not in text
    assert "hub_log_head 0.0" in text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "vi"),
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("fr, en;q=0.3, vi;q=0.7", "vi"),
        ("en;q=0, vi", "vi"),
        ("*", "vi"),
        ("fr", "vi"),
        ("en;q=broken, , ;;", "vi"),
    ],
)
def test_accept_language_is_read_by_its_weights(header: str | None, language: str) -> None:
    assert negotiate_language(None, header, ("vi", "en")) == language
