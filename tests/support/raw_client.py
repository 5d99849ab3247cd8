"""A client of bare sockets, which sends what no library would send."""

import asyncio
import socket
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.support.served import Served


@dataclass
class RawAnswer:
    """One answer as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes = b""

    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass
class RawClient:
    """One connection to a server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    sent: int = field(default=0)

    @classmethod
    async def connect(
        cls, served: Served, *, receive_buffer: int | None = None, local: str | None = None
    ) -> "RawClient":
        """Connect, from the address `local` if it is given.

        With `receive_buffer` the system takes only that many bytes that are not read.
        """
        made = socket.socket()
        if local is not None:
            made.bind((local, 0))
        if receive_buffer is not None:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        made.setblocking(False)
        await asyncio.get_running_loop().sock_connect(made, (served.host, served.port))
        return cls(*await asyncio.open_connection(sock=made, limit=receive_buffer or 65_536))

    async def send(self, data: bytes) -> None:
        """Send, and wait until the system has taken it. Ends early when the server hangs up."""
        try:
            self.writer.write(data)
            await self.writer.drain()
            self.sent += len(data)
        except ConnectionError:
            pass

    async def answer(self, *, seconds: float = 30) -> RawAnswer | None:
        """The next answer with its declared body; None if the connection ends without one."""
        try:
            async with asyncio.timeout(seconds):
                line = await self.reader.readline()
                if not line:
                    return None
                headers = {}
                while text := (await self.reader.readline()).strip():
                    name, _, value = text.decode("latin-1").partition(":")
                    headers[name.lower()] = value.strip()
                body = await self.reader.readexactly(int(headers.get("content-length", "0")))
                return RawAnswer(int(line.split()[1]), headers, body)
        except (ConnectionError, asyncio.IncompleteReadError):
            return None

    async def ended(self, *, seconds: float = 30) -> bool:
        """True once the server has closed the connection; what it still sends is read and dropped."""
        try:
            async with asyncio.timeout(seconds):
                while await self.reader.read(1 << 20):
                    pass
        except ConnectionError:
            pass
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        self.writer.close()


def request_head(path: str = "/health/live", *lines: str, method: str = "GET") -> bytes:
    """The head of a request."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "host: hub.test", *lines, "", ""]).encode("latin-1")
