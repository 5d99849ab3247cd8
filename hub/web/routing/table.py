"""A compiled table of an app's routes: finds the route of a request without trying one after the other.

Paths without parameters stand in a dictionary, all others in a trie by their segments. Both only choose candidates;
the pattern of each candidate decides, in the order in which the routes were added.
"""

from collections.abc import Callable, Iterable, Sequence
from inspect import isfunction
from re import Pattern
from typing import Any, NamedTuple

from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from fastapi.routing import APIRoute
from starlette._utils import get_route_path
from starlette.convertors import FloatConvertor, IntegerConvertor, StringConvertor, UUIDConvertor
from starlette.requests import Request
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Scope

from hub.web.routing.direct_route import DirectRoute
from hub.web.routing.selective import SelectiveRoute

_WITHIN_A_SEGMENT = (StringConvertor, IntegerConvertor, FloatConvertor, UUIDConvertor)
"""Kinds of parameters whose values never contain a slash."""
TABLE = "hub.routes"
"""Member of the scope: the table in which the route of a request was looked for."""
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Target:
    """A route as the table holds it."""

    __slots__ = ("accepts", "app", "convertors", "endpoint", "handles_errors", "methods", "order", "pattern", "route")

    def __init__(self, order: int, route: Route):
        self.order = order
        """Place among all routes: the first that matches is the one."""
        self.route = route
        self.endpoint: Callable[..., Any] | None = route.endpoint
        is_fastapi = isinstance(route, APIRoute)
        is_own = not is_fastapi or (isinstance(route, DirectRoute) and route.plan is not None)
        self.app: ASGIApp = route.app if is_own else AsyncExitStackMiddleware(route.app)
        self.handles_errors = is_fastapi or isfunction(route.endpoint)
        """False for an ASGI application: routes of functions hand exceptions to their handlers themselves."""
        self.methods = frozenset(route.methods or ())
        """Methods; empty for a route that takes all."""
        self.accepts = route.accepts if isinstance(route, SelectiveRoute) else None
        self.pattern: Pattern[str] = route.path_regex
        self.convertors = tuple(
            (name, None if type(convertor) is StringConvertor else convertor.convert)
            for name, convertor in route.param_convertors.items()
        )

    def read_parameters(self, path: str) -> dict[str, Any] | None:
        """Return the parameters of a path as the route gets them; None if it does not match."""
        if not self.convertors and path[-1:] != "\n":
            return {}  # the table compared all of it
        found = self.pattern.match(path)
        if found is None:
            return None
        return {name: found[name] if convert is None else convert(found[name]) for name, convert in self.convertors}


class RouteMatch(NamedTuple):
    """The route of a request. One with another method stands for a 405."""

    target: Target
    parameters: dict[str, Any]
    has_method: bool

    def enter(self, scope: Scope) -> None:
        """Write the route into the scope, as FastAPI's router does. Plain routes too: metrics name them."""
        target = self.target
        scope["endpoint"] = target.endpoint
        scope["path_params"] = self.parameters
        scope["route"] = target.route


class _Node:
    """The targets below one beginning of a path."""

    __slots__ = ("deep", "ends", "named", "other")

    def __init__(self) -> None:
        self.named: dict[str, _Node] = {}
        self.other: _Node | None = None
        self.ends: list[Target] = []
        self.deep: list[Target] = []
        """Targets whose next parameter may contain slashes."""


class RoutingTable:
    """The HTTP routes of an app. Raises `TypeError` for a kind of route that it does not know, as included routers."""

    def __init__(self, routes: Iterable[BaseRoute]):
        self._all: list[Target] = []
        self._root = _Node()
        exact: dict[str, None] = {}
        for order, route in enumerate(routes):
            if isinstance(route, WebSocketRoute):
                continue
            if not isinstance(route, Route) or _has_unknown_matching(route):
                raise TypeError(f"the routing table does not know how {type(route).__name__} matches")
            target = Target(order, route)
            self._all.append(target)
            self._insert(route.path, target, route.param_convertors)
            if not target.convertors:
                exact[route.path] = None
        self._exact = {path: tuple(self._candidates(path)) for path in exact}

    def find(self, scope: Scope) -> RouteMatch | None:
        """Find the first route for a request; else the first that has its path; None if none has."""
        path: str = get_route_path(scope) if scope.get("root_path") else scope["path"]
        return self._find(scope, path, scope["method"])

    def list_methods(self, scope: Scope) -> list[str]:
        """List all methods that the address of a request has, HEAD last."""
        path = get_route_path(scope)
        found = [name for name in _METHODS if (match := self._find(scope, path, name)) and match.has_method]
        return [*found, "HEAD"] if "GET" in found else found

    def _find(self, scope: Scope, path: str, method: str) -> RouteMatch | None:
        partial: RouteMatch | None = None
        for target in self._exact.get(path) or self._candidates(path):
            parameters = target.read_parameters(path)
            if parameters is None or (target.accepts is not None and not target.accepts(scope)):
                continue
            if not target.methods or method in target.methods:
                return RouteMatch(target, parameters, True)
            partial = partial or RouteMatch(target, parameters, False)
        return partial

    def _insert(self, path: str, target: Target, convertors: dict[str, Any]) -> None:
        node = self._root
        for segment in path.split("/")[1:]:
            if "{" not in segment:
                node = node.named.setdefault(segment, _Node())
                continue
            names = [part.partition("}")[0].partition(":")[0] for part in segment.split("{")[1:]]
            if not all(type(convertors[name]) in _WITHIN_A_SEGMENT for name in names):
                node.deep.append(target)
                return
            node.other = node.other or _Node()
            node = node.other
        node.ends.append(target)

    def _candidates(self, path: str) -> Sequence[Target]:
        """List the targets that may match a path, in their order."""
        if path[-1:] == "\n":
            return self._all  # the end of a pattern matches before a last line break, too
        found: list[Target] = []
        nodes = [self._root]
        for segment in path.split("/")[1:]:
            following = []
            for node in nodes:
                found += node.deep
                if (named := node.named.get(segment)) is not None:
                    following.append(named)
                if node.other is not None:
                    following.append(node.other)
            nodes = following
            if not nodes:
                break
        for node in nodes:
            found += node.ends
        if len(found) > 1:
            found.sort(key=_order_of)
        return found


def _order_of(target: Target) -> int:
    return target.order


def _has_unknown_matching(route: Route) -> bool:
    """True for a class of routes that decides itself what it matches, without the method that tells the table."""
    return type(route).matches not in (Route.matches, APIRoute.matches, SelectiveRoute.matches)


def table_of(request: Request) -> RoutingTable:
    """The routing table of a request's app; compiled for this call in an app without `Dispatch`."""
    found: RoutingTable | None = request.scope.get(TABLE)
    return found or RoutingTable(request.app.router.routes)
