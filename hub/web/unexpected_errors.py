"""Answers to unexpected errors end like any other answer, so that the connection can be used again."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ErrorHandler = Callable[[Request, Exception], Awaitable[Response]]
"""Logs an unexpected error and returns the answer to its request."""


class UnexpectedErrors:
    """ASGI middleware that answers an exception, and keeps it from the server once an answer is complete.

    The server would close the connection without having said so. An answer that is cut short still ends the connection,
    so that the client notices.
    """

    def __init__(self, app: ASGIApp, handler: ErrorHandler):
        self.app = app
        self.handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_begun = is_complete = False

        async def send_until_complete(message: Message) -> None:
            nonlocal has_begun, is_complete
            if message["type"] == "http.response.start":
                has_begun = True
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                is_complete = True

        try:
            await self.app(scope, receive, send_until_complete)
        except Exception as error:
            answer = await self.handler(Request(scope), error)
            if not has_begun:
                await answer(scope, receive, send)
            elif not is_complete:
                raise
