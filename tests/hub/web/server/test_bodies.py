"""Bodies of strangers: refused before they are read, never slow for ever, and parsed beside the event loop."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from hub.db import Database
from hub.settings import Settings
from hub.web import body_limit
from hub.web.json_body import MAX_VALUES, has_too_many_values, parse_json
from tests.support.editors import key
from tests.support.raw_client import RawClient, request_head
from tests.support.served import Served, serving_here
from tests.support.waiting import eventually

INGEST = "/api/v1/ingest"
DOCUMENTS = "/api/v1/manage/documents"
JSON = "content-type: application/json"


@pytest.fixture
async def hub(settings: Settings) -> AsyncIterator[Served]:
    async with serving_here(settings) as served:
        yield served


async def begin(hub: Served, path: str, *lines: str) -> RawClient:
    """A POST of which only the head is sent."""
    client = await RawClient.connect(hub)
    await client.send(request_head(path, JSON, *lines, method="POST"))
    return client


async def test_without_a_key_a_body_is_refused_before_a_byte_of_it_is_sent(
    hub: Served, subtests: pytest.Subtests
) -> None:
    paths = (INGEST, INGEST + "/", DOCUMENTS, "/api/v1/manage/sources", "/api/v1/manage/no-such")
    for path in paths:
        for length in ("content-length: 20000000", "transfer-encoding: chunked"):
            for authorization in ([], ["authorization: Bearer hub_0123456789ab_no"], ["authorization: Basic eDp5"]):
                with subtests.test(f"{path} {length} {authorization}"):
                    client = await begin(hub, path, length, *authorization)

                    answer = await client.answer()

                    assert answer is not None
                    assert (answer.status, answer.json()["code"]) == (401, "unauthenticated")
                    client.close()


async def test_without_a_key_a_large_body_is_refused_before_a_byte_of_it_is_sent(hub: Served) -> None:
    for path in ("/graphql", "/websub", "/nowhere"):
        client = await begin(hub, path, "content-length: 65537")

        answer = await client.answer()

        assert answer is not None
        assert answer.status == 413, path


async def test_a_key_that_was_refused_leaves_the_connection_usable_when_the_body_comes_at_once(hub: Served) -> None:
    client = await begin(hub, INGEST, "content-length: 1000")
    await client.send(b"[" + b" " * 998 + b"]")
    first = await client.answer()
    await client.send(request_head())

    second = await client.answer()

    assert first is not None
    assert second is not None
    assert (first.status, second.status) == (401, 200)


async def test_the_rest_of_a_body_that_was_refused_is_dropped_for_a_moment_only(hub: Served) -> None:
    assert hub.server is not None
    client = await begin(hub, INGEST, "content-length: 20000000")
    answer = await client.answer()
    assert answer is not None
    assert answer.status == 401
    await client.send(b"[" * 1_000_000)

    hub.server.config.registry.sweep(asyncio.get_running_loop().time() + 6)

    assert await client.ended()


@pytest.mark.parametrize("with_key", [True, False])
async def test_a_body_that_stops_is_answered_408_and_its_room_given_back(
    hub: Served, database: Database, with_key: bool
) -> None:
    authorization = [f"authorization: Bearer {await key(database)}"] if with_key else []
    path = DOCUMENTS if with_key else "/graphql"
    clients = [await begin(hub, path, "content-length: 60000", *authorization) for _ in range(5)]
    for each in clients:
        await each.send(b" " * 30_000)
    server = hub.server
    assert server is not None
    bodies = server.app.budgets.bodies

    async def all_held() -> bool:
        return bodies.held == 300_000

    await eventually(all_held)

    server.config.registry.sweep(asyncio.get_running_loop().time() + 10_000)

    for each in clients:
        answer = await each.answer()
        assert answer is not None
        found = answer.json() if with_key else answer.json()["errors"][0]["extensions"]
        assert (answer.status, found["code"]) == (408, "request_timeout")

    async def all_given_back() -> bool:
        return bodies.held == 0

    await eventually(all_given_back)


async def test_a_body_at_the_least_rate_is_waited_for(hub: Served) -> None:
    server = hub.server
    assert server is not None
    client = await begin(hub, "/graphql", "content-length: 60000")
    await client.send(b" " * 40_000)
    [connection] = server.config.registry.open.values()

    async def has_arrived() -> bool:
        return getattr(connection, "body_read", 0) == 40_000

    await eventually(has_arrived)
    limits = server.config.registry.limits
    allowed = limits.body_seconds + 40_000 / limits.least_rate

    server.config.registry.sweep(asyncio.get_running_loop().time() + allowed - 5)
    assert len(server.config.registry.open) == 1
    await client.send(b" " * 20_000)

    answer = await client.answer()
    assert answer is not None
    assert answer.status == 400  # blanks are no query


async def test_a_large_body_is_parsed_once_and_not_on_the_event_loop(
    hub: Served, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []

    def recorded(body: bytes) -> Any:
        threads.append(threading.get_ident())
        return parse_json(body)

    monkeypatch.setattr(body_limit, "parse_json", recorded)
    body = orjson.dumps({"source": "nowhere", "records": [{"text": "x" * 500_000}]})
    client = await begin(hub, INGEST, f"content-length: {len(body)}", f"authorization: Bearer {await key(database)}")
    await client.send(body)

    answer = await client.answer()

    assert answer is not None
    assert (answer.status, answer.json()["code"]) == (404, "not_found")
    assert len(threads) == 1
    assert threading.get_ident() not in threads


@pytest.mark.parametrize(
    "piece", [b"{},", b"[],", b"1,", b'"",', b'"a":{},', b'"', b'"a",'], ids=lambda piece: piece.decode()
)
def test_twenty_megabytes_of_tiny_values_are_too_many(piece: bytes) -> None:
    assert has_too_many_values(b"[" + piece * (20_000_000 // len(piece)))


@pytest.mark.parametrize("text", [b"[{,", b'\\"[', b"\\\\[{,"])
def test_values_inside_of_texts_are_not_counted(text: bytes) -> None:
    assert not has_too_many_values(b'["' + text * MAX_VALUES + b'"]')
