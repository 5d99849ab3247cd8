"""Clients that do not read: they hold little memory, not for long, and nobody else waits for them for ever."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from hub.settings import Settings
from hub.web import byte_budget
from hub.web.server.http_protocol import HubHttpProtocol
from tests.support import contents
from tests.support.raw_client import RawClient, request_head
from tests.support.served import Served, serving_here
from tests.support.servers import Publish
from tests.support.waiting import eventually

SMALL = 8_192
TEXT = "<p>" + "Nội dung của một bản tin dài. " * 4_000 + "</p>"
"""More than a hundred kilobytes."""


@pytest.fixture
async def hub(settings: Settings, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    # On a busy machine an answer waits longer for its turn.
    monkeypatch.setattr(byte_budget, "PATIENCE_SECONDS", 120)
    for n in range(8):
        await publish_edition("bulletin", contents.bulletin(title=f"Bản tin thứ {n}", body=TEXT))
    async with serving_here(settings, send_buffer=SMALL, answer_budget_bytes=4_000_000) as served:
        yield served


async def unread(hub: Served, path: str) -> RawClient:
    client = await RawClient.connect(hub, receive_buffer=SMALL)
    await client.send(request_head(path))
    return client


def connections(hub: Served) -> list[HubHttpProtocol]:
    assert hub.server is not None
    return [each for each in hub.server.config.registry.open.values() if isinstance(each, HubHttpProtocol)]


def held_by_server(hub: Served) -> int:
    return sum(each.transport.get_write_buffer_size() for each in connections(hub))


def later(hub: Served, seconds: float) -> None:
    assert hub.server is not None
    hub.server.config.registry.sweep(asyncio.get_running_loop().time() + seconds)


async def test_a_stream_holds_one_chunk_and_its_place_until_its_connection_is_closed(hub: Served) -> None:
    assert hub.server is not None
    tail = hub.server.app.state.hub.log_tail
    clients = [await unread(hub, "/api/v1/events?after=0&include=view") for _ in range(3)]

    async def all_stalled() -> bool:
        return len(connections(hub)) == 3 and all(each.flow.write_paused for each in connections(hub))

    await eventually(all_stalled)
    assert held_by_server(hub) < 3 * 500_000
    assert hub.server.app.budgets.answers.held == pytest.approx(3 * 250_000, rel=0.5)
    later(hub, 0)
    later(hub, 10)
    assert tail.open_streams.total() == 3

    later(hub, 100)

    async def all_gone() -> bool:
        return tail.open_streams.total() == 0 and hub.server.app.budgets.answers.held == 0  # type: ignore[union-attr]

    await eventually(all_gone)
    assert connections(hub) == []
    for each in clients:
        each.close()


async def test_answers_nobody_reads_give_way_to_those_that_are_read(hub: Served) -> None:
    assert hub.server is not None
    budget = hub.server.app.budgets.answers
    path = "/api/v1/bulletins?include=text&limit=8"
    # One of them holds the client's share; the others and the reader may all wait: more would be refused at once.
    clients = [await unread(hub, path) for _ in range(3)]

    async def is_full() -> bool:
        return budget.has_waiters

    await eventually(is_full)
    assert budget.held <= budget.share
    assert held_by_server(hub) < 2 * budget.share
    reading = await RawClient.connect(hub)
    await reading.send(request_head(path))
    answer = asyncio.create_task(reading.answer(seconds=120))

    async def is_answered() -> bool:
        later(hub, 0)
        later(hub, 5)
        return answer.done()

    await eventually(is_answered, seconds=120)
    found = await answer
    assert found is not None
    assert found.status == 200
    assert len(found.json()["items"]) == 8
    for each in clients:
        each.close()


async def test_who_reads_slowly_but_steadily_is_served_to_the_end(hub: Served) -> None:
    assert hub.server is not None
    client = await unread(hub, "/api/v1/bulletins?include=text&limit=8")
    head = await client.reader.readuntil(b"\r\n\r\n")
    size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    read = 0
    while read < size:
        read += len(await client.reader.readexactly(min(50_000, size - read)))
        later(hub, 10)

    assert read == size
