"""What resolvers can reach."""

import asyncio
from functools import cached_property

from strawberry.fastapi import BaseContext

from hub.auth.http import principal_of
from hub.auth.principal import Principal
from hub.errors import Unauthenticated
from hub.web.language import chosen
from hub.web.state import State


class Context(BaseContext):
    """One request's context; every read opens its own connection, because siblings resolve side by side."""

    @cached_property
    def parts(self) -> State:
        """The web process's parts."""
        assert self.request is not None  # noqa: S101 - the router has set it
        found: State = self.request.app.state.hub
        return found

    @property
    def address(self) -> str:
        """Who the request comes from."""
        assert self.request is not None  # noqa: S101
        return self.parts.addresses.of(self.request.scope)

    def lang(self, asked: str | None) -> str:
        """The language to read in: the argument, then Accept-Language, then the hub's first one."""
        assert self.request is not None  # noqa: S101
        return chosen(asked, self.request.headers.get("accept-language"), self.parts.settings.languages)

    async def editor(self) -> Principal:
        """Who acts, by the request's key or token; the answer is never stored. Raises `Unauthenticated`."""
        assert self.response is not None  # noqa: S101
        self.response.headers["cache-control"] = "no-store"
        principal = await self._principal
        if principal is None:
            raise Unauthenticated("Editors' work needs a key.", field="Authorization", expected="Bearer hub_…")
        return principal

    @cached_property
    def _principal(self) -> asyncio.Task[Principal | None]:
        """Found out once for each request, also when several fields ask at the same moment."""
        assert self.request is not None  # noqa: S101
        return asyncio.create_task(principal_of(self.request, self.parts))
