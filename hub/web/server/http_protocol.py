"""One HTTP connection: uvicorn's protocol with limits of its head, of slow bodies and of unread answers."""

from __future__ import annotations

import socket
from asyncio import AbstractEventLoop, Transport
from typing import TYPE_CHECKING, Any, cast

from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from hub.errors import (
    AddressTooLong,
    HeadTooLarge,
    HubError,
    MalformedRequest,
    RequestTimeout,
    TooManyConnections,
)
from hub.problem_texts.templates import fill
from hub.web.arrival import mark_arrival
from hub.web.client_ip import client_bucket
from hub.web.graphql_refusals import refusal_response
from hub.web.problems import problem_language, problem_response
from hub.web.security_headers import default_headers
from hub.web.server.held_head import HeldHead
from hub.web.server.unread import UnreadWatch

if TYPE_CHECKING:
    from hub.web.server.serve import HubConfig

FRAMING_BYTES = 65_536
"""Bytes of chunk sizes and trailers that a body may have, besides eight times its own length (tiny chunks)."""


class HubHttpProtocol(HttpToolsProtocol):
    """HTTP/1.1 connection. Every refusal before the app is a problem (GraphQL's own at `/graphql`), and ends it."""

    def __init__(
        self,
        config: HubConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
    ):
        super().__init__(config, server_state, app_state, _loop)
        self.registry = config.registry
        self.graphql_paths = config.graphql_paths
        self.limits = config.registry.limits
        self.url, self.headers = b"", []
        self.peer, self.is_client = "", True
        self.unread: UnreadWatch
        self.held: HeldHead
        """Way to the connection of the request at work."""
        self.refusal: HubError | None = None
        self.lingering_since: float | None = None
        self.in_head = True
        self.head_since: float | None = None
        """Since when the client owes the rest of a head."""
        self.head_parsed = self.head_raw = 0
        self.began_in_this_chunk = False
        self.body_since: float | None = None
        """Since when the client owes the rest of a body."""
        self.body_read = self.body_raw = 0
        self.answered_since: float | None = None
        """Since when the request is answered although its body is still coming, to be dropped."""
        self.swept_at = 0.0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        _send_without_delay(transport)
        address = (self.client or ("",))[0]
        self.peer, self.is_client = client_bucket(address), self.registry.is_client(address)
        self.unread = UnreadWatch(transport)
        self.head_since = self.swept_at = self.loop.time()
        if not self.registry.admit(self):
            self.refuse(TooManyConnections("No more connections are open to this address at the moment."))

    def connection_lost(self, exc: Exception | None) -> None:
        self.registry.forget(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.lingering_since is not None or self.parser is None:
            return
        if self.head_since is None and self.body_since is None and self._is_at_rest():
            self.head_since = self.loop.time()
        self.began_in_this_chunk = False
        self.body_raw += len(data)
        super().data_received(data)
        if self.lingering_since is not None:
            return
        if self.in_head:
            self.head_raw += 0 if self.began_in_this_chunk else len(data)
            if self.head_raw > self.limits.head_bytes:
                self.refuse(self._head_too_large())
        elif self.body_since is not None and self.body_raw > FRAMING_BYTES + 8 * self.body_read + len(data):
            self.refuse(MalformedRequest("The body consists of little but its framing.", field="body"))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["hub.connection"] = self  # type: ignore[typeddict-unknown-key]
        self.in_head = self.began_in_this_chunk = True
        self.head_parsed = self.head_raw = 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > self.limits.address_bytes:
            most = self.limits.address_bytes
            self.refusal = AddressTooLong(
                fill("The address has more than {most} bytes.", most=most),
                expected=fill("at most {most} bytes", most=most),
            )
            raise self.refusal

    def on_header(self, name: bytes, value: bytes) -> None:
        self.head_parsed += len(name) + len(value) + 4
        if self.head_parsed > self.limits.head_bytes:
            self.refusal = self._head_too_large()
            raise self.refusal
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self.in_head, self.head_since = False, None
        mark_arrival(self.scope)  # type: ignore[arg-type]
        self.body_read = self.body_raw = 0
        self.body_since = self.swept_at = self.loop.time()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self.body_read += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self.body_since = self.answered_since = None
        super().on_message_complete()
        if self.cycle is not None and self.cycle.response_complete:
            self.registry.mark_idle(self)

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self.registry.mark_busy(self)
        cycle.transport = self.held = HeldHead(cycle, self.transport)
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        self.held.flush()
        if self.body_since is not None:
            self.answered_since = self.loop.time()
        elif not self.transport.is_closing():
            self.registry.mark_idle(self)
            if self.in_head and self.head_raw + self.head_parsed:
                self.head_since = self.loop.time()
        super().on_response_complete()

    def handle_websocket_upgrade(self) -> None:
        self.registry.mark_busy(self)
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Called by uvicorn for what its parser refuses: a violation of the syntax, or an exception from above."""
        self.refuse(self.refusal or MalformedRequest())

    def expire(self, now: float) -> None:
        """End the connection if a limit of time is reached. Called about once a second."""
        since_last, self.swept_at = now - self.swept_at, now
        limits = self.limits
        grace = limits.pressed_write_seconds if self.registry.is_pressed() else limits.write_seconds
        if self.unread.is_late(now, grace, limits.least_rate):
            self.transport.abort()
        elif self.lingering_since is not None:
            if now > self.lingering_since + limits.linger_seconds:
                self.transport.abort()
        elif self.head_since is not None:
            if now > self.head_since + limits.head_seconds:
                self.refuse(
                    RequestTimeout(
                        fill(
                            "The request's head took longer than {head_seconds:g} seconds.",
                            head_seconds=limits.head_seconds,
                        )
                    )
                )
        elif self.answered_since is not None:
            if now > self.answered_since + limits.linger_seconds:
                self.transport.abort()
        elif self.body_since is not None:
            if self.flow.read_paused:  # the hub itself does not read
                self.body_since += since_last
            elif now > self.body_since + limits.body_seconds + self.body_read / limits.least_rate:
                self.refuse(RequestTimeout("The request's body arrived too slowly.", field="body"))

    async def wait_until_sent(self) -> None:
        """Wait until (almost) everything is sent, or the connection is closed."""
        if self.flow.write_paused:
            await self.flow.drain()

    def refuse(self, error: HubError) -> None:
        """Answer with a problem unless an answer has begun, and read no more.

        The connection is closed a moment later: an end with unread bytes would destroy the answer on its way.
        """
        if self.lingering_since is not None or self.transport.is_closing():
            return
        self.lingering_since = self.loop.time()
        self._unset_keepalive_if_required()
        has_begun = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        for waiting, _ in self.pipeline:
            waiting.disconnected = True
        self.pipeline.clear()
        if has_begun or self.unread_response():
            self.transport.abort()
            return
        self.transport.write(self._problem_bytes(error))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()

    def unread_response(self) -> bool:
        """True if an answer is complete but its request is not: a problem now would belong to no request."""
        return self.cycle is not None and self.cycle.response_complete and self.body_since is not None

    def _is_at_rest(self) -> bool:
        return self.cycle is None or bool(self.cycle.response_complete)

    def _head_too_large(self) -> HeadTooLarge:
        most = self.limits.head_bytes
        return HeadTooLarge(
            fill("The request's head has more than {most} bytes.", most=most),
            expected=fill("at most {most} bytes", most=most),
        )

    def _refusal_response(self, error: HubError) -> Response:
        """Build the response of a refusal, as far as the address of the request is known."""
        path = self.url.partition(b"?")[0].decode("latin-1")
        lang = problem_language(self._find_header(b"accept-language"))
        if path not in self.graphql_paths:
            return problem_response(error, lang)
        return refusal_response(error, self._find_header(b"accept"), lang)

    def _find_header(self, wanted: bytes) -> str | None:
        """Return a header of the request, as far as its head has been read."""
        return next((value.decode("latin-1") for name, value in self.headers if name == wanted), None)

    def _problem_bytes(self, error: HubError) -> bytes:
        answer = self._refusal_response(error)
        headers = [
            *self.server_state.default_headers,
            *default_headers(),
            *answer.raw_headers,
            (b"connection", b"close"),
        ]
        head = b"".join(b"%b: %b\r\n" % pair for pair in headers)
        return STATUS_LINE[error.status] + head + b"\r\n" + cast(bytes, answer.body)


def _send_without_delay(transport: Transport) -> None:
    """Send the body of an answer at once, not only after the client has confirmed its head (40 ms).

    uvloop does this for every connection, asyncio only if the listening socket was made with the protocol TCP.
    """
    accepted = transport.get_extra_info("socket")
    if accepted is not None and accepted.family in (socket.AF_INET, socket.AF_INET6):
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
