"""The hub at its public address: paths are its own, whatever a proxy cuts off, and other hosts are not served."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from hub.errors import ForeignHost, SetupProblem
from hub.problem_texts.templates import list_names
from hub.settings import Settings
from hub.web.problems import problem_response
from hub.web.raw_headers import find_header

ANY_HOST_PATHS = ("/health/", "/metrics")
"""Asked by probes under the address of a machine; their answers contain no address of the hub."""

MAX_REMEMBERED_HOST = 255
"""Longest header `Host` whose name is remembered; longer ones name no host of the hub."""


def check_public_path(settings: Settings, routes: Iterable[BaseRoute]) -> None:
    """Raise `SetupProblem` if the path of `HUB_PUBLIC_URL` begins like an address of the hub.

    Nobody could tell then whether a proxy has cut it off: it would be cut off twice, and every address answer 404.
    """
    first, _, _ = urlsplit(settings.public_url or "").path.strip("/").partition("/")
    own = {str(getattr(route, "path", "")).strip("/").partition("/")[0] for route in _flatten(routes)}
    if first and first in own:
        raise SetupProblem(
            f"The path of HUB_PUBLIC_URL begins with /{first}, as addresses of the hub do.",
            expected="an address without a path, or with another one, such as https://chinhsach.hue.gov.vn/hub",
        )


def _flatten(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """The routes, and those of the routers that they stand for: an included router has no path of its own."""
    for route in routes:
        included = getattr(route, "original_router", None)
        yield from (route,) if included is None else _flatten(included.routes)


class PublicPath:
    """ASGI middleware: the path of `HUB_PUBLIC_URL` as `root_path`, cut off from the path if the proxy passes it on.

    It is outside all others, so that what they decide by path (CORS, refusals at `/graphql`) holds behind a proxy that
    passes the path on and behind one that cuts it off. That needs a path that no address of the hub begins with, or
    Starlette, too, would cut it off: `check_public_path` refuses others at the start.
    """

    def __init__(self, app: ASGIApp, settings: Settings):
        self.app = app
        self.root = urlsplit(settings.public_url or "").path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.root and scope["type"] in ("http", "websocket"):
            path: str = scope["path"]
            if path == self.root or path.startswith(f"{self.root}/"):
                path = path.removeprefix(self.root) or "/"
            scope = {**scope, "root_path": self.root, "path": path}
        await self.app(scope, receive, send)


class PublicHost:
    """ASGI middleware: 421 for a `Host` that is not the hub's.

    Without `HUB_PUBLIC_URL` every host is served, and links follow it: that is for development. This machine's own
    names (`localhost`, 127.0.0.1) are always served.
    """

    def __init__(self, app: ASGIApp, settings: Settings):
        self.app = app
        public = urlsplit(settings.public_url or "")
        self.hosts = {host.lower() for host in settings.public_hosts} | {public.hostname or ""}
        self.is_open = settings.public_url is None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        if self.serves(scope):
            await self.app(scope, receive, send)
            return
        refused = ForeignHost(
            "The header Host names another host.", field="Host", expected=list_names(sorted(self.hosts - {""}))
        )
        await problem_response(refused)(scope, receive, send)

    def serves(self, scope: Scope) -> bool:
        """Return True if the request is for a host of the hub, or for an address that is served under every host."""
        return self.is_open or self._serves((find_header(scope, b"host") or b"").decode("latin-1"), scope["path"])

    def _serves(self, host: str, path: str) -> bool:
        name = _host_name(host) if len(host) <= MAX_REMEMBERED_HOST else _host_name.__wrapped__(host)
        return name in self.hosts or path.startswith(ANY_HOST_PATHS) or _is_this_machine(name)


@lru_cache(maxsize=256)
def _host_name(host: str) -> str:
    """The name in a header `Host`, in lower case, without its port and a final dot; empty if it is no host."""
    try:
        return (urlsplit(f"//{host.strip()}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_this_machine(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
