"""Ids of requests: in the header `X-Request-Id` of every answer, and in the lines that are logged meanwhile.

A trusted proxy may have given one already, so that its log and the hub's speak of the same request.
"""

import re
from secrets import token_hex

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.logged_request import begin_request
from hub.web.client_ip import ClientIpResolver
from hub.web.raw_headers import find_header

HEADER = b"x-request-id"
REQUEST_ID = "hub.request_id"
"""Member of the scope: the id."""
_GIVEN = re.compile(rb"[A-Za-z0-9._-]{8,128}")


class RequestIds:
    """ASGI middleware that gives each request an id, unless a trusted proxy has."""

    def __init__(self, app: ASGIApp, client_ips: ClientIpResolver):
        self.app = app
        self.client_ips = client_ips

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        given = find_header(scope, HEADER)
        if given is None or not self._trusts(scope) or _GIVEN.fullmatch(given) is None:
            given = token_hex(8).encode()
        header = (HEADER, given)
        scope[REQUEST_ID] = given.decode()
        request = begin_request(scope[REQUEST_ID])

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            request.id = ""

    def _trusts(self, scope: Scope) -> bool:
        return not self.client_ips.is_client((scope.get("client") or ("",))[0])
