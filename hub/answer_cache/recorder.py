"""Recording of an answer while it is sent: its headers and its bytes, as far as they may be kept."""

from collections.abc import Awaitable, Callable

from starlette.types import Message, Send

from hub.answer_cache.entries import Headers

PER_CLIENT = frozenset({b"ratelimit", b"ratelimit-policy", b"retry-after", b"date", b"server", b"connection"})
"""Headers of one answer to one client; they are never kept."""
NOT_IN_304 = frozenset({b"content-type", b"content-length", b"content-encoding"})


Keep = Callable[["Recorder"], Awaitable[None]]


def is_unchanged(etag: bytes | None, tags: bytes) -> bool:
    """Return True if a client that names these tags has the answer (weak comparison, RFC 9110 §8.8.3.2)."""
    if tags.strip() == b"*":
        return True
    return etag is not None and etag in (tag.strip().removeprefix(b"W/") for tag in tags.split(b","))


def unchanged_headers(headers: Headers) -> Headers:
    """List the headers of 304 in place of an answer with these headers."""
    return [
        (name, value.removeprefix(b"W/") if name == b"etag" else value)
        for name, value in headers
        if name not in NOT_IN_304
    ]


class Recorder:
    """Passes an answer on, and remembers it if it may be kept.

    `if_none_match` was taken from the request, so that the answer comes in full; it is compared here. `keep` gets what
    is complete before the last of it is sent, which may take as long as the client likes.
    """

    __slots__ = (
        "_chunks",
        "_keep",
        "_send",
        "_size",
        "headers",
        "if_none_match",
        "is_complete",
        "is_kept",
        "is_swallowed",
        "most",
    )

    def __init__(self, send: Send, most: int, if_none_match: bytes | None, keep: Keep):
        self._send = send
        self._keep = keep
        self._chunks: list[bytes] = []
        self._size = 0
        self.most = most
        self.if_none_match = if_none_match
        self.headers: Headers = []
        self.is_kept = self.is_complete = self.is_swallowed = False

    @property
    def body(self) -> bytes:
        """The whole body, once the answer is complete."""
        return b"".join(self._chunks)

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.start":
            await self._begin(message)
            return
        if message["type"] == "http.response.body":
            self._add(message)
            if self.is_complete and self.is_kept:
                await self._keep(self)
        if not self.is_swallowed:
            await self._send(message)

    async def _begin(self, message: Message) -> None:
        headers: Headers = list(message.get("headers", ()))
        found = dict(headers)
        if message["status"] == 200:
            self.headers = [pair for pair in headers if pair[0] not in PER_CLIENT]
            self.is_kept = b"no-store" not in found.get(b"cache-control", b"") and b"set-cookie" not in found
            etag = found.get(b"etag")
            tags = self.if_none_match
            if tags is not None and etag is not None and is_unchanged(etag.removeprefix(b"W/"), tags):
                self.is_swallowed = True
                await self._send({**message, "status": 304, "headers": unchanged_headers(headers)})
                await self._send({"type": "http.response.body", "body": b"", "more_body": False})
                return
        await self._send(message)

    def _add(self, message: Message) -> None:
        body = message.get("body", b"")
        self._size += len(body)
        if self._size > self.most:
            self.is_kept = False
        if self.is_kept:
            self._chunks.append(body)
            self.is_complete = not message.get("more_body", False)
        else:
            self._chunks.clear()
