"""The API in a process of its own, and streams over real sockets."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
import psutil

from hub.app import HubApp, create_app
from hub.embedded.net import choose_port
from hub.settings import Settings
from hub.web.server.limits import ServerLimits
from hub.web.server.serve import HubServer, build_server
from tests.support.process_pool import Forks

UNLIMITED = {"rate_anonymous": "off", "rate_key": "off", "rate_failures": "off"}


@dataclass
class Served:
    """A running server, in a process of its own or in this one."""

    port: int
    process: psutil.Process | None = None
    host: str = "127.0.0.1"
    server: HubServer | None = None
    """The server, if it runs in this process."""
    app: HubApp | None = None
    """The app, if it runs in this process."""

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


@contextmanager
def serving(settings: Settings, folder: Path, **changes: Any) -> Iterator[Served]:
    """The API with these settings on a free port, in a process of its own that began as a fork."""
    port = choose_port(folder / "port")
    given = {"database_url": settings.require_database_url(), **UNLIMITED, "data": folder, "port": port, **changes}
    forks, log = Forks(given), folder / "serve.log"
    served = Served(port, forks.start("api", log))
    try:
        deadline = time.monotonic() + 90
        while not _answers(served):
            assert served.process is not None
            assert served.process.is_running(), log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield served
    finally:
        forks.close()


@asynccontextmanager
async def serving_here(
    settings: Settings, limits: ServerLimits | None = None, send_buffer: int | None = None, **changes: Any
) -> AsyncIterator[Served]:
    """The same app behind a real uvicorn and a real socket, without the start of a process."""
    app = create_app(Settings(**{**settings.model_dump(exclude_unset=True), **UNLIMITED, **changes}))
    async with app.router.lifespan_context(app), serving_app(app, limits, send_buffer) as served:
        yield served


@asynccontextmanager
async def serving_app(
    app: HubApp, limits: ServerLimits | None = None, send_buffer: int | None = None
) -> AsyncIterator[Served]:
    """An app that was started already, behind a real uvicorn and a real socket.

    With `send_buffer` the system takes only that many bytes from the server that a client has not read.
    """
    listening = socket.create_server(("127.0.0.1", 0), backlog=2_000)
    if send_buffer is not None:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    server = build_server(app, app.settings, limits, lifespan="off", log_level="warning")
    running = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield Served(listening.getsockname()[1], server=server, app=app)
    finally:
        app.state.hub.log_tail.end_streams()
        server.should_exit = True
        await running


def _answers(served: Served) -> bool:
    try:
        return httpx.get(f"{served.url}/health/live", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


@dataclass
class Event:
    """One server-sent event."""

    id: str | None = None
    name: str = "message"
    data: bytes = b""

    def json(self) -> Any:
        return orjson.loads(self.data)


@dataclass
class EventSource:
    """A client written from the specification of server-sent events; a bare socket, so that a thousand are cheap."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    status: int
    headers: dict[str, str]
    last_event_id: str | None = None
    comments: int = 0
    _lines: bytearray = field(default_factory=bytearray)

    async def events(self) -> AsyncIterator[Event]:
        """Events until the server ends the stream."""
        found = Event()
        seen = False
        async for line in self._text():
            if not line:
                self.last_event_id = found.id or self.last_event_id
                if seen:
                    yield found
                found, seen = Event(id=found.id), False
            elif line.startswith(b":"):
                self.comments += 1
            else:
                name, _, value = line.partition(b":")
                value = value.removeprefix(b" ")
                if name == b"data":
                    found.data = found.data + b"\n" + value if seen else value
                    seen = True
                elif name == b"id":
                    found.id = value.decode()
                elif name == b"event":
                    found.name = value.decode()

    async def take(self, count: int, *, seconds: float = 60) -> list[Event]:
        """The next events."""
        found: list[Event] = []
        if count:
            async with asyncio.timeout(seconds):
                async for event in self.events():
                    found.append(event)
                    if len(found) == count:
                        break
        return found

    async def _text(self) -> AsyncIterator[bytes]:
        """Lines of a body in chunks."""
        while True:
            while (end := self._lines.find(b"\n")) >= 0:
                line = bytes(self._lines[:end]).rstrip(b"\r")
                del self._lines[: end + 1]
                yield line
            try:
                size = int(await self.reader.readline() or b"0", 16)
                if size == 0:
                    return
                self._lines += await self.reader.readexactly(size)
                await self.reader.readexactly(2)
            except (asyncio.IncompleteReadError, ConnectionError, ValueError):
                return

    async def close(self) -> None:
        self.writer.close()


async def opened(served: Served, path: str, **headers: str) -> EventSource:
    """A stream, with its answer's head read."""
    reader, writer = await asyncio.open_connection(served.host, served.port)
    lines = [f"GET {path} HTTP/1.1", f"Host: {served.host}:{served.port}", "Accept: text/event-stream"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    status = int((await reader.readline()).split()[1])
    found = {}
    while line := (await reader.readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        found[name.lower()] = value.strip()
    return EventSource(reader, writer, status, found)


@asynccontextmanager
async def stream(served: Served, path: str, **headers: str) -> AsyncIterator[EventSource]:
    """A stream that is closed at the end."""
    source = await opened(served, path, **headers)
    try:
        yield source
    finally:
        await source.close()
