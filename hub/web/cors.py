"""CORS: pages of every host may read in a browser all that is public, and send comments on drafts; nothing else.

The headers are on every public answer, not only on answers to a request with `Origin`: a cache between the hub and
its readers stores one answer for all of them. (Starlette's middleware adds them only for requests with `Origin`,
without `Vary`, so a page can get an answer from a cache that its browser then refuses.)
"""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.web.graphql_refusals import GRAPHQL_PATH

PRIVATE_PATHS = re.compile(r"/api/v1/manage(/.*)?|/metrics")
"""Not public, or not meant for pages: no page of another host can read an answer of these."""
POST_READ_PATH = GRAPHQL_PATH
"""An address where a POST reads, or changes what needs no key."""
_COMMENTS = r"/api/v1/consultations/[0-9a-fA-F-]{36}/comments"
COMMENT_PATHS = re.compile(rf"{_COMMENTS}(/.*)?")
COMMENT_WRITES = {
    "POST": re.compile(rf"{_COMMENTS}(/mine/(withdraw|erase|files))?"),
    "PATCH": re.compile(rf"{_COMMENTS}/mine"),
    "DELETE": re.compile(rf"{_COMMENTS}/mine/files/[0-9]+"),
}
"""Writes without a key by method: people comment from every website, and change their comment by its code."""

ALLOWED_HEADERS = (
    "Accept, Accept-Language, Cache-Control, Content-Language, Content-Type, If-Modified-Since, If-None-Match, "
    "Last-Event-ID, Range, X-Requested-With"
)
"""Request headers a page may send. `Authorization` is not among them: no key belongs in a page of another host, so
everything that needs one (every write and mutation of editors) is impossible from there."""
COMMENT_HEADERS = "Comment-Code, Content-Disposition"
"""Request headers that a page may send in addition at addresses of comments."""
EXPOSED_HEADERS = (
    "Accept-Ranges, Content-Encoding, Content-Range, Deprecation, ETag, Link, Location, RateLimit, RateLimit-Policy, "
    "Retry-After, Sunset"
)
"""Response headers a page may read in addition to the CORS-safelisted ones."""
PREFLIGHT_MAX_AGE = "86400"
"""Seconds for which a browser may cache the answer to a preflight request."""


class PublicCors:
    """ASGI middleware: every page may read what is public. The hub has no cookies, so credentials are never allowed."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        requested_method = headers.get("access-control-request-method")
        preflight = scope["method"] == "OPTIONS" and requested_method is not None and "origin" in headers
        method = requested_method if preflight and requested_method is not None else scope["method"]
        if not is_open_to_pages(method, scope["path"]):
            await self.app(scope, receive, send)
        elif preflight:
            await _preflight_response(scope["path"])(scope, receive, send)
        else:

            async def send_with_cors(message: Message) -> None:
                if message["type"] == "http.response.start":
                    found = MutableHeaders(scope=message)
                    found["Access-Control-Allow-Origin"] = "*"
                    found["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
                await send(message)

            await self.app(scope, receive, send_with_cors)


def is_open_to_pages(method: str, path: str) -> bool:
    """True if a page of another host may send this request and read the answer."""
    return method in _allowed_methods(path)


def _allowed_methods(path: str) -> list[str]:
    if PRIVATE_PATHS.fullmatch(path) is not None:
        return []
    writes = [method for method, paths in COMMENT_WRITES.items() if paths.fullmatch(path) is not None]
    return ["GET", "HEAD", *(["POST"] if path == POST_READ_PATH else []), *writes]


def _preflight_response(path: str) -> Response:
    of_comments = f", {COMMENT_HEADERS}" if COMMENT_PATHS.fullmatch(path) is not None else ""
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": ", ".join(_allowed_methods(path)),
            "Access-Control-Allow-Headers": ALLOWED_HEADERS + of_comments,
            "Access-Control-Max-Age": PREFLIGHT_MAX_AGE,
            "Vary": "Access-Control-Request-Method",
        },
    )
