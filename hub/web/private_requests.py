"""Private requests: those with a secret, or with words that are for one person or not public yet.

Their answers are `no-store` and never compressed (compressing a secret together with input that others chose would leak
it by its length), and an unexpected error of theirs is logged without its message, which may quote what was sent.
"""

from collections.abc import Callable
from contextvars import ContextVar

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class _Mark:
    """Mark of one request; an object, because tasks of a request see copies of its context."""

    __slots__ = ("is_private",)

    def __init__(self, is_private: bool):
        self.is_private = is_private


_MARK: ContextVar[_Mark | None] = ContextVar("privacy", default=None)


class PrivateRequests:
    """ASGI middleware: marks requests by method and path, and makes the answers to private ones `no-store`.

    It stands outside of compression. The mark stays until the task ends, for errors that are logged further outside.
    """

    def __init__(self, app: ASGIApp, is_private_path: Callable[[str, str], bool]):
        self.app = app
        self.is_private_path = is_private_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        mark = _Mark(self.is_private_path(scope.get("method", "GET"), scope["path"]))
        _MARK.set(mark)

        async def send_unstored(message: Message) -> None:
            if message["type"] == "http.response.start" and mark.is_private:
                MutableHeaders(scope=message)["cache-control"] = "no-store"
            await send(message)

        await self.app(scope, receive, send_unstored)


def mark_private() -> None:
    """Mark the request at work as private before its answer begins: at `/graphql`, the path does not tell."""
    if (mark := _MARK.get()) is not None:
        mark.is_private = True


def is_private() -> bool:
    """Return True if the request at work is marked as private."""
    mark = _MARK.get()
    return mark is not None and mark.is_private
