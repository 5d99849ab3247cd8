"""The endpoint `/graphql`: queries by HTTP, subscriptions as event streams and by WebSocket, playground and schema."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, suppress
from datetime import timedelta
from json import JSONDecodeError
from typing import Any

from graphql import GraphQLError, OperationType, get_operation_ast
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.http.streaming import SSETransport
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.graphql import OperationType as Operation

from hub.answer_cache.permission import permit
from hub.auth.http import principal_of
from hub.errors import HubError, InvalidInput, MethodNotAllowed, RateLimited, TooManyStreams, Unauthenticated
from hub.state import app_state
from hub.web.body_limit import check_declared_size
from hub.web.graphql_refusals import GRAPHQL_PATH
from hub.web.json_body import parse_json
from hub.web.pages import playground_response
from hub.web.problems import problem_language, problem_response
from hub.web.responses import JSON, bytes_response
from schema.build import schema
from schema.context import Context
from schema.http.media import EVENT_STREAM, can_accept_html, can_accept_stream, negotiate_media_type
from schema.http.request import GraphQLRequest, parse_post, read_query_string
from schema.http.response import METHODS, build_response, error_response, json_bytes
from schema.limits.complexity import parse_query
from schema.persisted.queries import QueryCache
from schema.sdl import sdl

PATH = GRAPHQL_PATH
SERVICE_RESTART = 1012
"""Close code of a WebSocket whose server stops: clients connect again."""
MAX_MESSAGE = 200_000
"""Bytes of the largest WebSocket message: a subscription with its variables."""


class _Socket(ASGIWebSocketAdapter):
    """WebSocket that is closed when the hub stops, instead of saying that its subscriptions are complete."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        if message.get("type") == "complete" and app_state(self.ws).log_tail.ending.is_set():
            if self.ws.application_state != WebSocketState.DISCONNECTED:
                await self.ws.close(SERVICE_RESTART, "The hub is stopping.")
            return
        await super().send_json(message)


class GraphQLEndpoint(GraphQL[Context, None]):
    """GraphQL over HTTP by its specification; event streams and WebSockets are Strawberry's."""

    websocket_adapter_class = _Socket

    def __init__(self) -> None:
        super().__init__(
            schema,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            connection_init_wait_timeout=timedelta(seconds=10),
            max_subscriptions_per_connection=10,
            # Public data is public for every web page, and cookies are not used here.
            allowed_origins=("*",),
        )
        self.query_cache = QueryCache()

    async def handle_request(self, request: Request) -> Response:
        """Answer one request; its errors are returned as GraphQL errors."""
        media = JSON
        try:
            if request.method == "OPTIONS":
                return _options(request)
            if request.method == "POST":
                params = await _read_post(request)
            elif "query" not in request.query_params and can_accept_html(request.headers.get("accept")):
                return playground_response(request)
            else:
                params = read_query_string(request)
            media = negotiate_media_type(request.headers.get("accept"))
            if media == EVENT_STREAM or (can_accept_stream(request.headers.get("accept")) and _is_subscription(params)):
                return await self._stream(request, params)
            return await self._run(request, params, media)
        except ClientDisconnect:
            return Response(status_code=400)  # the client is gone
        except HubError as refused:
            return error_response(refused, media, problem_language(request.headers.get("accept-language")))

    async def handle_socket(self, request: WebSocket) -> None:
        """Serve a WebSocket; it takes one of its address's stream slots while it is open."""
        parts = app_state(request)
        try:
            await principal_of(request, parts)
            with parts.log_tail.stream_slot(parts.client_ips.resolve(request.scope)):
                await self.run(request)
        except (TooManyStreams, Unauthenticated, RateLimited) as refused:
            await request.send_denial_response(problem_response(refused))

    async def get_context(self, request: HTTPConnection, response: Any) -> Context:
        """Build the context of a WebSocket or of one request."""
        return Context(request, self.query_cache)

    def decode_json(self, data: str | bytes) -> object:
        """Decode a WebSocket message; one that is too large or too deeply nested closes the WebSocket."""
        message = data.encode() if isinstance(data, str) else data
        try:
            if len(message) > MAX_MESSAGE:
                raise JSONDecodeError(f"A message has at most {MAX_MESSAGE} bytes.", "", 0)
            return parse_json(message)
        except InvalidInput as refused:
            raise JSONDecodeError(refused.detail, "", 0) from refused

    def encode_json(self, data: object) -> str:
        """Encode to text, because bytes would be sent as binary frames, which GraphQL clients do not read."""
        return json_bytes(data).decode()

    async def _run(self, request: Request, params: GraphQLRequest, media: str) -> Response:
        await _check_key(request, params)
        context = await self.get_context(request, None)
        allowed = (Operation.QUERY, Operation.MUTATION) if request.method == "POST" else (Operation.QUERY,)
        result = await schema.execute(
            params.query,
            params.variables,
            context,
            None,
            params.operation_name,
            allowed,
            params.extensions,
        )
        private = context.private or "authorization" in request.headers
        if not private and not result.errors and (dependence := context.dependence) is not None:
            permit(request.scope, dependence)
        return build_response(request, result, media, private=private, languages=context.problem_languages)

    async def _stream(self, request: Request, params: GraphQLRequest) -> Response:
        await _check_key(request, params)
        context = await self.get_context(request, None)
        allowed = {Operation.QUERY, Operation.SUBSCRIPTION}
        if request.method == "POST":
            allowed.add(Operation.MUTATION)
        source: Any = await schema.stream(
            params.query,
            params.variables,
            context,
            None,
            params.operation_name,
            params.extensions,
            allowed,
        )
        sub_response = await self.get_sub_response(request)
        response = await self._create_streaming_response(request, source, "sse", sub_response)
        if isinstance(response, StreamingResponse):
            chunks: Any = response.body_iterator
            response.body_iterator = _cut_at_shutdown(chunks, app_state(request).log_tail.ending)
        return response


async def _cut_at_shutdown(chunks: AsyncGenerator[str, None], ending: asyncio.Event) -> AsyncIterator[str]:
    """Pass a stream on, but not its `complete` when the hub stops: the client then connects again."""
    complete = SSETransport().encode_complete()
    async with aclosing(chunks):
        async for chunk in chunks:
            if chunk == complete and ending.is_set():
                return
            yield chunk


async def _read_post(request: Request) -> GraphQLRequest:
    """Read the body of a POST, after its key was checked: without a valid one the body must be small.

    An invalid key is refused by the fields that need one, because a mutation answers with a `Refusal`.
    """
    parts, principal = app_state(request), None
    with suppress(Unauthenticated):
        principal = await principal_of(request, parts)
    most = parts.body_sizes.limit(PATH, anonymous=principal is None)
    size = check_declared_size(request.scope, most)
    async with parts.budgets.bodies.hold(principal.id if principal else parts.client_ips.resolve(request.scope), size):
        return await parse_post(request, most)


def _options(request: Request) -> Response:
    """List the methods. A preflight that reaches this point is for one that web pages may not use."""
    if "access-control-request-method" in request.headers:
        raise MethodNotAllowed("Web pages of other hosts may not use this method.")
    return Response(status_code=204, headers={"allow": ", ".join(METHODS)})


async def _check_key(request: Request, params: GraphQLRequest) -> None:
    """Check a key that is presented, although public fields need none. Raises `Unauthenticated`.

    Mutations answer with a `Refusal`, and `manage` refuses it with the same code.
    """
    if "authorization" in request.headers and not _is_mutation(params):
        await principal_of(request, app_state(request))


def _is_mutation(params: GraphQLRequest) -> bool:
    try:
        operation = get_operation_ast(parse_query(params.query or ""), params.operation_name)
    except (GraphQLError, HubError):
        return False
    return operation is not None and operation.operation == OperationType.MUTATION


def _is_subscription(params: GraphQLRequest) -> bool:
    """Return True for a subscription; an invalid query is refused later, by its execution."""
    try:
        operation = get_operation_ast(parse_query(params.query or ""), params.operation_name)
    except (GraphQLError, HubError):
        return False
    return operation is not None and operation.operation == OperationType.SUBSCRIPTION


async def _sdl(request: Request) -> Response:
    return bytes_response(request, sdl().encode(), "text/plain; charset=utf-8")


def graphql_routes() -> list[BaseRoute]:
    """Build the routes of `/graphql`."""
    view = GraphQLEndpoint()
    return [
        Route(PATH, view.handle_request, methods=METHODS),
        WebSocketRoute(PATH, view.handle_socket),
        Route(f"{PATH}/schema.graphql", _sdl, methods=["GET"]),
    ]
