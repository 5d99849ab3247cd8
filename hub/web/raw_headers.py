"""Request headers as the server gives them: for layers that look at one of every request."""

from starlette.types import Scope


def find_header(scope: Scope, name: bytes) -> bytes | None:
    """Return the first value of a header, or None. `name` is in lower case, as servers give all of them."""
    for found, value in scope["headers"]:
        if found == name:
            first: bytes = value
            return first
    return None
