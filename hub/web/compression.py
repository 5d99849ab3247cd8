"""Answers packed as zstd, Brotli or gzip, as the reader takes them, without breaking what ETags and ranges promise."""

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type, remove_compress_type

UNCOMPRESSED_PATHS = re.compile(
    r"/files/.*|/api/v1/dumps/.+|/static/.*|/embed(\.js|/[^/]+\.js)|/api/v1/manage(/.*)?|/metrics"
)
"""Left as they are: files have ranges counted in their own bytes, assets are packed once and kept, and what editors
read carries strong ETags that their `If-Match` must name (and secrets are not packed beside what others chose)."""

for _name in ("application/feed+json", "application/graphql-response+json", "application/problem+json"):
    add_compress_type(_name)
add_compress_type("application/x-ndjson")
# An event must not wait in a packer for the next one.
remove_compress_type("text/event-stream")


class Compression:
    """ASGI middleware around the well-kept one: some paths stay plain, and a packed answer's ETag becomes weak."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.compressor = CompressMiddleware(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or UNCOMPRESSED_PATHS.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return

        async def send_weak_etag(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                etag = headers.get("etag", "")
                # Strong means byte for byte (RFC 9110 §8.8.1), and these are other bytes of the same meaning.
                if etag.startswith('"') and "content-encoding" in headers:
                    headers["etag"] = f"W/{etag}"
            await send(message)

        await self.compressor(scope, receive, send_weak_etag)
