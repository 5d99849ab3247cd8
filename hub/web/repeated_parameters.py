"""Query parameters that occur twice: refused where only one value is possible, instead of silently taking the last."""

from collections.abc import Callable, Container
from typing import Any, get_origin
from urllib.parse import parse_qsl
from weakref import WeakKeyDictionary

from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request

from hub.errors import InvalidInput
from hub.problem_texts.templates import fill

_single: WeakKeyDictionary[Callable[..., Any], frozenset[str]] = WeakKeyDictionary()
"""Names of the parameters with one value, by the function of the route."""


def check_single(query: bytes, names: Container[str]) -> None:
    """Raise `InvalidInput` if one of these parameters occurs more than once in a query string."""
    if b"&" not in query:
        return
    seen: set[str] = set()
    for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name in seen and name in names:
            raise InvalidInput(
                fill("The parameter `{name}` occurs more than once.", name=name), field=name, expected="one value"
            )
        seen.add(name)


async def refuse_repeated_parameters(request: Request) -> None:
    """Dependency of every route. Raises `InvalidInput`. Parameters whose value is a list may occur several times."""
    route: APIRoute = request.scope["route"]
    if route.endpoint not in _single:
        _single[route.endpoint] = _single_parameters(route)
    check_single(request.scope["query_string"], _single[route.endpoint])


def _single_parameters(route: APIRoute) -> frozenset[str]:
    """The names of a route's query parameters that have one value."""
    found: set[str] = set()
    for field in route.dependant.query_params:
        model: Any = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            found |= {
                member.alias or name
                for name, member in model.model_fields.items()
                if get_origin(member.annotation) is not list
            }
        elif get_origin(model) is not list:
            found.add(field.alias)
    return frozenset(found)
