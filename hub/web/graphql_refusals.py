"""Refusals at `/graphql` in the form of GraphQL: a JSON body with `errors`, wherever in the hub a request is refused.

Limits, hosts, methods and connections are refused before a query is read, as problems. GraphQL clients read `errors`.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from hub.errors import HubError
from hub.problem_texts.catalogue import ProblemWriter
from hub.settings import Settings
from hub.web.accept import media_type_weight, parse_accept
from hub.web.problem_replacement import replace_problems
from hub.web.problems import problem_members, problem_response
from hub.web.responses import JSON

GRAPHQL_PATH = "/graphql"
GRAPHQL_RESPONSE = "application/graphql-response+json"
VARY = "Accept, Accept-Language"

_NOT_EXTENSIONS = frozenset({"type", "title", "detail"})


class GraphQLRefusals:
    """ASGI middleware: turns every problem at `/graphql` into one of GraphQL with its status and headers."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"] != GRAPHQL_PATH:
            await self.app(scope, receive, send)
            return
        media_type = refusal_media_type(Headers(scope=scope).get("accept"))
        headers = {"content-type": f"{media_type}; charset=utf-8", "vary": VARY}
        await self.app(scope, receive, replace_problems(send, _make_body, headers))


def graphql_paths(settings: Settings) -> frozenset[str]:
    """Return the paths of `/graphql` as a server gets them: a proxy may pass on the path of the public address."""
    root = urlsplit(settings.public_url or "").path.rstrip("/")
    return frozenset({GRAPHQL_PATH, f"{root}{GRAPHQL_PATH}"})


def refusal_body(problem: Mapping[str, Any]) -> bytes:
    """Encode the members of a problem as GraphQL's `errors`: `detail` is the message, the rest extensions."""
    extensions = {name: value for name, value in problem.items() if name not in _NOT_EXTENSIONS}
    return orjson.dumps({"errors": [{"message": problem["detail"], "extensions": extensions}]}, default=str)


def _make_body(problem: dict[str, Any], _languages: str) -> bytes:
    return refusal_body(problem)


def refusal_response(error: HubError, accept: str | None, lang: str) -> Response:
    """Build the response to a request whose query was not read, in a language."""
    body = refusal_body(problem_members(error, ProblemWriter(lang)))
    answer = problem_response(error, lang)
    headers = {**answer.headers, "content-type": f"{refusal_media_type(accept)}; charset=utf-8", "vary": VARY}
    del headers["content-length"]
    return Response(body, error.status, headers)


def refusal_media_type(accept: str | None) -> str:
    """Choose GraphQL's own media type if `Accept` names it, and JSON for all other clients."""
    ranges = parse_accept(accept or "*/*")
    named = dict(ranges).get(GRAPHQL_RESPONSE, 0.0)
    return GRAPHQL_RESPONSE if named > 0 and named >= media_type_weight(JSON, ranges) else JSON
