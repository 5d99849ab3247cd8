"""Default security headers of all answers."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
_HSTS_ONE_YEAR = "max-age=31536000"


def default_headers() -> list[tuple[bytes, bytes]]:
    """The default headers for answers that are made outside the app, as raw pairs."""
    found = {**_DEFAULTS, "Content-Security-Policy": DENY_ALL_CSP}
    return [(name.lower().encode(), value.encode()) for name, value in found.items()]


class SecurityHeaders:
    """ASGI middleware that adds the default headers to every answer, except those that the answer sets itself."""

    def __init__(self, app: ASGIApp, settings: Settings):
        self.app = app
        self.public_tls = (settings.public_url or "").startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_defaults(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _DEFAULTS.items():
                    headers.setdefault(name, value)
                # Safari shows a PDF with a policy as an empty page.
                if not headers.get("content-type", "").startswith("application/pdf"):
                    headers.setdefault("Content-Security-Policy", DENY_ALL_CSP)
                # Browsers accept it only over TLS. Without `includeSubDomains`: sub-domains belong to others.
                if self.public_tls or scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", _HSTS_ONE_YEAR)
            await send(message)

        await self.app(scope, receive, send_with_defaults)
