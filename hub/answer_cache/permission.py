"""Permission of a route that answers many kinds of questions at one address: only it knows which may be kept."""

from starlette.types import Scope

from hub.answer_cache.dependence import Dependence

_PERMITTED = "hub.answer_cache"


def permit(scope: Scope, dependence: Dependence) -> None:
    """Let the answer to a request be kept, as one that depends on this."""
    scope[_PERMITTED] = dependence


def find_permission(scope: Scope) -> Dependence | None:
    """Return what the answer depends on, if it may be kept."""
    found: Dependence | None = scope.get(_PERMITTED)
    return found
