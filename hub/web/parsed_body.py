"""Routes whose large JSON bodies were parsed off the event loop by `BodyLimit`."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from hub.web.body_limit import PARSED_BODY


class ParsedBodyRoute(APIRoute):
    """Route that takes over the parsed value of a large body instead of parsing it again."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's handler, given a request that knows the value."""
        handle = super().get_route_handler()

        async def handle_parsed(request: Request) -> Response:
            return await handle(_ParsedBodyRequest(request.scope, request.receive))

        return handle_parsed


class _ParsedBodyRequest(Request):
    async def json(self) -> Any:
        """Return the value of the body."""
        if PARSED_BODY in self.scope:
            return self.scope[PARSED_BODY]
        return await super().json()
