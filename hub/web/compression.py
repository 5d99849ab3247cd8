"""Compression of answers by zstd, Brotli or gzip, as Accept-Encoding allows, with correct ETags and ranges."""

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type, remove_compress_type

from hub.web.private_requests import is_private

UNCOMPRESSED_PATHS = re.compile(
    r"/files/.*|/api/v1/dumps/.+|/static/.*|/embed(\.js|/[^/]+\.js)|/api/v1/manage(/.*)?|/metrics"
)
"""Never compressed here: ranges of files count uncompressed bytes, assets are compressed once and cached, and answers
to editors carry strong ETags that their `If-Match` must repeat (and compressing a secret together with input that
others chose would leak it)."""

_UNCHANGED = "x-unchanged"
"""Coding that the compressor takes for one of the answer's own; it is removed before the answer is sent."""

for _name in ("application/feed+json", "application/graphql-response+json", "application/problem+json"):
    add_compress_type(_name)
add_compress_type("application/x-ndjson")
# An event must not wait in the compressor for the next one.
remove_compress_type("text/event-stream")


class Compression:
    """ASGI middleware around `CompressMiddleware`: skips some paths and private requests, and makes ETags of compressed
    answers weak."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.compressor = CompressMiddleware(self._answer)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app, and mark the answer to a private request as encoded, so that it passes unchanged.

        Whether it is private is known when the answer begins: GraphQL reads its query before.
        """

        async def send_private_unchanged(message: Message) -> None:
            if message["type"] == "http.response.start" and is_private():
                MutableHeaders(scope=message)["content-encoding"] = _UNCHANGED
            await send(message)

        await self.app(scope, receive, send_private_unchanged)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or UNCOMPRESSED_PATHS.fullmatch(scope["path"]) or is_private():
            await self.app(scope, receive, send)
            return

        async def send_weak_etag(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-encoding") == _UNCHANGED:
                    del headers["content-encoding"]
                etag = headers.get("etag", "")
                # A strong ETag promises equal bytes (RFC 9110 §8.8.1); these are other bytes with the same meaning.
                if etag.startswith('"') and "content-encoding" in headers:
                    headers["etag"] = f"W/{etag}"
            await send(message)

        await self.compressor(scope, receive, send_weak_etag)
