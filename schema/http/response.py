"""HTTP responses from results: status, media type, and caching."""

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from strawberry.types.execution import ExecutionResult

from hub.errors import HubError, MethodNotAllowed
from hub.problem_texts.catalogue import ProblemWriter
from hub.web.graphql_refusals import GRAPHQL_RESPONSE, VARY
from hub.web.responses import JSON, REVALIDATE, content_digest, not_modified_response
from schema.errors import GraphQLRequestInvalid, extensions

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
NO_STORE = "no-store"
_TRANSPORT_ERRORS = frozenset({GraphQLRequestInvalid.code, MethodNotAllowed.code})
"""Errors about the HTTP request itself, not about its query."""


def json_bytes(value: Any) -> bytes:
    """Encode to UTF-8, so that Vietnamese does not double in size."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)


def build_response(
    request: Request, result: ExecutionResult, media: str, *, private: bool, languages: str | None = None
) -> Response:
    """Build the response to a query that ran, or was refused before it ran.

    `private`: the request has a key, or the query is not for everybody. `languages`: those of its errors, if any.
    """
    content: dict[str, Any] = {}
    if result.errors:
        content["errors"] = [error.formatted for error in result.errors]
    if result.data is not None or not _is_rejected(result):
        content["data"] = result.data
    if result.extensions:
        content["extensions"] = result.extensions
    status = _status(result, media)
    headers = {"vary": VARY}
    if languages is not None:
        headers["content-language"] = languages
    if status == 405:
        headers["allow"] = "POST"
    body = json_bytes(content)
    if result.errors or private:
        headers["cache-control"] = NO_STORE
    elif request.method == "GET":
        headers |= {"cache-control": REVALIDATE, "etag": f'"{content_digest(body)}"'}
        if (unchanged := not_modified_response(request, headers)) is not None:
            return unchanged
    return _response(body, status, headers, media)


def error_response(error: HubError, media: str, lang: str) -> Response:
    """Build the response to a request without a query that could run, in a language."""
    writer = ProblemWriter(lang)
    members = extensions(error, writer)
    content = {"errors": [{"message": members.pop("detail"), "extensions": members}]}
    headers = {"vary": VARY, "cache-control": NO_STORE, "content-language": writer.languages}
    if error.status == 405:
        headers["allow"] = ", ".join(METHODS)
    return _response(json_bytes(content), error.status, headers, media)


def _is_rejected(result: ExecutionResult) -> bool:
    """Return True if nothing ran: errors during execution have a path."""
    return bool(result.errors) and all(error.path is None for error in result.errors or ())


def _status(result: ExecutionResult, media: str) -> int:
    """Return the status of the specification: 200 with `data`, else the error's own status; 200 for old clients."""
    if not _is_rejected(result):
        return 200
    assert result.errors  # noqa: S101
    members = result.errors[0].extensions or {}
    status: int = members.get("status", 400)
    old = media != GRAPHQL_RESPONSE and status < 500 and members.get("code") not in _TRANSPORT_ERRORS
    return 200 if old else status


def _response(body: bytes, status: int, headers: dict[str, str], media: str) -> Response:
    media = media if media == GRAPHQL_RESPONSE else JSON
    return Response(body, status, headers, f"{media}; charset=utf-8")
