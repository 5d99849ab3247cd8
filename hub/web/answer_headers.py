"""Headers of every answer, added in one place: those for pages of other hosts (CORS), and the security defaults."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.settings import Settings
from hub.web.cors import CORS_HEADERS, is_open_to_pages, preflight_response, requested_method
from hub.web.security_headers import SecurityHeaders


class AnswerHeaders:
    """ASGI middleware: answers preflight requests itself, and adds the headers of CORS and security to all answers."""

    def __init__(self, app: ASGIApp, settings: Settings):
        self.app = app
        self.security = SecurityHeaders(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        preflight = requested_method(scope)
        is_open = is_open_to_pages(preflight or scope["method"], scope["path"])
        security, scheme = self.security, scope["scheme"]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                found = dict(reversed(headers))  # of equal names, the first
                if is_open and preflight is None:
                    if CORS_HEADERS[0][0] in found or CORS_HEADERS[1][0] in found:
                        _replace(headers)
                    else:
                        headers += CORS_HEADERS
                headers += security.list_missing(found, scheme)
                message["headers"] = headers
            await send(message)

        if is_open and preflight is not None:
            await preflight_response(scope["path"])(scope, receive, send_with_headers)
        else:
            await self.app(scope, receive, send_with_headers)


def _replace(headers: list[tuple[bytes, bytes]]) -> None:
    """Replace what an answer says about CORS itself."""
    replaced = MutableHeaders(raw=headers)
    for name, value in CORS_HEADERS:
        replaced[name.decode()] = value.decode()
