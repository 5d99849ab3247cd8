"""The innermost ASGI application: hands a request to its route, found in the routing table."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, ExceptionHandler, Receive, Scope, Send

from hub.web.routing.table import TABLE, RouteMatch, RoutingTable

_FOUND = "hub.route"


class Dispatch:
    """ASGI application that runs the route of a request, with the handlers of exceptions.

    WebSockets, and the start and end of the process, are the router's own.
    """

    def __init__(self, router: APIRouter, handlers: Mapping[Any, ExceptionHandler]):
        self.router = router
        self.table = RoutingTable(router.routes)
        self.routes = len(router.routes)
        self.handlers = (
            {key: handler for key, handler in handlers.items() if not isinstance(key, int)},
            {key: handler for key, handler in handlers.items() if isinstance(key, int)},
        )
        self.guarded: ASGIApp = ExceptionMiddleware(_run_or_refuse, handlers)
        self.others: ASGIApp = ExceptionMiddleware(AsyncExitStackMiddleware(router), handlers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.others(scope, receive, send)
            return
        if len(self.router.routes) != self.routes:
            self.table, self.routes = RoutingTable(self.router.routes), len(self.router.routes)
        scope["router"], scope[TABLE] = self.router, self.table
        found = self.table.find(scope)
        if found is not None:
            found.enter(scope)
            if found.has_method and found.target.handles_errors:
                scope["starlette.exception_handlers"] = self.handlers
                await found.target.app(scope, receive, send)
                return
        scope[_FOUND] = found
        await self.guarded(scope, receive, send)


async def _run_or_refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Run a route that handles no exceptions itself; 404 without a route, 405 for one with other methods."""
    found: RouteMatch | None = scope[_FOUND]
    if found is None:
        raise HTTPException(404)
    if not found.has_method:
        raise HTTPException(405)
    await found.target.app(scope, receive, send)
