"""What resolvers can reach."""

from functools import cached_property

from strawberry.fastapi import BaseContext

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

    def lang(self, asked: str | None) -> str:
        """The language to read in: the argument, then Accept-Language, then the hub's first one."""
        assert self.request is not None  # noqa: S101
        return chosen(asked, self.request.headers.get("accept-language"), self.parts.settings.languages)
