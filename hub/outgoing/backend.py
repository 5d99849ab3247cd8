"""The network below httpx: a name is resolved, every address of it is judged, and exactly a judged one is connected to.

Judging the name before the request would not do: it may resolve to something else a moment later.
"""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import ip_address

import httpcore

from hub.outgoing.addresses import Address, is_public


class AddressRefused(Exception):
    """A host leads to an address that is not public."""


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects to public addresses, and to hosts that the settings name."""

    def __init__(self, private_hosts: frozenset[str]):
        self.private_hosts = private_hosts
        self.inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface's own
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address that answers. Raises `AddressRefused` when one of them is not public."""
        addresses = await self._resolve(host, port, timeout)
        if host.lower() not in self.private_hosts and not all(map(is_public, addresses)):
            raise AddressRefused(f"{host} resolves to an address that is not public.")
        failed: Exception = httpcore.ConnectError(f"{host} has no address.")
        for address in addresses:
            try:
                return await self.inner.connect_tcp(
                    str(address), port, timeout=timeout, local_address=local_address, socket_options=socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as problem:
                failed = problem
        raise failed

    async def _resolve(self, host: str, port: int, seconds: float | None) -> list[Address]:
        try:
            async with asyncio.timeout(seconds):
                found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except TimeoutError as problem:
            raise httpcore.ConnectTimeout(f"{host} could not be resolved in time.") from problem
        except (OSError, UnicodeError) as problem:
            raise httpcore.ConnectError(f"{host} could not be resolved: {problem}") from problem
        # A scoped address (fe80::1%eth0) keeps its zone, and is not public whatever the zone.
        return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface's own
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise AddressRefused("Unix sockets are not supported.")

    async def sleep(self, seconds: float) -> None:
        """Wait as the library asks."""
        await self.inner.sleep(seconds)
