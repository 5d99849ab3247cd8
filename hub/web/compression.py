"""Compression of answers by zstd, Brotli or gzip, as Accept-Encoding allows, with correct ETags and ranges."""

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type, remove_compress_type

UNCOMPRESSED_PATHS = re.compile(
    r"/files/.*|/api/v1/dumps/.+|/static/.*|/embed(\.js|/[^/]+\.js)|/api/v1/manage(/.*)?|/metrics"
    r"|/api/v1/consultations/[^/]+/comments/.+"
)
"""Never compressed here: ranges of files count uncompressed bytes, assets are compressed once and cached, and answers
to editors carry strong ETags that their `If-Match` must repeat (and compressing a secret together with input that
others chose would leak it: so it is with the codes of comments)."""
NEW_COMMENT_PATHS = re.compile("/api/v1/consultations/[^/]+/comments")
"""A POST there is answered with the code of a comment and its text."""

for _name in ("application/feed+json", "application/graphql-response+json", "application/problem+json"):
    add_compress_type(_name)
add_compress_type("application/x-ndjson")
# An event must not wait in the compressor for the next one.
remove_compress_type("text/event-stream")


class Compression:
    """ASGI middleware around `CompressMiddleware`: skips some paths, and makes ETags of compressed answers weak."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.compressor = CompressMiddleware(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_uncompressed(scope["method"], scope["path"]):
            await self.app(scope, receive, send)
            return

        async def send_weak_etag(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                etag = headers.get("etag", "")
                # A strong ETag promises equal bytes (RFC 9110 §8.8.1); these are other bytes with the same meaning.
                if etag.startswith('"') and "content-encoding" in headers:
                    headers["etag"] = f"W/{etag}"
            await send(message)

        await self.compressor(scope, receive, send_weak_etag)


def _is_uncompressed(method: str, path: str) -> bool:
    if UNCOMPRESSED_PATHS.fullmatch(path):
        return True
    return method != "GET" and NEW_COMMENT_PATHS.fullmatch(path) is not None
