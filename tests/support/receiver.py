"""A receiver of the tests' own: real HTTP on a port that it keeps, up or down, answering as a test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson


@dataclass(frozen=True)
class Got:
    """One request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}

    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass(frozen=True)
class Says:
    """What is answered; `hang` sends the head and never the body."""

    status: int = 204
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False


Behaviour = Callable[[Got], Says | Awaitable[Says]]


@dataclass
class Receiver:
    """What it got, in order, and how it behaves (`behave` may be changed at any time)."""

    port: int = 0
    behave: Behaviour = lambda _: Says()
    got: list[Got] = field(default_factory=list)
    accepted: int = 0
    """Connections so far."""
    most_open: int = 0
    """The most requests at a time whose senders still waited for an answer."""
    server: asyncio.Server | None = None
    busy: set[asyncio.Task[None]] = field(default_factory=set)
    connections: dict[asyncio.StreamReader, asyncio.StreamWriter] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def up(self) -> None:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Nobody listens any more, and what is open is cut."""
        assert self.server is not None
        self.server.close()
        for task in list(self.busy):
            task.cancel()
        await asyncio.gather(*self.busy, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.busy.add(task)
        self.accepted += 1
        self.connections[reader] = writer
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ")
            headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            # A sender that was killed has hung up: it waits no longer, although its request is still worked on here.
            waiting = [one for one, its in self.connections.items() if not (one.at_eof() or its.is_closing())]
            self.most_open = max(len(waiting), self.most_open)
            got = Got(method, target, headers, body)
            self.got.append(got)
            says = self.behave(got)
            if not isinstance(says, Says):
                says = await says
            more = {"content-length": str(len(says.body)), "connection": "close", **says.headers}
            lines = [f"HTTP/1.1 {says.status} X", *(f"{name}: {value}" for name, value in more.items()), "", ""]
            writer.write("\r\n".join(lines).encode() + (b"" if says.hang else says.body))
            await writer.drain()
            if says.hang:
                await asyncio.sleep(3_600)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            del self.connections[reader]
            self.busy.discard(task)
            writer.close()


@asynccontextmanager
async def receiver(behave: Behaviour = lambda _: Says()) -> AsyncIterator[Receiver]:
    """One that is up."""
    made = Receiver(behave=behave)
    await made.up()
    try:
        yield made
    finally:
        await made.down()
