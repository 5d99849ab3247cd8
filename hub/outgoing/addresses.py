"""Which addresses of the internet are public, pure. Everything else is this machine's, its network's, or nobody's."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = IPv6Network("::/96")


def is_public(address: Address) -> bool:
    """Whether an address may be spoken to for a stranger.

    An IPv6 address that carries an IPv4 address (mapped, NAT64, 6to4) leads to that one, so that one is judged.
    """
    if isinstance(address, IPv6Address):
        inner = _embedded_ipv4(address)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or address.is_site_local:
            return False
        if address in _LOCAL_NAT64 or address in _COMPATIBLE:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _embedded_ipv4(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def parse_ip_literal(host: str) -> Address | None:
    """The address that a host of a URL is written as, if it is one; a zone (`%eth0`) makes it nobody's."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None
