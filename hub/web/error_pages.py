"""Errors as pages for people who opened an address in a browser; programs get `application/problem+json`."""

from functools import partial
from http import HTTPStatus
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from hub.i18n.catalogues import LANGUAGES, texts, translate
from hub.problem_texts.catalogue import DEFAULT_LANGUAGE
from hub.web.accept import parse_accept
from hub.web.content_security import DOCUMENT_CSP
from hub.web.problem_replacement import replace_problems
from hub.web.problems import WITHIN_PAGE
from hub.web.raw_headers import find_header
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


_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": DOCUMENT_CSP,
    "vary": "Accept, Accept-Language",
}


class ErrorPages:
    """ASGI middleware: replaces the problem of a GET by a page if the client prefers pages."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not _prefers_page(scope):
            await self.app(scope, receive, send)
            return
        scope[WITHIN_PAGE] = True
        await self.app(scope, receive, replace_problems(send, partial(_error_page, scope), _HEADERS))


def prefers_page(accept: str | None) -> bool:
    """True if `Accept` names HTML and nothing of JSON with a higher weight: only browsers do."""
    if accept is None or "html" not in accept.lower():
        return False
    weights = dict(parse_accept(accept))
    html = weights.get("text/html", 0.0)
    return html > 0 and html >= max(weights.get(name, 0.0) for name in _JSON_RANGES)


def _prefers_page(scope: Scope) -> bool:
    accept = find_header(scope, b"accept")
    return accept is not None and prefers_page(accept.decode("latin-1"))


def group_of(status: int) -> str:
    """The name of the texts for an error with this status."""
    return _GROUPS.get(status, "failed" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid")


def _error_page(scope: Scope, problem: dict[str, Any], languages: str) -> bytes:
    lang = languages.partition(",")[0] or LANGUAGES[0]
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
        problem_lang=lang if languages == lang else DEFAULT_LANGUAGE,
        explanation=f"{root}{problem['type']}",
    ).encode()
