"""Replacement of a problem by another form of it: a page for people, `errors` for clients of GraphQL."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Send

_PROBLEM = "application/problem+json"
_STARTS = frozenset({"http.response.start", "websocket.http.response.start"})


MakeBody = Callable[[dict[str, Any], str], bytes]
"""Makes the body in place of a problem, from its members and the languages that they are written in."""


def replace_problems(send: Send, make_body: MakeBody, headers: Mapping[str, str]) -> Send:
    """Return a `send` that replaces the body of a problem and sets `headers`; its status and other headers stay."""
    start: Message | None = None
    parts = bytearray()

    async def send_replaced(message: Message) -> None:
        nonlocal start
        if message["type"] in _STARTS and _is_problem(message):
            start = message
        elif start is None:
            await send(message)
        else:
            parts.extend(message.get("body", b""))
            if not message.get("more_body", False):
                body = make_body(orjson.loads(parts), Headers(raw=start["headers"]).get("content-language", ""))
                await send(_with_headers(start, {**headers, "content-length": str(len(body))}))
                await send({**message, "body": body})

    return send_replaced


def _is_problem(start: Message) -> bool:
    headers = Headers(raw=start.get("headers", []))
    return headers.get("content-type") == _PROBLEM and "content-encoding" not in headers


def _with_headers(start: Message, changed: Mapping[str, str]) -> Message:
    headers = MutableHeaders(raw=list(start["headers"]))
    headers.update(changed)
    return {**start, "headers": headers.raw}
