"""The client's IP address: the peer's, or the one in `X-Forwarded-For` when the peer is a trusted proxy."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from starlette.types import Scope

from hub.settings import Settings

MAX_HOPS = 32
"""Maximum number of entries of `X-Forwarded-For` that are read, from the right."""


class ClientIpResolver:
    """Finds the address to which the rate limit of a request is charged."""

    def __init__(self, settings: Settings):
        self.trusted_proxies = settings.trusted_proxies

    def resolve(self, scope: Scope) -> str:
        """The client's address, for IPv6 its /64: the block of one subscriber. A peer on a Unix socket has none."""
        if not self.trusted_proxies:
            return client_bucket((scope.get("client") or ("",))[0])
        return client_bucket(str(self.find_address(scope) or ""))

    def find_address(self, scope: Scope) -> IPv4Address | IPv6Address | None:
        """The client's address; None for a peer on a Unix socket that names no client."""
        found = _parse_address((scope.get("client") or ("",))[0])
        # A peer without an address is on a Unix socket, so it is a proxy on this machine.
        if not self.trusted_proxies or (found is not None and not self._is_trusted(found)):
            return found
        for hop in _forwarded_hops(scope["headers"]):
            next_hop = _parse_address(hop)
            if next_hop is None:
                break  # entries left of an invalid one cannot be trusted
            found = next_hop
            if not self._is_trusted(found):
                break
        return found

    def is_client(self, peer: str) -> bool:
        """False for the address of a trusted proxy, whose connections carry the requests of many clients."""
        if not self.trusted_proxies:
            return True
        found = _parse_address(peer)
        return found is not None and not self._is_trusted(found)

    def _is_trusted(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in proxy for proxy in self.trusted_proxies)


@lru_cache(maxsize=8_192)
def client_bucket(peer: str) -> str:
    """The name of the rate-limit bucket of an address."""
    address = _parse_address(peer)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, 64), strict=False))
    return str(address or "unknown")


@lru_cache(maxsize=8_192)
def _parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Parse an address as proxies write it: with or without a port, IPv6 in brackets, IPv4-mapped IPv6."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _forwarded_hops(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    """The entries of `X-Forwarded-For`, the nearest hop first."""
    lines = [value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for"]
    return [hop for line in reversed(lines) for hop in reversed(line.rsplit(",", MAX_HOPS)[-MAX_HOPS:])][:MAX_HOPS]
