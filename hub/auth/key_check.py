"""Check of keys that are presented to public reads, which need none: whoever uses an ended key has to learn of it."""

import re

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from hub.auth.http import identify
from hub.database_errors import DATABASE_ERRORS
from hub.errors import HubError
from hub.web.problems import database_error_response, problem_response
from hub.web.raw_headers import find_header

READS = frozenset({"GET", "HEAD"})
"""Methods of public addresses; whatever writes requires a key by itself."""


class KeyCheck:
    """ASGI middleware that answers 401 to an unknown, expired or ended key, on public reads, too.

    Only `Bearer` credentials are keys: others belong to a proxy in front. Routes whose paths match `exempt_paths` check
    keys themselves, or know other tokens.
    """

    def __init__(self, app: ASGIApp, *, exempt_paths: str):
        self.app = app
        self.exempt_paths = re.compile(exempt_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._is_due(scope):
            try:
                await identify(HTTPConnection(scope))
            except HubError as refused:
                await problem_response(refused)(scope, receive, send)
                return
            except DATABASE_ERRORS as problem:
                await database_error_response(problem)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _is_due(self, scope: Scope) -> bool:
        """Tell whether a key is checked here. A method that an address does not support is refused by the routes."""
        if scope["type"] != "http" or not _has_bearer(scope) or scope["method"] not in READS:
            return False
        return self.exempt_paths.fullmatch(scope["path"]) is None


def _has_bearer(scope: Scope) -> bool:
    if find_header(scope, b"authorization") is None:
        return False
    return any(name == b"authorization" and value[:7].lower() == b"bearer " for name, value in scope["headers"])
