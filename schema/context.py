"""What resolvers can reach."""

import asyncio
from functools import cached_property

from starlette.requests import HTTPConnection

from hub.auth.http import principal_of
from hub.auth.principal import Principal
from hub.errors import Unauthenticated
from hub.state import AppState, app_state
from hub.web.language import request_language
from schema.persisted.queries import QueryCache


class Context:
    """One request's context; every read opens its own connection, because siblings resolve side by side."""

    def __init__(self, request: HTTPConnection, query_cache: QueryCache):
        self.request = request
        self.query_cache = query_cache
        """The persisted queries this process remembers."""
        self.private = False
        """Whether the answer is for the one who asked alone, and is stored by nobody."""

    @cached_property
    def parts(self) -> AppState:
        """The web process's parts."""
        return app_state(self.request)

    @property
    def client_ip(self) -> str:
        """Who the request comes from."""
        return self.parts.client_ips.resolve(self.request.scope)

    def lang(self, requested: str | None) -> str:
        """The language to read in: the argument, then Accept-Language, then the hub's first one."""
        return request_language(self.request, requested, self.parts.settings.languages)

    async def require_editor(self) -> Principal:
        """Who acts, by the request's key or token; the answer is never stored. Raises `Unauthenticated`."""
        self.private = True
        principal = await self._principal
        if principal is None:
            raise Unauthenticated("Editors' work needs a key.", field="Authorization", expected="Bearer hub_…")
        return principal

    async def has_key(self) -> bool:
        """Whether the request carries a key that holds. Raises `Unauthenticated` for one that does not."""
        return await self._principal is not None

    @cached_property
    def _principal(self) -> asyncio.Task[Principal | None]:
        """Found out once for each request, also when several fields ask at the same moment."""
        return asyncio.create_task(principal_of(self.request, self.parts))
