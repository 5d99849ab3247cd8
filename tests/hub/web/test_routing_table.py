"""The routing table finds what linear matching finds, for every route of the app and for addresses around them."""

import random
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette._utils import get_route_path
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Mount, Route
from starlette.types import Scope

from hub.app import create_app
from hub.settings import Settings
from hub.web.repeated_parameters import refuse_repeated_parameters
from hub.web.router import HubRouter
from hub.web.routing.table import RoutingTable

VALUES = (
    "42",
    "a-b_c",
    "a.b",
    "nghị-quyết",
    "%2F",
    "a%2Fb",
    "%0A",
    "x.xml",
    "1-2.xml",
    "ĐẤT",
    " ",
    "..",
    "0",
    "0b9bd26e-7a4c-4a9f-9d3a-0c1c5a3ac9a1",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW")


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return create_app(Settings(database_url="postgresql://nobody@127.0.0.1:1/none"))


@pytest.fixture(scope="module")
def table(app: FastAPI) -> RoutingTable:
    return RoutingTable(app.router.routes)


def scope_of(method: str, path: str, root: str = "", media: str = "") -> Scope:
    headers = [(b"content-type", media.encode())] if media else []
    return {"type": "http", "method": method, "path": path, "root_path": root, "headers": headers, "app": None}


def match_linearly(routes: list[Any], scope: Scope) -> tuple[Any, dict[str, Any], bool] | None:
    """The first route with path and method, else the first with the path: as the routers of FastAPI do it."""
    partial = None
    for route in routes:
        if route.path_regex.match(get_route_path(scope)) is None:
            continue
        match, found = route.matches(scope)
        if match is Match.FULL:
            return found["endpoint"], found["path_params"], True
        if match is Match.PARTIAL and partial is None:
            partial = found["endpoint"], found["path_params"], False
    return partial


def http_routes(app: FastAPI) -> list[Route]:
    return [route for route in app.router.routes if isinstance(route, Route)]


def paths_around(pattern: str, chance: random.Random) -> Iterator[str]:
    """Addresses that fit a pattern, and some that almost do."""
    fitting = re.sub(r"\{[^}]+\}", lambda _: chance.choice(VALUES), pattern)
    path = unquote(fitting)
    yield path
    yield f"{path}/"
    yield f"{path}\n"
    yield path.removesuffix(path[-1]) or "/"
    yield path.replace("/", "//", 1)
    yield path.upper()
    parts = path.split("/")
    place = chance.randrange(1, len(parts))
    yield "/".join([*parts[:place], chance.choice(VALUES), *parts[place + 1 :]])
    yield "/".join([*parts[:place], "", *parts[place:]])
    yield "/".join([*parts, chance.choice(VALUES)])
    yield path.lstrip("/")


@pytest.mark.counts(small=1, full=20, soak=200)
def test_the_table_finds_the_same_route_and_parameters_as_linear_matching(
    app: FastAPI, table: RoutingTable, count: int
) -> None:
    chance = random.Random(189)  # noqa: S311
    routes = http_routes(app)
    patterns = sorted({route.path for route in routes})
    for pattern in patterns * count:
        for path in chance.sample(list(paths_around(pattern, chance)), 3):
            for method in chance.sample(METHODS, 2):
                scope = scope_of(method, path, media=chance.choice(("", "application/json", "text/csv")))
                found = table.find(scope)
                seen = found and (found.target.endpoint, found.parameters, found.has_method)
                assert seen == match_linearly(routes, scope), (method, path)


def test_an_included_router_is_refused_because_its_routes_would_be_analysed_twice() -> None:
    app = FastAPI()
    app.include_router(HubRouter(routes=http_routes(FastAPI())))
    with pytest.raises(TypeError, match="_IncludedRouter"):
        RoutingTable(app.router.routes)


def test_every_operation_refuses_repeated_parameters_and_tells_of_the_limit(app: FastAPI) -> None:
    operations = [route for route in http_routes(app) if isinstance(route, APIRoute)]
    assert len(operations) > 200
    without_parameters = {"/problems", "/deprecations"}
    for route in operations:
        assert 429 in route.responses, route.path
        called = [one.call for one in route.dependant.dependencies]
        assert (refuse_repeated_parameters in called) != (route.path in without_parameters), route.path


def test_the_methods_of_an_address_are_those_of_all_its_routes(table: RoutingTable) -> None:
    assert table.list_methods(scope_of("BREW", "/api/v1/ingest")) == ["POST"]
    assert table.list_methods(scope_of("BREW", "/api/v1/policies")) == ["GET", "HEAD"]
    assert table.list_methods(scope_of("BREW", "/nowhere")) == []


def test_the_path_of_the_public_address_is_cut_off_once(table: RoutingTable) -> None:
    assert table.find(scope_of("GET", "/hub/api/v1/policies", root="/hub")) is not None
    assert table.find(scope_of("GET", "/api/v1/policies", root="/hub")) is not None
    assert table.find(scope_of("GET", "/hub/hub/api/v1/policies", root="/hub")) is None


def test_a_route_of_an_unknown_kind_is_refused_when_the_table_is_compiled() -> None:
    class OwnWay(Route):
        def matches(self, scope: Scope) -> tuple[Match, Scope]:
            return Match.FULL, {}

    async def answer(_: Request) -> Response:
        return Response()

    for route in (OwnWay("/a", answer), Mount("/b", APIRouter())):
        with pytest.raises(TypeError, match=type(route).__name__):
            RoutingTable([route])
