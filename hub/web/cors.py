"""CORS: pages of every host may read in a browser all that is public, and send comments on drafts; nothing else.

The headers are on every public answer, not only on answers to a request with `Origin`: a cache between the hub and
its readers stores one answer for all of them. (Starlette's middleware adds them only for requests with `Origin`,
without `Vary`, so a page can get an answer from a cache that its browser then refuses.)
"""

import re

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from hub.web.graphql_refusals import GRAPHQL_PATH

PRIVATE_PATHS = re.compile(r"/api/v1/manage(/.*)?|/metrics")
"""Not public, or not meant for pages: no page of another host can read an answer of these."""
_PRIVATE_BEGINNINGS = ("/api/v1/manage", "/metrics")
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
    "Retry-After, Sunset, X-Request-Id"
)
"""Response headers a page may read in addition to the CORS-safelisted ones."""
PREFLIGHT_MAX_AGE = "86400"
"""Seconds for which a browser may cache the answer to a preflight request."""


CORS_HEADERS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", EXPOSED_HEADERS.encode()),
)
"""Headers of an answer that pages may read. The hub has no cookies, so credentials are never allowed."""


def requested_method(scope: Scope) -> str | None:
    """The method that a preflight request asks about; None for every other request."""
    if scope["method"] != "OPTIONS":
        return None
    headers = Headers(scope=scope)
    return headers.get("access-control-request-method") if "origin" in headers else None


def is_open_to_pages(method: str, path: str) -> bool:
    """True if a page of another host may send this request and read the answer."""
    if method in ("GET", "HEAD"):
        return not path.startswith(_PRIVATE_BEGINNINGS) or PRIVATE_PATHS.fullmatch(path) is None
    return method in _allowed_methods(path)


def _allowed_methods(path: str) -> list[str]:
    if PRIVATE_PATHS.fullmatch(path) is not None:
        return []
    writes = [method for method, paths in COMMENT_WRITES.items() if paths.fullmatch(path) is not None]
    return ["GET", "HEAD", *(["POST"] if path == POST_READ_PATH else []), *writes]


def preflight_response(path: str) -> Response:
    """Build the answer to a preflight request: what pages may do at a path."""
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
