"""What resolvers can reach."""

import asyncio
from functools import cached_property

from starlette.requests import HTTPConnection

from hub.auth.http import principal_of
from hub.auth.principal import Principal
from hub.errors import Unauthenticated
from hub.state import State, state_of
from hub.web.language import chosen
from schema.persisted.queries import Memory


class Context:
    """One request's context; every read opens its own connection, because siblings resolve side by side."""

    def __init__(self, request: HTTPConnection, memory: Memory):
        self.request = request
        self.memory = memory
        """The persisted queries this process remembers."""
        self.private = False
        """Whether the answer is for the one who asked alone, and is stored by nobody."""

    @cached_property
    def parts(self) -> State:
        """The web process's parts."""
        return state_of(self.request)

    @property
    def address(self) -> str:
        """Who the request comes from."""
        return self.parts.addresses.of(self.request.scope)

    def lang(self, asked: str | None) -> str:
        """The language to read in: the argument, then Accept-Language, then the hub's first one."""
        return chosen(asked, self.request.headers.get("accept-language"), self.parts.settings.languages)

    async def editor(self) -> Principal:
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
