"""Classification of IP addresses as public or not."""

from ipaddress import ip_address

import pytest

from hub.outgoing.addresses import is_public

PRIVATE = (
    "0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 172.31.255.255 192.0.2.1 192.168.1.1 "
    "198.18.0.1 203.0.113.5 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 "
    "64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1::1 2002:a00:1::1 fc00::1 "
    "fd12:3456::1 fe80::1 fe80::1%lo fec0::1 ff02::1"
)
PUBLIC = (
    "1.1.1.1 8.8.8.8 203.162.4.191 ::ffff:8.8.8.8 64:ff9b::808:808 2001:4860:4860::8888 2002:808:808::1 2400:cb00::1"
)


@pytest.mark.parametrize("address", PRIVATE.split())
def test_an_address_of_the_machine_its_network_or_nobody_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC.split())
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_public(ip_address(address))
