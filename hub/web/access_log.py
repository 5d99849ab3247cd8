"""The access log: a line of JSON about each request, by its route and never by its address.

Addresses tell what somebody reads and comments on, and some of them are secrets. The client is named only where the
route tells that the request is about nobody's comment: not at GraphQL, nor if no route has answered.
"""

import sys
import time
from typing import Any, TextIO, cast

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.logs import ForgivingStream
from hub.times import format_rfc3339, now
from hub.web.client_ip import ClientIpResolver
from hub.web.graphql_refusals import GRAPHQL_PATH
from hub.web.private_requests import is_private
from hub.web.request_ids import REQUEST_ID

UNKNOWN_ROUTE = "unknown"
"""Pattern of a request that no route of the API has answered."""
_NAMELESS = (GRAPHQL_PATH, "/api/v1/consultations/")
"""Beginnings of routes where the request may be a comment, or readers of comments be about to write one."""
_LINE = "hub.access_log"
"""Member of the scope: the line about a request at work, which copies of the scope share."""


class AccessLog:
    """ASGI middleware that writes a line when an answer has ended, or its client is gone."""

    def __init__(self, app: ASGIApp, client_ips: ClientIpResolver, stream: TextIO | None = None):
        self.app = app
        self.client_ips = client_ips
        self.stream = cast(TextIO, ForgivingStream(stream or sys.stdout))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, size = time.perf_counter(), 0
        line: dict[str, Any] = {"request_id": scope[REQUEST_ID], "method": scope["method"], "route": None}
        scope[_LINE] = line
        status: int | None = None

        async def send_counting(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, send_counting)
        finally:
            line |= {"status": status, "seconds": round(time.perf_counter() - began, 4), "bytes": size}
            if _names_client(line["route"]):
                line["client"] = self.client_ips.resolve(scope)
            written = orjson.dumps({"time": format_rfc3339(now()), **line}, option=orjson.OPT_APPEND_NEWLINE)
            self.stream.write(written.decode())
            self.stream.flush()


def _names_client(route: str | None) -> bool:
    return route not in (None, UNKNOWN_ROUTE) and not str(route).startswith(_NAMELESS) and not is_private()


def note_route(scope: Scope, pattern: str) -> None:
    """Note the pattern of the route that answers a request, for the line about it."""
    line: dict[str, Any] | None = scope.get(_LINE)
    if line is not None:
        line["route"] = pattern
