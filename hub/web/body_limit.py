"""Limits of request bodies: size is enforced while the body is read, and JSON is validated before a route sees it."""

import re
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.errors import BodyTooLarge, HubError
from hub.web.json_body import check_json
from hub.web.problems import problem_response


class BodyLimit:
    """ASGI middleware: 413 for a declared or streamed body beyond `max_bytes`, 422 for JSON that `check_json` refuses.

    Routes whose paths match `exempt_paths` limit the body themselves; `larger_limits` has a limit of its own by path.
    """

    def __init__(
        self, app: ASGIApp, max_bytes: int, exempt_paths: str = "(?!)", larger_limits: Mapping[str, int] | None = None
    ):
        self.app = app
        self.max_bytes = max_bytes
        self.exempt_paths = re.compile(exempt_paths)
        self.larger_limits = {path: BodyLimit(app, most) for path, most in (larger_limits or {}).items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self.exempt_paths.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        if (own := self.larger_limits.get(scope["path"].rstrip("/"))) is not None:
            await own(scope, receive, send)
            return
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length", b"0")
        if declared.isdigit() and (len(declared) > 18 or int(declared) > self.max_bytes):
            await problem_response(self._too_large())(scope, receive, send)
        elif is_json_media_type(headers.get(b"content-type", b"")):
            await self._limit_json(scope, receive, send)
        else:
            await self._limit_stream(scope, receive, send)

    async def _limit_json(self, scope: Scope, receive: Receive, send: Send) -> None:
        parts: list[bytes] = []
        read, more = 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return  # the client is gone
            parts.append(message.get("body", b""))
            read += len(parts[-1])
            more = message.get("more_body", False)
            if read > self.max_bytes:
                await problem_response(self._too_large())(scope, receive, send)
                return
        body = b"".join(parts)
        del parts
        try:
            if body:
                check_json(body)
        except HubError as refused:
            await problem_response(refused)(scope, receive, send)
            return
        replayed = False

        async def replay_body() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay_body, send)

    async def _limit_stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        read, began, answered = 0, False, False

        async def receive_limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.max_bytes:
                raise self._too_large()
            return message

        async def send_unless_too_large(message: Message) -> None:
            # A parser of the body may turn the error into one about its syntax: the answer is still 413.
            nonlocal began, answered
            if began or read <= self.max_bytes:
                began = True
                await send(message)
            elif not answered:
                answered = True
                await problem_response(self._too_large())(scope, receive, send)

        await self.app(scope, receive_limited, send_unless_too_large)

    def _too_large(self) -> BodyTooLarge:
        return BodyTooLarge(
            f"The request is larger than {self.max_bytes} bytes.",
            field="body",
            expected=f"a body of at most {self.max_bytes} bytes",
        )


def is_json_media_type(content_type: bytes) -> bool:
    """True for the media types of JSON: `application/json`, `application/merge-patch+json`."""
    media_type = content_type.partition(b";")[0].strip().lower()
    return media_type == b"application/json" or (
        media_type.startswith(b"application/") and media_type.endswith(b"+json")
    )
