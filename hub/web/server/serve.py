"""The server of `hub serve`: uvicorn's, with the hub's protocols, limits and shutdown."""

import asyncio
from socket import socket
from typing import Any, Protocol

import uvicorn
from starlette.datastructures import State
from starlette.types import Receive, Scope, Send

from hub.settings import Settings
from hub.web.byte_budget import ByteBudgets
from hub.web.client_ip import ClientIpResolver
from hub.web.graphql_refusals import graphql_paths
from hub.web.server.connections import ConnectionRegistry
from hub.web.server.http_protocol import HubHttpProtocol
from hub.web.server.limits import ServerLimits
from hub.web.server.websocket_protocol import HubWebSocketProtocol

MAX_WEBSOCKET_MESSAGE = 1_000_000
"""Bytes of the largest message that is read of a client; GraphQL refuses smaller ones in words."""
BACKLOG = 1_024
"""Connections that the system may hold before the process accepts them."""
TICKS_PER_SECOND = 10
"""Calls of `on_tick` in a second."""


class ServedApp(Protocol):
    """The hub's app, as the server uses it."""

    state: State
    budgets: ByteBudgets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class HubConfig(uvicorn.Config):
    """uvicorn's configuration, with the registry that all connections of the process share."""

    def __init__(self, app: ServedApp, settings: Settings, limits: ServerLimits | None = None, **options: Any):
        limits = limits or ServerLimits.from_settings(settings)
        self.graphql_paths = graphql_paths(settings)
        self.registry = ConnectionRegistry(
            limits,
            is_client=ClientIpResolver(settings).is_client,
            is_pressed=lambda: app.budgets.answers.has_waiters,
        )
        super().__init__(
            app,
            http=HubHttpProtocol,
            ws=HubWebSocketProtocol,
            ws_max_size=MAX_WEBSOCKET_MESSAGE,
            access_log=False,
            server_header=False,
            # Only HUB_TRUSTED_PROXIES decides whose X-Forwarded-For is trusted.
            proxy_headers=False,
            backlog=BACKLOG,
            timeout_keep_alive=limits.keep_alive_seconds,
            timeout_graceful_shutdown=10,
            **{"host": settings.host, "port": settings.port, "log_level": settings.log_level.lower(), **options},
        )


class HubServer(uvicorn.Server):
    """uvicorn's server. At shutdown it ends the event streams first, because it waits for open answers."""

    config: HubConfig

    def __init__(self, config: HubConfig, app: ServedApp):
        super().__init__(config)
        self.app = app

    async def on_tick(self, counter: int) -> bool:
        """End, once a second, the connections that have reached a limit of time."""
        if counter % TICKS_PER_SECOND == 0:
            self.config.registry.sweep(asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        self.app.state.hub.log_tail.end_streams()
        await super().shutdown(sockets)


def build_server(app: ServedApp, settings: Settings, limits: ServerLimits | None = None, **options: Any) -> HubServer:
    """Build the server of an app. `options` are uvicorn's."""
    return HubServer(HubConfig(app, settings, limits, **options), app)
