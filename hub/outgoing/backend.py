"""Network backend of httpx: resolves a name, checks all its addresses, and connects to one that was checked.

Checking the name before the request would not suffice: it may resolve to another address a moment later.
"""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import ip_address

import httpcore

from hub.outgoing.addresses import Address, is_public


class AddressRefused(Exception):
    """The host resolves to an address that is not public."""


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Backend that connects only to public addresses, and to hosts exempted by the settings."""

    def __init__(self, private_hosts: frozenset[str]):
        self.private_hosts = private_hosts
        self.inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of httpcore
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that accepts. Raises `AddressRefused` if any address is not public."""
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
        # A scoped address (fe80::1%eth0) keeps its zone, and is not public in any zone.
        return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of httpcore
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse the connection: Unix sockets are never public."""
        raise AddressRefused("Unix sockets are not supported.")

    async def sleep(self, seconds: float) -> None:
        """Sleep, for retries inside httpcore."""
        await self.inner.sleep(seconds)
