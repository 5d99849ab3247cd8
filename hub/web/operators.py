"""Operators: who may read metrics and the details of readiness."""

from hmac import compare_digest
from ipaddress import ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

from hub.settings import Settings
from hub.web.client_ip import ClientIpResolver

OPERATOR_PATHS = ("/metrics", "/health/ready")
"""Free of the rate limit for operators."""
PRIVATE_NETWORKS = tuple(
    map(ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"))
)
"""This machine and local networks; not what else is reserved, such as networks for examples."""


class OperatorAccess:
    """Recognises operators: by the token of the settings, or without one by an address in a private network."""

    def __init__(self, settings: Settings):
        token = settings.metrics_token
        self.expected = None if token is None else f"Bearer {token.get_secret_value()}".encode()
        self.client_ips = ClientIpResolver(settings)

    def allows(self, scope: Scope) -> bool:
        """True if a request is an operator's."""
        if self.expected is not None:
            return compare_digest(Headers(scope=scope).get("authorization", "").encode(), self.expected)
        address = self.client_ips.find_address(scope)
        # A peer without an address is on this machine.
        return address is None or any(address in network for network in PRIVATE_NETWORKS)
