"""The address `/graphql`: queries by HTTP, subscriptions as streams and by sockets, playground and schema."""

from datetime import timedelta
from json import JSONDecodeError
from typing import Any

import orjson
from fastapi import APIRouter
from graphql import GraphQLError, OperationType, get_operation_ast
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.graphql import OperationType as Operation

from hub.errors import HubError, InvalidInput, MethodNotAllowed, TooManyStreams
from hub.state import state_of
from hub.web.json_body import check_json
from hub.web.pages import playground_response
from hub.web.problems import problem
from schema.build import schema
from schema.context import Context
from schema.http.media import JSON, STREAM, answer_type, takes_stream, wants_page
from schema.http.request import Asked, read_address, read_body
from schema.http.response import METHODS, answered, encoded, refusal
from schema.limits.complexity import read_query
from schema.persisted.queries import Memory
from schema.sdl import sdl

PATH = "/graphql"
MAX_MESSAGE = 200_000
"""Bytes of a socket's message: a subscription with its variables."""


class GraphQLView(GraphQL[Context, None]):
    """Answers by the specification of GraphQL over HTTP; streams and sockets are Strawberry's."""

    def __init__(self) -> None:
        super().__init__(
            schema,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            connection_init_wait_timeout=timedelta(seconds=10),
            max_subscriptions_per_connection=10,
            # What is public is public for every page, and no cookie means anything here.
            allowed_origins=("*",),
        )
        self.memory = Memory()

    async def answer(self, request: Request) -> Response:
        """Answer one request; whatever is wrong with it is told as GraphQL tells errors."""
        media = JSON
        try:
            if request.method == "OPTIONS":
                return _options(request)
            if request.method == "POST":
                asked = await read_body(request, state_of(request).settings.max_body_bytes)
            elif "query" not in request.query_params and wants_page(request.headers.get("accept")):
                return playground_response(request)
            else:
                asked = read_address(request)
            media = answer_type(request.headers.get("accept"))
            if media == STREAM or (takes_stream(request.headers.get("accept")) and _subscribes(asked)):
                return await self._stream(request, asked)
            return await self._run(request, asked, media)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except HubError as refused:
            return refusal(refused, media)

    async def socket(self, request: WebSocket) -> None:
        """A socket holds one of its address's places while it is open."""
        parts = state_of(request)
        try:
            with parts.live.counted(parts.addresses.of(request.scope)):
                await self.run(request)
        except TooManyStreams as refused:
            await request.send_denial_response(problem(refused))

    async def get_context(self, request: HTTPConnection, response: Any) -> Context:
        """The context of a socket or of one request."""
        return Context(request, self.memory)

    def decode_json(self, data: str | bytes) -> object:
        """A socket's message; one that is larger or deeper than a request may be is no JSON, and ends the socket."""
        message = data.encode() if isinstance(data, str) else data
        try:
            if len(message) > MAX_MESSAGE:
                raise JSONDecodeError(f"A message has at most {MAX_MESSAGE} bytes.", "", 0)
            check_json(message)
        except InvalidInput as refused:
            raise JSONDecodeError(refused.detail, "", 0) from refused
        return orjson.loads(message)

    def encode_json(self, data: object) -> str:
        """Text, because sockets send bytes as binary frames, which clients of GraphQL do not read."""
        return encoded(data).decode()

    async def _run(self, request: Request, asked: Asked, media: str) -> Response:
        context = await self.get_context(request, None)
        allowed = (Operation.QUERY, Operation.MUTATION) if request.method == "POST" else (Operation.QUERY,)
        result = await schema.execute(
            asked.query, asked.variables, context, None, asked.operation_name, allowed, asked.extensions
        )
        private = context.private or "authorization" in request.headers
        return answered(request, result, media, private=private)

    async def _stream(self, request: Request, asked: Asked) -> Response:
        context = await self.get_context(request, None)
        allowed = {Operation.QUERY, Operation.SUBSCRIPTION}
        if request.method == "POST":
            allowed.add(Operation.MUTATION)
        source: Any = await schema.stream(
            asked.query, asked.variables, context, None, asked.operation_name, asked.extensions, allowed
        )
        return await self._create_streaming_response(request, source, "sse", await self.get_sub_response(request))


def _options(request: Request) -> Response:
    """Which methods there are. A preflight that comes as far as here asks for one that pages may not use."""
    if "access-control-request-method" in request.headers:
        raise MethodNotAllowed("Pages of other hosts may not do this.")
    return Response(status_code=204, headers={"allow": ", ".join(METHODS)})


def _subscribes(asked: Asked) -> bool:
    """Whether a request follows something; what cannot be read is refused where queries are."""
    try:
        operation = get_operation_ast(read_query(asked.query or ""), asked.operation_name)
    except (GraphQLError, HubError):
        return False
    return operation is not None and operation.operation == OperationType.SUBSCRIPTION


async def _sdl(_: Request) -> Response:
    return PlainTextResponse(sdl())


def graphql_router() -> APIRouter:
    """The routes for the app to include."""
    view = GraphQLView()
    return APIRouter(
        routes=[
            Route(PATH, view.answer, methods=METHODS),
            WebSocketRoute(PATH, view.socket),
            Route(f"{PATH}/schema.graphql", _sdl, methods=["GET"]),
        ]
    )
