"""Requests have ids: strangers choose none, answers and log lines name the same one, kept answers have their own."""

import asyncio
from typing import Any

import httpx
import pytest

from hub.app import create_app
from hub.logged_request import add_request_id
from hub.settings import Settings
from tests.support.asgi import running

GIVEN = "4f0b6d7e9c2a4b1e8d3c5a7f9e1b2c3d"
PATHS = ("/api/v1/topics", "/nowhere", "/api/v1/policies?page=2", "/static/icon.svg", "/health/live")


def changed(settings: Settings, **changes: Any) -> Settings:
    return Settings(**{**settings.model_dump(exclude_unset=True), **changes})


async def test_an_id_that_a_stranger_sends_is_not_taken(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/live", headers={"x-request-id": GIVEN})

    assert answer.headers.get_list("x-request-id") != [GIVEN]


@pytest.mark.parametrize("given", ["short", "", "x" * 129, "a b c d e f g h", 'id";rm -rf', "mã-số-123456"])
async def test_of_a_proxy_only_an_id_is_taken(settings: Settings, given: str) -> None:
    async with running(create_app(changed(settings, trusted_proxies="127.0.0.1"))) as client:
        answer = await client.get("/health/live", headers={b"x-request-id": given.encode()})

    [own] = answer.headers.get_list("x-request-id")
    assert own != given
    assert len(own) == 16


async def test_the_id_of_a_trusted_proxy_is_that_of_the_request(settings: Settings) -> None:
    async with running(create_app(changed(settings, trusted_proxies="127.0.0.1"))) as client:
        answer = await client.get("/health/live", headers={"x-request-id": GIVEN})

    assert answer.headers.get_list("x-request-id") == [GIVEN]


async def test_every_answer_has_one_id_of_its_own_also_a_kept_one(settings: Settings) -> None:
    async with running(create_app(changed(settings, answer_cache_mb=4, rate_anonymous="off"))) as client:
        answers = [await client.get(path) for path in PATHS * 3]
        answers.append(await client.get("/api/v1/topics", headers={"if-none-match": answers[0].headers["etag"]}))
        preflight = {"origin": "https://hue.gov.vn", "access-control-request-method": "GET"}
        answers.append(await client.options("/api/v1/topics", headers=preflight))

    ids = [answer.headers.get_list("x-request-id") for answer in answers]
    assert {answer.status_code for answer in answers} == {200, 204, 304, 404, 422}
    assert [len(each) for each in ids] == [1] * len(answers)
    assert len({each for [each] in ids}) == len(answers)


async def test_lines_name_the_request_until_it_is_answered_and_no_other(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, Any]] = []
    answered = asyncio.Event()
    left: list[asyncio.Task[None]] = []

    async def write_later() -> None:
        await answered.wait()
        lines.append(dict(add_request_id(None, "info", {"event": "later"})))

    async def fail(*_: object) -> None:
        lines.append(dict(add_request_id(None, "info", {"event": "during"})))
        left.append(asyncio.create_task(write_later()))
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("hub.home.routes.read_home_position", fail)
    async with running(create_app(settings)) as client:
        answer = await client.get("/")
        answered.set()
        await left[0]

    assert answer.status_code == 500
    assert lines == [{"event": "during", "request_id": answer.headers["x-request-id"]}, {"event": "later"}]
