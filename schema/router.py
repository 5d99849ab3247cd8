"""GraphQL over HTTP, on Strawberry's router for FastAPI."""

from datetime import timedelta
from typing import Any

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.websockets import WebSocket
from strawberry.fastapi import GraphQLRouter
from strawberry.http import GraphQLRequestData
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL

from hub.errors import TooManyStreams
from hub.web.pages import playground_response
from hub.web.problems import problem
from hub.web.state import state_of
from schema.build import schema
from schema.context import Context
from schema.errors import GraphQLRequestInvalid, extensions
from schema.sdl import sdl

PATH = "/graphql"
JSON = "application/json"


class HubRouter(GraphQLRouter[Context, None]):
    """`GET` and `POST /graphql`, the playground for browsers, and the schema's text."""

    def __init__(self) -> None:
        super().__init__(
            schema,
            prefix=PATH,
            context_getter=Context,
            include_in_schema=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            connection_init_wait_timeout=timedelta(seconds=10),
            max_subscriptions_per_connection=10,
            # What is public is public for every page, and no cookie means anything here.
            allowed_origins=("*",),
        )
        self.add_api_route("/schema.graphql", _sdl, methods=["GET"], include_in_schema=False)

    async def run(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer; a request that carries no readable query gets a GraphQL error too."""
        if isinstance(request, WebSocket):
            return await self._socket(request, *args, **kwargs)
        try:
            return await super().run(request, *args, **kwargs)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except HTTPException as refused:
            error = GraphQLRequestInvalid(refused.reason, expected='JSON like {"query": "…", "variables": {…}}')
            body = {"errors": [{"message": error.detail, "extensions": extensions(error)}]}
            return Response(self.encode_json(body), refused.status_code, media_type=JSON)

    async def _socket(self, request: WebSocket, *args: Any, **kwargs: Any) -> Any:
        """A socket holds one of its address's places while it is open."""
        parts = state_of(request)
        try:
            with parts.live.counted(parts.addresses.of(request.scope)):
                return await super().run(request, *args, **kwargs)
        except TooManyStreams as refused:
            await request.send_denial_response(problem(refused))

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData | list[GraphQLRequestData]:
        """The query inside a request."""
        try:
            found = await super().parse_http_body(request)
        except (AttributeError, UnicodeDecodeError) as problem:
            raise HTTPException(400, "The request's body is not a JSON object.") from problem
        if isinstance(found, GraphQLRequestData) and not isinstance(found.operation_name, str | None):
            raise HTTPException(400, "`operationName` must be a string or null.")
        return found

    async def render_graphql_ide(self, request: Request) -> HTMLResponse:
        """The hub's own playground."""
        return playground_response(request)

    def decode_json(self, data: str | bytes) -> object:
        """JSON by orjson."""
        return orjson.loads(data)

    def encode_json(self, data: object) -> bytes:
        """UTF-8, so that Vietnamese does not double in size."""
        return orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS)


async def _sdl() -> Response:
    return PlainTextResponse(sdl())


def graphql_router() -> HubRouter:
    """The router for the app to include."""
    return HubRouter()
