"""Routes that match by more than path and method."""

from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope


class SelectiveRoute(APIRoute):
    """A route that takes some requests of its path and method, and leaves the others to the routes after it."""

    def accepts(self, scope: Scope) -> bool:
        """Return True if the route takes an HTTP request to its path."""
        raise NotImplementedError

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match as usual, but only requests that the route accepts."""
        found = super().matches(scope)
        return found if found[0] is Match.NONE or self.accepts(scope) else (Match.NONE, {})
