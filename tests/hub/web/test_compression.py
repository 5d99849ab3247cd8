"""Answers are packed for those who unpack, and what ETags and ranges promise stays true."""

import asyncio
import zlib
from collections.abc import AsyncIterator

import brotli
import httpx
import pytest
import zstandard
from starlette.responses import StreamingResponse

from hub.app import create_app
from hub.settings import Settings
from tests.support.asgi import running

LARGE = "/openapi.json"
UNPACK = {
    "zstd": lambda packed: zstandard.ZstdDecompressor().decompressobj().decompress(packed),
    "br": brotli.decompress,
    "gzip": lambda packed: zlib.decompress(packed, wbits=31),
}


async def raw(client: httpx.AsyncClient, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    async with client.stream("GET", path, headers=headers) as answer:
        return answer, b"".join([part async for part in answer.aiter_raw()])


@pytest.mark.parametrize("coding", UNPACK)
async def test_a_large_answer_is_packed_as_the_reader_takes_it(client: httpx.AsyncClient, coding: str) -> None:
    plain, body = await raw(client, LARGE, **{"accept-encoding": "identity"})
    answer, packed = await raw(client, LARGE, **{"accept-encoding": coding})

    assert answer.headers["content-encoding"] == coding
    assert len(packed) < len(body) / 5
    assert UNPACK[coding](packed) == body
    assert "content-encoding" not in plain.headers
    assert "Accept-Encoding" in answer.headers["vary"]
    assert "Accept-Encoding" in plain.headers["vary"]


async def test_what_the_reader_refuses_is_not_sent(client: httpx.AsyncClient) -> None:
    answer, _ = await raw(client, LARGE, **{"accept-encoding": "zstd;q=0, br;q=0, gzip;q=0.5"})
    assert answer.headers["content-encoding"] == "gzip"


async def test_the_etag_of_a_packed_answer_is_weak_and_still_saves_the_second_one(client: httpx.AsyncClient) -> None:
    plain, _ = await raw(client, "/api/v1/places", **{"accept-encoding": "identity"})
    packed, _ = await raw(client, "/api/v1/places", **{"accept-encoding": "br"})
    again = await client.get("/api/v1/places", headers={"if-none-match": packed.headers["etag"]})

    assert packed.headers["content-encoding"] == "br"
    assert packed.headers["etag"] == f"W/{plain.headers['etag']}"
    assert (again.status_code, again.content) == (304, b"")


async def test_a_small_answer_and_what_editors_read_stay_plain(client: httpx.AsyncClient) -> None:
    for path in ("/health/live", "/api/v1/manage/documents"):
        answer, _ = await raw(client, path, **{"accept-encoding": "zstd, br, gzip"})
        assert "content-encoding" not in answer.headers


async def test_an_event_reaches_its_reader_before_the_next_one_exists(settings: Settings) -> None:
    app, second = create_app(settings), asyncio.Event()

    async def events() -> AsyncIterator[bytes]:
        yield b"data: first\n\n"
        await second.wait()
        yield b"data: second\n\n"

    @app.get("/events")
    async def stream() -> StreamingResponse:
        return StreamingResponse(events(), media_type="text/event-stream")

    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)
        if message.get("body"):
            second.set()

    async def receive() -> dict[str, object]:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/events",
        "raw_path": b"/events",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"accept-encoding", b"zstd, br, gzip")],
        "client": ("127.0.0.1", 50_000),
        "server": ("hub.test", 80),
        "state": {},
    }
    async with running(app):
        await asyncio.wait_for(app(scope, receive, send), 30)  # type: ignore[arg-type]

    assert not any(name == b"content-encoding" for name, _ in sent[0]["headers"])  # type: ignore[attr-defined]
    assert [m["body"] for m in sent[1:] if m["body"]] == [b"data: first\n\n", b"data: second\n\n"]
