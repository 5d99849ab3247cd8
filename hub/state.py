"""What every request can reach: the parts that the composition root put together."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import HTTPConnection

from hub.changes.tail import LogTail
from hub.db import Database
from hub.files.store import Files
from hub.log.signing import HeadSigner
from hub.search.port import SearchIndex
from hub.settings import Settings
from hub.web.client_ip import ClientIpResolver

AlertReader = Callable[[AsyncConnection], Awaitable[dict[str, int]]]
"""Counts what somebody has to look at, by name, in one statement."""


@dataclass(frozen=True)
class AppState:
    """The web process's parts."""

    settings: Settings
    database: Database
    search: SearchIndex
    files: Files
    alert_readers: tuple[AlertReader, ...] = ()
    """What else somebody may have to look at; the composition root knows who can tell."""

    @cached_property
    def log_tail(self) -> LogTail:
        """What streams and waiters follow the log by."""
        return LogTail(
            self.database,
            max_streams=self.settings.max_streams,
            max_streams_per_address=self.settings.max_streams_per_address,
        )

    @cached_property
    def signer(self) -> HeadSigner:
        """Signs what the log says."""
        return HeadSigner(self.settings)

    @cached_property
    def export_lock(self) -> asyncio.Lock:
        """Held by the one request that makes the files of a dump."""
        return asyncio.Lock()

    @cached_property
    def client_ips(self) -> ClientIpResolver:
        """Who a request comes from."""
        return ClientIpResolver(self.settings)


def app_state(request: HTTPConnection) -> AppState:
    """The parts of the app that serves a request."""
    found: AppState = request.app.state.hub
    return found


Parts = Annotated[AppState, Depends(app_state)]
