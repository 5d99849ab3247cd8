"""One WebSocket connection: uvicorn's protocol, ended when its client does not read."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from asyncio.transports import BaseTransport
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from hub.web.client_ip import client_bucket
from hub.web.server.unread import UnreadWatch

if TYPE_CHECKING:
    from hub.web.server.serve import HubConfig

HANDSHAKE_SECONDS = 15.0


class HubWebSocketProtocol(WebSocketsSansIOProtocol):
    """WebSocket connection, which takes over the place of the HTTP connection that it began as."""

    def __init__(
        self,
        config: HubConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
    ):
        super().__init__(config, server_state, app_state, _loop)
        self.registry = config.registry
        self.peer, self.is_client = "", True
        self.unread: UnreadWatch
        self.began = self.loop.time()

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        address = (self.client or ("",))[0]
        self.peer, self.is_client = client_bucket(address), self.registry.is_client(address)
        self.unread = UnreadWatch(self.transport)
        self.registry.replace(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.registry.forget(self)
        super().connection_lost(exc)

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            self.scope["hub.connection"] = self  # type: ignore[typeddict-unknown-key]

    async def send(self, message: Any) -> None:
        """Send a message. uvicorn takes a complete refusal of the handshake for an error of the app, and logs it."""
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            self.handshake_complete = True

    def expire(self, now: float) -> None:
        """End the connection if its client does not read, or if its handshake does not end."""
        limits = self.registry.limits
        grace = limits.pressed_write_seconds if self.registry.is_pressed() else limits.write_seconds
        if self.unread.is_late(now, grace, limits.least_rate) or (
            not self.handshake_initiated and now > self.began + HANDSHAKE_SECONDS
        ):
            self.transport.abort()

    async def wait_until_sent(self) -> None:
        """Wait until (almost) everything is sent, or the connection is closed."""
        await self.writable.wait()
