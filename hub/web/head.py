"""HEAD for whatever answers GET: feed readers and link checkers ask by it whether there is something new.

In one place, so that no route can forget it. The routes see a GET, and so the head is the very one that a GET gets.
"""

import asyncio

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEAD_ONLY = "hub.head_only"


class HeadAsGet:
    """ASGI middleware: a HEAD is asked as a GET, and ends with the head of its answer."""

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
            """The request's (empty) body; after the head nobody listens, so a stream without end ends at once."""
            nonlocal received
            if not received:
                received = True
                return await receive()
            await head_sent.wait()
            return {"type": "http.disconnect"}

        await self.app({**scope, "method": "GET", _HEAD_ONLY: True}, receive_then_disconnect, send_head)


def is_head_only(request: Request) -> bool:
    """Whether nobody will read the body, so that it need not be made."""
    return bool(request.scope.get(_HEAD_ONLY))
