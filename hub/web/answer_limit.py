"""Limit of the bytes of large answers that wait for their clients to read them."""

from asyncio import Transport
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.errors import Overload
from hub.web.byte_budget import ByteBudget
from hub.web.client_ip import ClientIpResolver
from hub.web.problems import problem_response

LARGE_BYTES = 65_536
"""Answers up to this size are not counted: the server keeps as much of every connection anyway."""


class OpenConnection(Protocol):
    """The server's connection of a request, `scope["hub.connection"]`."""

    transport: Transport

    async def wait_until_sent(self) -> None:
        """Wait until what was sent has left the process, or the connection is closed."""


class AnswerLimit:
    """ASGI middleware: large chunks of answers and WebSocket messages take room in a budget until they are sent.

    Without room an answer waits before its first byte, and becomes 503 after a while.
    """

    def __init__(self, app: ASGIApp, budget: ByteBudget, client_ips: ClientIpResolver):
        self.app = app
        self.budget = budget
        self.client_ips = client_ips

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        answer = _LimitedAnswer(self.budget, self.client_ips, scope, receive, send)
        try:
            await self.app(scope, receive, answer.send)
            if answer.held:
                await answer.settle()
        finally:
            answer.release()


class _LimitedAnswer:
    """The answer to one request, or the messages of one WebSocket."""

    __slots__ = (
        "budget",
        "client_ips",
        "connection",
        "held",
        "is_refused",
        "pass_on",
        "receive",
        "scope",
        "start",
        "who",
    )

    def __init__(self, budget: ByteBudget, client_ips: ClientIpResolver, scope: Scope, receive: Receive, send: Send):
        self.budget = budget
        self.client_ips = client_ips
        self.who = ""
        self.scope = scope
        self.receive = receive
        self.pass_on = send
        self.connection: OpenConnection | None = scope.get("hub.connection")
        self.held = 0
        self.start: Message | None = None
        self.is_refused = False

    async def send(self, message: Message) -> None:
        """Pass on a message. The start of an answer waits for its first bytes, except that of an event stream."""
        if self.is_refused:
            return
        if message["type"] == "http.response.start" and not _is_event_stream(message):
            self.start = message
            return
        size = len(message.get("body") or message.get("text") or message.get("bytes") or b"")
        if size > LARGE_BYTES:
            await self.settle()
            self.who = self.who or self.client_ips.resolve(self.scope)
            try:
                self.held = await self.budget.take(self.who, size, holding=size)
            except Overload as full:
                await self._refuse(full)
                return
        start, self.start = self.start, None
        if start is not None:
            await self.pass_on(start)
        await self.pass_on(message)

    async def settle(self) -> None:
        """Give back the room of what was sent, once the client has read it."""
        if self.held:
            if self.connection is not None:
                await self.connection.wait_until_sent()
            self.release()

    def release(self) -> None:
        held, self.held = self.held, 0
        if held:
            self.budget.give(self.who, held)

    async def _refuse(self, full: Overload) -> None:
        """Answer 503, or cut off what has begun: a stream resumes where it was."""
        self.is_refused = True
        if self.start is None:
            if self.connection is not None:
                self.connection.transport.abort()
            return
        await problem_response(full)(self.scope, self.receive, self.pass_on)


def _is_event_stream(start: Message) -> bool:
    for name, value in start.get("headers", ()):
        if value.startswith(b"text/event-stream") and name.lower() == b"content-type":
            return True
    return False
