"""Stand-ins of a drill: servers on loopback in this process, which record what they get and have faults on demand."""

import asyncio
import socket
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import uvicorn
from starlette.applications import Starlette

from hub.db import Database
from hub.embedded.net import LOOPBACK
from hub.settings import Settings


@dataclass
class StandInRequest:
    """A request as a stand-in got it."""

    at: float
    """Seconds since the epoch."""
    call: str
    payload: dict[str, Any]
    did: str
    """Effect at the stand-in, in its own words."""


@dataclass
class StandInRecord:
    """Requests that a stand-in got, and the faults that come next."""

    received: list[StandInRequest] = field(default_factory=list)
    faults: deque[str] = field(default_factory=deque)

    def next_fault(self) -> str:
        """Take the fault of this call; empty if there is none."""
        return self.faults.popleft() if self.faults else ""

    def add(self, call: str, payload: dict[str, Any], did: str) -> None:
        """Record a request."""
        self.received.append(StandInRequest(time.time(), call, payload, did))


class StandIn(Protocol):
    """A stand-in of a service that channels send to."""

    channels: tuple[str, ...]
    """Channels that send to it."""
    faults: tuple[str, ...]
    """Words of the faults that a scenario can name."""
    record: StandInRecord

    def app(self) -> Starlette:
        """Return the ASGI app."""
        ...

    def settings(self, address: str) -> dict[str, Any]:
        """Return the settings of a hub that takes it for the real service."""
        ...

    async def prepare(self, database: Database, settings: Settings) -> None:
        """Store what the channels need before they send, such as tokens."""
        ...


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the command."""
        yield


@asynccontextmanager
async def serve_stand_in(stand_in: StandIn) -> AsyncIterator[str]:
    """Serve a stand-in for the block; yields its address."""
    listener = socket.socket()
    listener.bind((LOOPBACK, 0))
    listener.listen()  # what connects before the server has started waits
    config = uvicorn.Config(stand_in.app(), log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()
