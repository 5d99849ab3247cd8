"""The smallest ASGI application: the limit of the server, beside which the hub's own `/hello` is measured."""

from starlette.types import Message, Receive, Scope, Send

START: Message = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"5")],
}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer every request with the same five bytes, and look at nothing."""
    if scope["type"] != "http":
        raise RuntimeError("the bare application has no lifespan and no WebSockets")
    await send({**START})
    await send({"type": "http.response.body", "body": b"hello"})
