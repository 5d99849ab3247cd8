"""HEAD for every address that answers GET: feed readers and link checkers use it to find out about changes.

In one place, so that no route can forget it. The routes see a GET, so the headers are exactly those of a GET.
"""

import asyncio

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEAD_ONLY = "hub.head_only"


class HeadAsGet:
    """ASGI middleware: passes a HEAD on as GET, and ends the answer after its headers."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        head_sent = asyncio.Event()
        received = False

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                head_sent.set()

        async def receive_then_disconnect() -> Message:
            """The request's (empty) body, then a disconnect once the headers are sent, which ends an endless stream."""
            nonlocal received
            if not received:
                received = True
                return await receive()
            await head_sent.wait()
            return {"type": "http.disconnect"}

        await self.app({**scope, "method": "GET", _HEAD_ONLY: True}, receive_then_disconnect, send_head)


def is_head_only(request: Request) -> bool:
    """True for a HEAD request: the body will not be sent, so it need not be made."""
    return bool(request.scope.get(_HEAD_ONLY))
