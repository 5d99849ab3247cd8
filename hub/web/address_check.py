"""Refusal of addresses that no route can have: control characters, and bytes that are not UTF-8."""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from hub.errors import NotFound
from hub.web.problems import problem_response

_NEVER = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd\ufffe\uffff]")
"""Characters that stand in no address; the database would refuse some of them. Bytes that are not UTF-8 are U+FFFD."""


class AddressCheck:
    """ASGI middleware that answers 404 to such an address, so that no route, query or file name sees it."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _is_plain(scope["path"]) and _NEVER.search(scope["path"]):
            refusal = problem_response(
                NotFound("There is nothing at this address: it has characters that no address has.", expected="UTF-8")
            )
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _is_plain(path: str) -> bool:
    """True for almost every address: its characters need not be compared one by one."""
    return path.isascii() and path.isprintable()
