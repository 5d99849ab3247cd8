"""Attacks on the hub's doors, from addresses of their own: what they hold open is kept until they are closed."""

import asyncio
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.support.raw_client import RawAnswer, RawClient, request_head
from tests.support.served import Served

JSON = "content-type: application/json"
SMALL = 4_096
"""Receive buffer of a client that does not read."""
PER_ADDRESS = 400
"""Connections from one address of an attack that has many."""
OLD_LOCK_HOSTS = ("9c71a36.example.vn", "2ad415d7.example.vn", "440e532b.example.vn", "69894d3d.example.vn")
"""Host names whose `hashtext('hub:websub:' || host)` is that of `hub:search-reindex`, `hub:websub` (a follower's lock),
`hub:search-terms` and `hub:press-bursts`: the hub once took its locks by these numbers."""


@dataclass
class Attackers:
    """Strangers from many addresses of the loopback network."""

    hub: Served
    held: list[RawClient] = field(default_factory=list)
    addresses: int = 0

    async def connect(self, *, receive_buffer: int | None = None) -> RawClient:
        """A connection that stays open until `close`."""
        local = f"127.0.7.{self.addresses // PER_ADDRESS + 1}"
        self.addresses += 1
        made = await RawClient.connect(self.hub, receive_buffer=receive_buffer, local=local)
        self.held.append(made)
        return made

    def close(self) -> None:
        """End all connections."""
        for each in self.held:
            each.close()
        self.held.clear()

    async def stay_silent(self, count: int) -> None:
        """Connections that never ask."""
        await _all(self.connect() for _ in range(count))

    async def send_endless_heads(self, count: int, size: int = 30_000_000) -> list[RawAnswer | None]:
        """Heads of many megabytes."""
        head = b"GET / HTTP/1.1\r\nhost: hub\r\nx-never-ends: "
        return [await self._send(head + b"a" * size) for _ in range(count)]

    async def send_bodies_without_key(self, count: int, size: int = 20_000_000) -> list[RawAnswer | None]:
        """Bodies of millions of small objects for the ingest, without a key, at the same time."""
        body = b"[" + b"{}," * (size // 3) + b"{}]"
        head = request_head("/api/v1/ingest", JSON, f"content-length: {len(body)}", method="POST")
        return await asyncio.gather(*(self._send(head + body) for _ in range(count)))

    async def leave_bodies_unfinished(self, count: int) -> None:
        """Bodies of which nearly all was sent, and the rest never comes."""
        for path in ("/graphql", "/websub", "/api/v1/ingest"):
            head = request_head(path, JSON, "content-length: 65000", method="POST")
            await _all(self._begin(head + b"[" + b"{}," * 20_000) for _ in range(count))

    async def leave_unread(self, path: str, count: int) -> None:
        """Requests whose answers nobody reads."""
        await _all(self._begin(request_head(path), receive_buffer=SMALL) for _ in range(count))

    async def query_texts_many_times(self, count: int, aliases: int = 40) -> None:
        """Short GraphQL queries for the same whole texts under many names."""
        fields = " ".join(f"a{n}: bulletins(first: 50) {{ edges {{ node {{ id body }} }} }}" for n in range(aliases))
        body = b'{"query": "{ %s }"}' % fields.encode()
        head = request_head("/graphql", JSON, f"content-length: {len(body)}", method="POST")
        await _all(self._begin(head + body, receive_buffer=SMALL) for _ in range(count))

    async def subscribe_many_hosts(self, count: int, topic: str) -> list[RawAnswer | None]:
        """WebSub requests with host names that once took the hub's own locks, and with many others."""
        hosts = [*OLD_LOCK_HOSTS * 20, *(f"goi-lai-{n}.example.vn" for n in range(count))]
        return await asyncio.gather(*(self._subscribe(host, topic, n) for n, host in enumerate(hosts)))

    async def _subscribe(self, host: str, topic: str, n: int) -> RawAnswer | None:
        form = {"hub.mode": "subscribe", "hub.topic": topic, "hub.callback": f"https://{host}/{n}"}
        body = urlencode(form).encode()
        lines = ("content-type: application/x-www-form-urlencoded", f"content-length: {len(body)}")
        return await self._send(request_head("/websub", *lines, method="POST") + body)

    async def _begin(self, data: bytes, *, receive_buffer: int | None = None) -> None:
        client = await self.connect(receive_buffer=receive_buffer)
        # The hub may stop reading: an attacker does not wait for it.
        client.writer.write(data)

    async def _send(self, data: bytes) -> RawAnswer | None:
        """Send, and read the answer; None if the connection is ended without one."""
        client = await self.connect()
        sending = asyncio.create_task(client.send(data))
        try:
            return await client.answer(seconds=60)
        finally:
            sending.cancel()
            client.close()


async def _all(connections: Iterable[Awaitable[object]]) -> None:
    """Wait for all; a connection that the hub or the system refuses is no failure of the attack."""
    for each in connections:
        with suppress(OSError):
            await each
