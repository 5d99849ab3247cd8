"""Errors as pages for people who opened an address in a browser; programs get `application/problem+json`."""

from http import HTTPStatus

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.i18n.catalogues import LANGUAGES, texts, translate
from hub.web.accept import parse_accept
from hub.web.content_security import DOCUMENT_CSP
from hub.web.language import negotiate_language
from hub.web.templates import render

_PROBLEM = "application/problem+json"
_JSON_RANGES = ("application/json", _PROBLEM, "application/*")
_GROUPS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "forbidden",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.GONE: "gone",
    HTTPStatus.TOO_MANY_REQUESTS: "busy",
    HTTPStatus.SERVICE_UNAVAILABLE: "busy",
}


CODE_GROUPS = {"preview_over": "preview_over"}
"""Codes with texts of their own, where those of their status would be wrong."""


class ErrorPages:
    """ASGI middleware: replaces the problem of a GET by a page if the client prefers pages."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not prefers_page(Headers(scope=scope).get("accept")):
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        parts = bytearray()

        async def send_page(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_problem(message):
                start = message
            elif start is None:
                await send(message)
            else:
                parts.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    body = _error_page(scope, orjson.loads(parts))
                    await send(_page_start(start, len(body)))
                    await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, send_page)


def prefers_page(accept: str | None) -> bool:
    """True if `Accept` names HTML and nothing of JSON with a higher weight: only browsers do."""
    weights = dict(parse_accept(accept or ""))
    html = weights.get("text/html", 0.0)
    return html > 0 and html >= max(weights.get(name, 0.0) for name in _JSON_RANGES)


def group_of(status: int) -> str:
    """The name of the texts for an error with this status."""
    return _GROUPS.get(status, "failed" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid")


def _is_problem(start: Message) -> bool:
    headers = Headers(raw=start.get("headers", []))
    return headers.get("content-type") == _PROBLEM and "content-encoding" not in headers


def _page_start(start: Message, length: int) -> Message:
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["content-type"] = "text/html; charset=utf-8"
    headers["content-length"] = str(length)
    headers["content-security-policy"] = DOCUMENT_CSP
    headers["vary"] = "Accept, Accept-Language"
    return {**start, "headers": headers.raw}


def _error_page(scope: Scope, problem: dict[str, str | int]) -> bytes:
    lang = negotiate_language(None, HTTPConnection(scope).headers.get("accept-language"), LANGUAGES)
    status = int(problem["status"])
    words = texts(lang, "error_pages")
    group = CODE_GROUPS.get(str(problem["code"]), group_of(status))
    root = scope.get("root_path", "")
    return render(
        "error.html",
        root=root,
        lang=lang,
        hub=translate(lang, "hub.name"),
        skip=translate(lang, "document.skip"),
        title=words[group]["title"],
        text=words[group]["text"],
        words=words,
        problem=problem,
        explanation=f"{root}{problem['type']}",
    ).encode()
