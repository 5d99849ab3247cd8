"""Limits of request bodies: who sends one is checked from the headers, before any of it is read.

The size is enforced while the body is read, its bytes are counted in a budget of the process, and JSON is validated
before a route sees it.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.database_errors import DATABASE_ERRORS
from hub.errors import BodyTooLarge, HubError, Unauthenticated
from hub.problem_texts.templates import fill
from hub.web.byte_budget import ByteBudget
from hub.web.client_ip import ClientIpResolver
from hub.web.json_body import parse_json
from hub.web.problems import database_error_response, problem_response

PARSED_BODY = "hub.parsed_body"
"""Member of the scope with the value of a large JSON body, which need not be parsed again."""
LARGE_JSON_BYTES = 200_000
"""JSON above this size is parsed in a thread, one body at a time, so that other requests go on."""

Identify = Callable[[HTTPConnection], Awaitable[str | None]]
"""Returns the id of the principal of a request's key or token; None without one. Raises a `HubError`."""


@dataclass(frozen=True)
class BodySizes:
    """Maximum sizes of bodies, in bytes."""

    anonymous: int
    """Without a key or token."""
    usual: int
    by_path: Mapping[str, int] = field(default_factory=dict)
    """Sizes of their own by path, with a key or token."""
    capped: tuple[tuple[re.Pattern[str], int], ...] = ()
    """Patterns of paths whose bodies are never larger, with or without a key."""

    def limit(self, path: str, *, anonymous: bool) -> int:
        """The limit of a request."""
        found = self.by_path.get(path.rstrip("/"), self.usual)
        found = min(found, self.anonymous) if anonymous else found
        return min([found, *(most for paths, most in self.capped if paths.fullmatch(path))])


class BodyLimit:
    """ASGI middleware: 401 for a body without the key that its path requires, 413 for one that is too large, 422 for
    JSON that `parse_json` refuses, 503 without room for it.

    Routes whose paths match `exempt_paths` do all of this themselves.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        sizes: BodySizes,
        budget: ByteBudget,
        client_ips: ClientIpResolver,
        identify: Identify,
        key_paths: str,
        exempt_paths: str = "(?!)",
    ):
        self.app = app
        self.sizes = sizes
        self.budget = budget
        self.client_ips = client_ips
        self.identify = identify
        self.key_paths = re.compile(key_paths)
        self.exempt_paths = re.compile(exempt_paths)
        self.parser = asyncio.Semaphore(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not has_body(scope) or self.exempt_paths.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        try:
            principal = await self.identify(HTTPConnection(scope))
            if principal is None and self.key_paths.fullmatch(scope["path"]):
                raise Unauthenticated(
                    "This address requires an API key.", field="Authorization", expected="Bearer hub_…"
                )
            most = self.sizes.limit(scope["path"], anonymous=principal is None)
            size = check_declared_size(scope, most)
            async with self.budget.hold(principal or self.client_ips.resolve(scope), size):
                await self._pass_on(scope, receive, send, most)
        except HubError as refused:
            await problem_response(refused)(scope, receive, send)
        except DATABASE_ERRORS as problem:
            await database_error_response(problem)(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        if is_json_media_type(dict(scope["headers"]).get(b"content-type", b"")):
            body = await read_body(receive, most)
            if body is not None:
                await self._check(scope, body)
                await self.app(scope, _replay(body, receive), send)
        else:
            await self._limit_stream(scope, receive, send, most)

    async def _check(self, scope: Scope, body: bytes) -> None:
        if len(body) > LARGE_JSON_BYTES:
            async with self.parser:
                scope[PARSED_BODY] = await asyncio.to_thread(parse_json, body)
        elif body:
            parse_json(body)

    async def _limit_stream(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        read, began, answered = 0, False, False

        async def receive_limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise too_large(most)
            return message

        async def send_unless_too_large(message: Message) -> None:
            # A parser of the body may turn the error into one about its syntax: the answer is still 413.
            nonlocal began, answered
            if began or read <= most:
                began = True
                await send(message)
            elif not answered:
                answered = True
                await problem_response(too_large(most))(scope, receive, send)

        await self.app(scope, receive_limited, send_unless_too_large)


def has_body(scope: Scope) -> bool:
    """True if a request announces a body."""
    for name, value in scope["headers"]:
        if name == b"transfer-encoding" or (name == b"content-length" and value.strip() != b"0"):
            return True
    return False


def check_declared_size(scope: Scope, most: int) -> int:
    """The size that a request declares for its body, or else the most it can have. Raises `BodyTooLarge`."""
    declared = dict(scope["headers"]).get(b"content-length", b"")
    if not declared.isdigit():
        return most
    if len(declared) > 18 or int(declared) > most:
        raise too_large(most)
    return int(declared)


async def read_body(receive: Receive, most: int) -> bytes | None:
    """Read a body; None if the client disconnects. Raises `BodyTooLarge`."""
    parts = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts += message.get("body", b"")
        more = message.get("more_body", False)
        if len(parts) > most:
            raise too_large(most)
    return bytes(parts)


def too_large(most: int) -> BodyTooLarge:
    """The error for a body of more than `most` bytes."""
    return BodyTooLarge(
        fill("The request is larger than {most} bytes.", most=most),
        field="body",
        expected=fill("a body of at most {most} bytes", most=most),
    )


def is_json_media_type(content_type: bytes) -> bool:
    """True for the media types of JSON: `application/json`, `application/merge-patch+json`."""
    media_type = content_type.partition(b";")[0].strip().lower()
    return media_type == b"application/json" or (
        media_type.startswith(b"application/") and media_type.endswith(b"+json")
    )


def _replay(body: bytes, receive: Receive) -> Receive:
    replayed = False

    async def replay_body() -> Message:
        nonlocal replayed
        if replayed:
            return await receive()
        replayed = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay_body
