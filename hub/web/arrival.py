"""Arrival of a request's headers, by the monotonic clock of the process.

What has to come before an instant is judged by when it arrived, not by when it was worked on: reading its body and
waiting for the database take their time.
"""

import time

from starlette.types import ASGIApp, Receive, Scope, Send

ARRIVAL = "hub.arrival"
"""Member of the scope: the moment at which the headers were complete, in seconds of `time.monotonic`."""


def mark_arrival(scope: Scope) -> None:
    """Note the present as the arrival of a request, unless its server has noted an earlier one."""
    scope.setdefault(ARRIVAL, time.monotonic())


def seconds_since_arrival(scope: Scope) -> float:
    """Return the seconds since a request's headers arrived."""
    arrival: float = scope[ARRIVAL]
    return time.monotonic() - arrival


class Arrivals:
    """ASGI middleware that notes the arrival under servers that do not; the hub's own notes it with the last header."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            mark_arrival(scope)
        await self.app(scope, receive, send)
