"""Connections: strangers who say nothing, little or too much keep nobody else out."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from hub.settings import Settings
from hub.web.server.limits import ServerLimits, raise_open_files
from tests.support.raw_client import RawClient, request_head
from tests.support.served import Served, serving_here
from tests.support.waiting import eventually

LIMITS = ServerLimits(connections=40, connections_per_address=30)
LATER = 10_000.0
"""Seconds from now at which every limit of time is reached."""

pytestmark = pytest.mark.server


@pytest.fixture
async def hub(settings: Settings) -> AsyncIterator[Served]:
    async with serving_here(settings, LIMITS) as served:
        yield served


def later(served: Served, seconds: float = LATER) -> None:
    """Let the server believe that some time has passed."""
    assert served.server is not None
    served.server.config.registry.sweep(asyncio.get_running_loop().time() + seconds)


def open_connections(served: Served) -> int:
    assert served.server is not None
    return len(served.server.config.registry.open)


async def has_connections(served: Served, count: int) -> bool:
    return open_connections(served) == count


async def test_the_end_of_an_answer_never_waits_for_the_client_to_confirm_its_beginning(hub: Served) -> None:
    client = await RawClient.connect(hub)
    await eventually(lambda: has_connections(hub, 1))
    assert hub.server is not None
    [transport] = hub.server.config.registry.open

    accepted = transport.get_extra_info("socket")

    assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    client.close()


async def test_silent_connections_give_way_to_whoever_asks(hub: Served) -> None:
    silent = [await RawClient.connect(hub) for _ in range(60)]
    asking = await RawClient.connect(hub)
    await asking.send(request_head())

    answer = await asking.answer()

    assert answer is not None
    assert answer.status == 200
    assert open_connections(hub) <= LIMITS.connections_per_address
    assert await silent[0].ended()
    for one in [*silent, asking]:
        one.close()


async def test_a_head_that_never_ends_is_answered_408_and_a_silent_connection_closed(hub: Served) -> None:
    silent, slow = await RawClient.connect(hub), await RawClient.connect(hub)
    await slow.send(b"GET /health/live HTTP/1.1\r\nhost: hub")
    await eventually(lambda: has_connections(hub, 2))
    later(hub, 1)
    assert open_connections(hub) == 2

    later(hub)

    answer = await slow.answer()
    assert answer is not None
    assert (answer.status, answer.json()["code"]) == (408, "request_timeout")
    assert answer.headers["connection"] == "close"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert await silent.ended()


HEADS = {
    "a long address": (request_head("/" + "a" * 9_000), 414, "address_too_long"),
    "an endless address": (b"GET /" + b"a" * 40_000, 414, "address_too_long"),
    "a large header": (request_head("/", "x-large: " + "a" * 40_000), 431, "head_too_large"),
    "many headers": (request_head("/", *[f"x-{n}: {n}" for n in range(4_000)]), 431, "head_too_large"),
    "an endless header": (b"GET / HTTP/1.1\r\nx-never-ends: " + b"a" * 400_000, 431, "head_too_large"),
    "30 MB": (b"GET / HTTP/1.1\r\nx-never-ends: " + b"a" * 30_000_000, 431, "head_too_large"),
    "nonsense": (b"nonsense\r\n\r\n", 400, "malformed_request"),
    "no length": (b"GET / HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n", 400, "malformed_request"),
}


async def test_a_head_beyond_its_limits_is_a_problem_and_no_more_of_it_is_read(
    hub: Served, subtests: pytest.Subtests
) -> None:
    for name, (sent, status, code) in HEADS.items():
        with subtests.test(name):
            client = await RawClient.connect(hub)
            await client.send(sent)

            answer = await client.answer()

            assert answer is not None
            assert (answer.status, answer.json()["code"]) == (status, code)
            assert answer.headers["content-type"] == "application/problem+json"
            later(hub)
            assert await client.ended()
            await eventually(lambda: has_connections(hub, 0))


async def test_refusals_of_requests_for_graphql_are_graphql_s_as_soon_as_the_address_is_known(
    hub: Served, subtests: pytest.Subtests
) -> None:
    own = "application/graphql-response+json"
    heads = {
        "a long address": (request_head("/graphql?query=" + "a" * 9_000), 414, "address_too_long", "application/json"),
        "a large header": (
            request_head("/graphql", f"accept: {own}", "x: " + "a" * 40_000),
            431,
            "head_too_large",
            own,
        ),
    }
    for name, (sent, status, code, media) in heads.items():
        with subtests.test(name):
            client = await RawClient.connect(hub)
            await client.send(sent)

            answer = await client.answer()

            assert answer is not None
            assert (answer.status, answer.headers["content-type"]) == (status, f"{media}; charset=utf-8")
            assert answer.headers["x-content-type-options"] == "nosniff"
            [error] = answer.json()["errors"]
            assert error["message"]
            assert (error["extensions"]["code"], error["extensions"]["status"]) == (code, status)
            client.close()


async def test_heads_up_to_the_limits_are_served(hub: Served) -> None:
    client = await RawClient.connect(hub)
    await client.send(request_head("/nowhere/" + "a" * 8_000, "x-large: " + "a" * 32_000))

    answer = await client.answer()

    assert answer is not None
    assert answer.status == 404


async def test_trailers_have_the_limit_of_heads(hub: Served) -> None:
    client = await RawClient.connect(hub)
    await client.send(request_head("/nowhere", "transfer-encoding: chunked", method="POST"))
    await client.send(b"1\r\na\r\n0\r\nx-trailer: " + b"a" * 3_000_000)

    assert await client.ended()


async def test_after_an_answer_the_connection_serves_the_next_request_and_closes_when_nothing_comes(
    hub: Served,
) -> None:
    client = await RawClient.connect(hub)
    for _ in range(3):
        await client.send(request_head())
        answer = await client.answer()
        assert answer is not None
        assert answer.status == 200
    later(hub)
    assert open_connections(hub) == 1
    await client.send(b"GET /health/live HTTP/1.1\r\nho")

    async def has_begun_the_next() -> bool:
        assert hub.server is not None
        [connection] = hub.server.config.registry.open.values()
        return getattr(connection, "head_since", None) is not None

    await eventually(has_begun_the_next)
    later(hub)

    answer = await client.answer()
    assert answer is not None
    assert answer.status == 408


async def test_connections_at_work_are_never_closed_for_others(settings: Settings) -> None:
    limits = ServerLimits(connections=3, connections_per_address=3)
    async with serving_here(settings, limits) as hub:
        streams = [await RawClient.connect(hub) for _ in range(3)]
        for each in streams:
            await each.send(request_head("/api/v1/events"))
            answer = await each.answer()
            assert answer is not None
            assert answer.status == 200
        refused = await RawClient.connect(hub)

        answer = await refused.answer()

        assert answer is not None
        assert (answer.status, answer.json()["code"]) == (503, "too_many_connections")
        assert not any(each.reader.at_eof() for each in streams)


def test_the_limit_of_open_files_is_raised_as_far_as_allowed() -> None:
    assert raise_open_files() >= 1_024
    assert raise_open_files() == raise_open_files()
