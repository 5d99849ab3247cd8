"""The access log has a line for each request, and names neither addresses nor who reads and comments."""

import json
from typing import Any
from uuid import uuid4

import pytest

from hub.app import create_app
from hub.settings import Settings
from tests.support.asgi import running

CLIENT = {"x-forwarded-for": "203.0.113.7"}


def logging_requests(settings: Settings, **changes: Any) -> Settings:
    given = {"trusted_proxies": "127.0.0.1", "access_log": True, "answer_cache_mb": 4, **changes}
    return Settings(**{**settings.model_dump(exclude_unset=True), **given})


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"time"')]


async def test_nothing_is_written_unless_it_is_asked_for(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(create_app(settings)) as client:
        await client.get("/health/live")

    assert lines_of(capsys) == []


async def test_addresses_and_what_stands_in_them_are_not_written(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    secret, identity = "Zuynhkha", uuid4()
    async with running(create_app(logging_requests(settings))) as client:
        for path in (f"/{secret}", f"/preview/{secret}", f"/s/{secret}", f"/api/v1/search?q={secret}"):
            await client.get(path, headers=CLIENT | {"user-agent": secret, "referer": f"https://hue.gov.vn/{secret}"})
        await client.get(f"/api/v1/policies/{identity}?lang=vi", headers=CLIENT)
        written = capsys.readouterr().out

    assert written.count('"time"') == 5
    assert secret not in written
    assert str(identity) not in written


async def test_of_requests_that_may_be_about_a_comment_the_client_is_not_written(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    comments = f"/api/v1/consultations/{uuid4()}/comments"
    async with running(create_app(logging_requests(settings))) as client:
        await client.post(comments, json={"text": "Ý kiến"}, headers=CLIENT)
        await client.get(f"{comments}/mine", headers=CLIENT | {"comment-code": "x"})
        await client.get("/s/x", headers=CLIENT)
        await client.get(comments, headers=CLIENT)
        await client.post("/graphql", json={"query": "{ hub { version } }"}, headers=CLIENT)
        await client.get("/api/v1/topics", headers=CLIENT)
        *private, public = lines_of(capsys)

    assert [(line["method"], line["route"]) for line in private] == [
        ("POST", "/api/v1/consultations/{id}/comments"),
        ("GET", "/api/v1/consultations/{id}/comments/mine"),
        ("GET", "/s/{token}"),
        ("GET", "/api/v1/consultations/{id}/comments"),
        ("POST", "/graphql"),
    ]
    assert [line for line in private if "client" in line or "203.0.113.7" in str(line)] == []
    assert public["client"] == "203.0.113.7"


async def test_each_request_has_a_line_with_its_id_route_status_and_size(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(create_app(logging_requests(settings))) as client:
        client.headers["accept-encoding"] = "identity"
        made = await client.get("/api/v1/topics")
        kept = await client.get("/api/v1/topics")
        head = await client.head("/api/v1/topics")
        nothing = await client.get("/nowhere")
        lines = lines_of(capsys)

    answers = (made, kept, head, nothing)
    assert [line["request_id"] for line in lines] == [answer.headers["x-request-id"] for answer in answers]
    assert [(line["method"], line["route"], line["status"], line["bytes"]) for line in lines] == [
        ("GET", "/api/v1/topics", 200, len(made.content)),
        ("GET", "/api/v1/topics", 200, len(made.content)),
        ("HEAD", "/api/v1/topics", 200, 0),
        ("GET", "unknown", 404, len(nothing.content)),
    ]
    assert all(0 <= line["seconds"] < 60 for line in lines)
    assert all(line["time"].endswith("+07:00") for line in lines)


async def test_an_answer_that_fails_has_a_line_too(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("hub.home.routes.read_home_position", fail)
    async with running(create_app(logging_requests(settings))) as client:
        answer = await client.get("/")
        [line] = lines_of(capsys)

    assert (line["request_id"], line["route"], line["status"]) == (answer.headers["x-request-id"], "/", 500)
