"""An answer without compression is the one that the compressing middleware would give to a request that takes none."""

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, Router
from starlette.types import ASGIApp
from starlette_compress import CompressMiddleware

from hub.web.compression import MIN_COMPRESSED_BYTES, Compression

LONG, SHORT = b"v" * MIN_COMPRESSED_BYTES, b"v" * (MIN_COMPRESSED_BYTES - 1)
CASES = {
    "long text": lambda: Response(LONG, media_type="text/plain"),
    "short text": lambda: Response(SHORT, media_type="text/plain"),
    "text that varies already": lambda: Response(LONG, media_type="application/json", headers={"vary": "Accept"}),
    "text that varies by coding": lambda: Response(LONG, media_type="text/html", headers={"vary": "accept-encoding"}),
    "a picture": lambda: Response(LONG, media_type="image/png"),
    "an encoded answer": lambda: Response(LONG, media_type="text/css", headers={"content-encoding": "gzip-9"}),
    "a range": lambda: Response(LONG, 206, {"content-range": "bytes 0-499/900"}, "text/plain"),
    "nothing new": lambda: Response(b"", 304, {"etag": '"a1"'}),
    "an answer in parts": lambda: StreamingResponse((part for part in (b"v", b"w")), media_type="application/json"),
    "an error": lambda: Response(LONG, 404, media_type="application/problem+json"),
}


async def answer_of(app: ASGIApp, headers: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub.test") as client:
        client.headers.clear()
        return await client.get("/", headers=headers)


@pytest.mark.parametrize("case", CASES)
async def test_the_answer_without_accept_encoding_has_the_headers_of_the_library(case: str) -> None:
    async def endpoint(_: Request) -> Response:
        return CASES[case]()

    routes = Router([Route("/", endpoint)])
    expected = await answer_of(CompressMiddleware(routes), {"accept-encoding": "identity"})
    found = await answer_of(Compression(routes), {})

    assert found.headers.raw == expected.headers.raw
    assert (found.status_code, found.content) == (expected.status_code, expected.content)
