"""An answer with a length comes in one piece; the head of a stream never waits for what follows it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse

from hub.settings import Settings
from tests.support.raw_client import RawClient, request_head
from tests.support.served import Served, serving_here

pytestmark = pytest.mark.server


@pytest.fixture
async def hub(settings: Settings) -> AsyncIterator[Served]:
    async with serving_here(settings) as served:
        yield served


async def first_piece(hub: Served, path: str, method: str = "GET") -> bytes:
    """What the client's system has received when something can be read for the first time."""
    client = await RawClient.connect(hub)
    await client.send(request_head(path, method=method))
    try:
        return await asyncio.wait_for(client.reader.read(65_536), 30)
    finally:
        client.close()


async def test_a_head_whose_body_comes_late_is_sent_with_it_but_that_of_a_stream_at_once(hub: Served) -> None:
    released = asyncio.Event()

    async def late() -> AsyncIterator[bytes]:
        await released.wait()
        yield b"late"

    async def lasting() -> AsyncIterator[bytes]:
        yield b"first"
        await released.wait()

    async def with_length(_: Request) -> StreamingResponse:
        return StreamingResponse(late(), headers={"content-length": "4"})

    async def without_length(_: Request) -> StreamingResponse:
        return StreamingResponse(lasting())

    assert hub.app is not None
    hub.app.router.add_route("/with-length", with_length)
    hub.app.router.add_route("/without-length", without_length)

    whole = asyncio.create_task(first_piece(hub, "/with-length"))
    stream = await first_piece(hub, "/without-length")
    assert stream.startswith(b"HTTP/1.1 200 ")
    assert not whole.done()
    released.set()
    assert (await whole).endswith(b"\r\n\r\nlate")


@pytest.mark.parametrize("path", ["/health/live", "/api/v1/policies", "/nothing"])
async def test_the_first_piece_of_an_answer_is_its_head_and_its_body(hub: Served, path: str) -> None:
    head, _, body = (await first_piece(hub, path)).partition(b"\r\n\r\n")

    [length] = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length: ")]
    assert len(body) == int(length.split()[1]) > 0


async def test_the_head_of_an_answer_without_a_body_is_sent(hub: Served) -> None:
    assert (await first_piece(hub, "/health/live", "HEAD")).endswith(b"\r\n\r\n")
