"""Refusals at `/graphql` before a query is read: always GraphQL's, with the status and headers of the problem."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest

from hub.app import create_app
from hub.errors import Overload
from hub.settings import Settings
from hub.web.byte_budget import ByteBudget
from tests.support.asgi import running
from tests.support.graphql_app import refusal

RESPONSE, JSON = "application/graphql-response+json", "application/json"
QUERY = {"query": "{ __typename }"}
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@asynccontextmanager
async def hub(settings: Settings, **changes: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with running(create_app(Settings(**{**settings.model_dump(exclude_unset=True), **changes}))) as client:
        yield client


def check(answer: httpx.Response, status: int, code: str, media: str = JSON) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers.get_list("content-type") == [f"{media}; charset=utf-8"]
    assert answer.headers.get_list("content-length") == [str(len(answer.content))]
    assert answer.headers["cache-control"] == "no-store"
    assert "Accept" in answer.headers["vary"].split(", ")
    assert answer.json().keys() == {"errors"}
    found = refusal(answer.json())
    assert (found["code"], found["status"]) == (code, status)
    assert not found.keys() & {"type", "title", "detail"}
    return found


async def test_a_rate_limit_is_told_as_an_error_of_graphql(settings: Settings) -> None:
    async with hub(settings, rate_anonymous="1/hour") as client:
        await client.post("/graphql", json=QUERY)
        for accept, media in (("*/*", JSON), (f"{RESPONSE}, {JSON};q=0.9", RESPONSE), ("text/event-stream", JSON)):
            answer = await client.post("/graphql", json=QUERY, headers={"accept": accept})

            found = check(answer, 429, "rate_limited", media)
            assert answer.headers["retry-after"] == str(found["retry_after"])
            assert answer.headers["ratelimit"].startswith('"anonymous";r=0')
            assert answer.headers["access-control-allow-origin"] == "*"
        check(await client.get("/graphql", params=QUERY), 429, "rate_limited")
        head = await client.head("/graphql", params=QUERY)
        assert (head.status_code, head.headers["content-type"]) == (429, f"{JSON}; charset=utf-8")
        rest = await client.get("/api/v1/topics")
        assert (rest.status_code, rest.headers["content-type"]) == (429, "application/problem+json")
        page = await client.get("/graphql", headers=BROWSER)
        assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")


async def test_an_unsupported_method_is_refused_by_graphql_with_those_it_has(client: httpx.AsyncClient) -> None:
    for method in ("PUT", "PATCH", "DELETE"):
        answer = await client.request(method, "/graphql")

        check(answer, 405, "method_not_allowed")
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
    schema = await client.post("/graphql/schema.graphql")
    assert (schema.status_code, schema.headers["content-type"]) == (405, "application/problem+json")


async def test_a_foreign_host_is_refused_by_graphql_also_below_a_path(settings: Settings) -> None:
    async with hub(settings, public_url="https://chinhsach.hue.gov.vn/hub") as client:
        for path in ("/graphql", "/hub/graphql"):
            answer = await client.post(path, json=QUERY, headers={"host": "evil.example"})

            assert check(answer, 421, "foreign_host")["field"] == "Host"
        other = await client.get("/api/v1/topics", headers={"host": "evil.example"})
        assert other.headers["content-type"] == "application/problem+json"


async def test_a_body_is_refused_by_graphql(settings: Settings, client: httpx.AsyncClient) -> None:
    large = orjson.dumps({**QUERY, "variables": {"a": "a" * settings.anonymous_body_bytes}})
    check(await client.post("/graphql", content=large, headers={"content-type": JSON}), 413, "body_too_large")

    async def stream() -> AsyncIterator[bytes]:
        yield large

    check(await client.post("/graphql", content=stream(), headers={"content-type": JSON}), 413, "body_too_large")
    check(await client.post("/graphql", content=b"{", headers={"content-type": JSON}), 400, "graphql_request_invalid")
    headers = {"authorization": "Bearer hub_000000000000_false"}
    check(await client.post("/graphql", json=QUERY, headers=headers), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [(ConnectionRefusedError("nobody there"), 503, "service_unavailable"), (RuntimeError("a"), 500, "internal_error")],
)
async def test_an_outage_and_a_fault_are_errors_of_graphql(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, raised: Exception, status: int, code: str
) -> None:
    async def fail(*_: Any) -> None:
        raise raised

    monkeypatch.setattr("schema.router.principal_of", fail)

    found = check(await client.post("/graphql", json=QUERY), status, code)

    assert "nobody there" not in str(found)


async def test_an_answer_without_room_is_refused_by_graphql(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: Any, **__: Any) -> int:
        raise Overload("No room.", retry_after=5)

    monkeypatch.setattr(ByteBudget, "take", refuse)
    introspection = "{ __schema { types { name description fields { name description } } } }"

    answer = await client.get("/graphql", params={"query": introspection}, headers={"accept-encoding": "identity"})

    check(answer, 503, "overloaded")
    assert answer.headers["retry-after"] == "5"
