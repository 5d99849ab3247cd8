"""Default security headers of all answers."""

from collections.abc import Mapping

from hub.settings import Settings
from hub.web.content_security import DENY_ALL_CSP

_DEFAULTS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "browsing-topics=(), camera=(), display-capture=(), geolocation=(), microphone=(), "
    "payment=(), usb=()",
    # Public data may be shown by any page, also by one that isolates itself (COEP).
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_HSTS = (b"strict-transport-security", b"max-age=31536000")
"""For one year. Without `includeSubDomains`: sub-domains belong to others."""
_CSP = b"content-security-policy"


def default_headers() -> list[tuple[bytes, bytes]]:
    """The default headers for answers that are made outside the app, as raw pairs."""
    found = {**_DEFAULTS, "Content-Security-Policy": DENY_ALL_CSP}
    return [(name.lower().encode(), value.encode()) for name, value in found.items()]


class SecurityHeaders:
    """The default headers of every answer, except those that the answer sets itself."""

    def __init__(self, settings: Settings):
        self.public_tls = (settings.public_url or "").startswith("https://")
        self.defaults = default_headers()

    def list_missing(self, found: Mapping[bytes, bytes], scheme: str) -> list[tuple[bytes, bytes]]:
        """List the defaults for an answer with these headers, in the order in which they are added.

        Their names are in lower case, `scheme` is the one of the request.
        """
        added = [pair for pair in self.defaults if pair[0] not in found]
        # Safari shows a PDF with a policy as an empty page.
        if found.get(b"content-type", b"").startswith(b"application/pdf"):
            added = [pair for pair in added if pair[0] != _CSP]
        # Browsers accept it only over TLS.
        if (self.public_tls or scheme == "https") and _HSTS[0] not in found:
            added.append(_HSTS)
        return added
