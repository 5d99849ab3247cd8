"""Refusals at `/graphql` in the form of GraphQL: a JSON body with `errors`, wherever in the hub a request is refused.

Limits, hosts, methods and connections are refused before a query is read, as problems. GraphQL clients read `errors`.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.errors import HubError
from hub.settings import Settings
from hub.web.accept import media_type_weight, parse_accept
from hub.web.problems import problem_members, problem_response

GRAPHQL_PATH = "/graphql"
GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
VARY = "Accept, Accept-Language"

_PROBLEM = "application/problem+json"
_NOT_EXTENSIONS = frozenset({"type", "title", "detail"})
_STARTS = ("http.response.start", "websocket.http.response.start")


class GraphQLRefusals:
    """ASGI middleware: turns every problem at `/graphql` into one of GraphQL with its status and headers."""

    def __init__(self, app: ASGIApp, settings: Settings):
        self.app = app
        self.paths = graphql_paths(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"] not in self.paths:
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        parts = bytearray()

        async def send_refusal(message: Message) -> None:
            nonlocal start
            if message["type"] in _STARTS and _is_problem(message):
                start = message
            elif start is None:
                await send(message)
            else:
                parts.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    body = refusal_body(orjson.loads(parts))
                    await send(_refusal_start(start, len(body), Headers(scope=scope).get("accept")))
                    await send({**message, "body": body})

        await self.app(scope, receive, send_refusal)


def graphql_paths(settings: Settings) -> frozenset[str]:
    """Return the paths of `/graphql`: with and without the path of the public address, which a proxy may pass on."""
    root = urlsplit(settings.public_url or "").path.rstrip("/")
    return frozenset({GRAPHQL_PATH, f"{root}{GRAPHQL_PATH}"})


def refusal_body(problem: Mapping[str, Any]) -> bytes:
    """Encode the members of a problem as GraphQL's `errors`: `detail` is the message, the rest extensions."""
    extensions = {name: value for name, value in problem.items() if name not in _NOT_EXTENSIONS}
    return orjson.dumps({"errors": [{"message": problem["detail"], "extensions": extensions}]}, default=str)


def refusal_response(error: HubError, accept: str | None) -> Response:
    """Build the response to a request whose query was not read."""
    answer = problem_response(error)
    headers = {**answer.headers, "content-type": f"{refusal_media_type(accept)}; charset=utf-8", "vary": VARY}
    del headers["content-length"]
    return Response(refusal_body(problem_members(error)), error.status, headers)


def refusal_media_type(accept: str | None) -> str:
    """Choose GraphQL's own media type if `Accept` names it, and JSON for all other clients."""
    ranges = parse_accept(accept or "*/*")
    named = dict(ranges).get(GRAPHQL_RESPONSE, 0.0)
    return GRAPHQL_RESPONSE if named > 0 and named >= media_type_weight(JSON, ranges) else JSON


def _is_problem(start: Message) -> bool:
    headers = Headers(raw=start.get("headers", []))
    return headers.get("content-type") == _PROBLEM and "content-encoding" not in headers


def _refusal_start(start: Message, length: int, accept: str | None) -> Message:
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["content-type"] = f"{refusal_media_type(accept)}; charset=utf-8"
    headers["content-length"] = str(length)
    headers["vary"] = VARY
    return {**start, "headers": headers.raw}
