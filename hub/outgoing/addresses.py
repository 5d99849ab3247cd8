"""Classification of IP addresses as public or not, pure."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = IPv6Network("::/96")


def is_public(address: Address) -> bool:
    """Return True if requests to this address are allowed: it is neither of this machine, nor private, nor reserved.

    An IPv6 address that embeds an IPv4 address (mapped, NAT64, 6to4) leads to the latter, so that one is checked.
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
    """Parse the host of a URL as an IP address; None if it is a name. A zone (`%eth0`) makes an address non-public."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None
