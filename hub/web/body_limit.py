"""A request larger than the hub reads is refused before it is read whole."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.errors import BodyTooLarge
from hub.web.problems import problem


class BodyLimit:
    """ASGI middleware: 413 for a declared or streamed body beyond `max_bytes`."""

    def __init__(self, app: ASGIApp, max_bytes: int):
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self.max_bytes:
            await problem(self._error())(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.max_bytes:
                raise self._error()
            return message

        await self.app(scope, counted, send)

    def _error(self) -> BodyTooLarge:
        return BodyTooLarge(
            f"The request is larger than {self.max_bytes} bytes.", expected=f"a body of at most {self.max_bytes} bytes"
        )
