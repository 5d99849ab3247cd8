"""Compression of answers by zstd, Brotli or gzip, as Accept-Encoding allows, with correct ETags and ranges."""

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type, remove_compress_type
from starlette_compress._utils import classify_start_message, mutable_response_headers

from hub.web.private_requests import is_private
from hub.web.raw_headers import find_header

UNCOMPRESSED_PATHS = re.compile(
    r"/files/.*|/api/v1/dumps/.+|/static/.*|/embed(\.js|/[^/]+\.js)|/api/v1/manage(/.*)?|/metrics"
)
"""Never compressed here: ranges of files count uncompressed bytes, assets are compressed once and cached, and answers
to editors carry strong ETags that their `If-Match` must repeat (and compressing a secret together with input that
others chose would leak it)."""

_UNCOMPRESSED_BEGINNINGS = ("/files/", "/api/v1/dumps/", "/static/", "/embed", "/api/v1/manage", "/metrics")
MIN_COMPRESSED_BYTES = 500
"""Complete answers below this size are not compressed."""
_UNCHANGED = "x-unchanged"
"""Coding that the compressor takes for one of the answer's own; it is removed before the answer is sent."""

# Not problems: layers around this one turn them into pages, and into errors of GraphQL.
for _name in ("application/feed+json", "application/graphql-response+json", "application/x-ndjson"):
    add_compress_type(_name)
# An event must not wait in the compressor for the next one.
remove_compress_type("text/event-stream")


class Compression:
    """ASGI middleware around `CompressMiddleware`: skips some paths and private requests, and makes ETags of compressed
    answers weak.

    A request without `Accept-Encoding` does not enter the compressor: its answer only says that it varies.
    """

    def __init__(self, app: ASGIApp):
        self.app = app
        self.compressor = CompressMiddleware(self._answer, minimum_size=MIN_COMPRESSED_BYTES)

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
        if scope["type"] != "http" or is_uncompressed(scope["path"]) or is_private():
            await self.app(scope, receive, send)
        elif find_header(scope, b"accept-encoding") is not None:
            await self.compressor(scope, receive, _send_weak_etag(send))
        else:
            await self.app(scope, receive, PlainAnswer(send).send)


class PlainAnswer:
    """An answer that stays as it is. It says that it varies by coding if it were compressed for others."""

    __slots__ = ("pass_on", "start")

    def __init__(self, send: Send):
        self.pass_on = send
        self.start: Message | None = None

    async def send(self, message: Message) -> None:
        """Pass on a message. The start waits for the first bytes: short answers are never compressed."""
        start = self.start
        if start is None:
            if message["type"] == "http.response.start" and not is_private():
                _weaken_etag(message)
                if not _is_sent_at_once(message):
                    self.start = message
                    return
            await self.pass_on(message)
            return
        self.start = None
        if _may_be_compressed(message) and classify_start_message(start) != "skip":
            mutable_response_headers(start).add_vary_header("Accept-Encoding")
        await self.pass_on(start)
        await self.pass_on(message)


def _send_weak_etag(send: Send) -> Send:
    async def send_weak_etag(message: Message) -> None:
        if message["type"] == "http.response.start":
            _weaken_etag(message)
        await send(message)

    return send_weak_etag


def _weaken_etag(start: Message) -> None:
    """Make the ETag of an encoded answer weak, and remove the mark of an answer that passed unchanged."""
    if all(name != b"content-encoding" for name, _ in start["headers"]):
        return
    headers = MutableHeaders(scope=start)
    if headers.get("content-encoding") == _UNCHANGED:
        del headers["content-encoding"]
    etag = headers.get("etag", "")
    # A strong ETag promises equal bytes (RFC 9110 §8.8.1); these are other bytes with the same meaning.
    if etag.startswith('"') and "content-encoding" in headers:
        headers["etag"] = f"W/{etag}"


def _is_sent_at_once(start: Message) -> bool:
    """True for event streams, whose reader has to learn that it is connected before the first event."""
    return any(value.startswith(b"text/event-stream") for _, value in start["headers"])


def _may_be_compressed(first: Message) -> bool:
    """True if an answer with these first bytes is long enough, or goes on."""
    if first["type"] != "http.response.body":
        return False
    return first.get("more_body", False) or len(first.get("body", b"")) >= MIN_COMPRESSED_BYTES


def is_uncompressed(path: str) -> bool:
    """True for paths whose answers are never compressed here."""
    return path.startswith(_UNCOMPRESSED_BEGINNINGS) and UNCOMPRESSED_PATHS.fullmatch(path) is not None
