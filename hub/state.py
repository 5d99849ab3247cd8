"""What every request can reach: the parts that the composition root put together."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import HTTPConnection

from hub.changes.tail import Live
from hub.db import Database
from hub.files.store import Files
from hub.log.signing import Signer
from hub.search.port import SearchIndex
from hub.settings import Settings
from hub.web.client_ip import Addresses

AlarmReader = Callable[[AsyncConnection], Awaitable[dict[str, int]]]
"""Counts what somebody has to look at, by name, in one statement."""


@dataclass(frozen=True)
class State:
    """The web process's parts."""

    settings: Settings
    database: Database
    search: SearchIndex
    files: Files
    alarms: tuple[AlarmReader, ...] = ()
    """What else somebody may have to look at; the composition root knows who can tell."""

    @cached_property
    def live(self) -> Live:
        """What streams and waiters follow the log by."""
        return Live(
            self.database, most=self.settings.max_streams, most_of_address=self.settings.max_streams_per_address
        )

    @cached_property
    def signer(self) -> Signer:
        """Signs what the log says."""
        return Signer(self.settings)

    @cached_property
    def making(self) -> asyncio.Lock:
        """Held by the one request that makes the files of a dump."""
        return asyncio.Lock()

    @cached_property
    def addresses(self) -> Addresses:
        """Who a request comes from."""
        return Addresses(self.settings)


def state_of(request: HTTPConnection) -> State:
    """The parts of the app that serves a request."""
    found: State = request.app.state.hub
    return found


Parts = Annotated[State, Depends(state_of)]
