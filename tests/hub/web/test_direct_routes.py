"""Plain routes validate parameters as FastAPI does, and leave every refusal to it."""

import random
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI, Query
from fastapi.dependencies.utils import solve_dependencies
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from hub.app import create_app
from hub.settings import Settings
from hub.web.router import HubRouter
from hub.web.routing.direct_route import DirectRoute
from tests.hub.web.test_odd_values import ODD

USUAL = ("vi", "en", "1", "20", "policy", "ke-hoach", "2026-01-02", "2025-11-23T08:00:00%2B07:00", "true", "no", "+46")
PLACES = ("0b9bd26e-7a4c-4a9f-9d3a-0c1c5a3ac9a1", "policies", "atom", "7", *ODD)


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return create_app(Settings(database_url="postgresql://nobody@127.0.0.1:1/none"))


@pytest.fixture(scope="module")
def plain(app: FastAPI) -> list[DirectRoute]:
    return [one for one in app.router.routes if isinstance(one, DirectRoute) and one.plan is not None]


def scope_of(app: FastAPI, route: DirectRoute, path: dict[str, Any], query: str) -> Scope:
    return {
        "type": "http",
        "method": "GET",
        "path": route.path,
        "path_params": path,
        "query_string": query.encode(),
        "headers": [],
        "app": app,
        "route": route,
    }


async def values_by_fastapi(route: DirectRoute, scope: Scope) -> dict[str, Any] | None:
    """The values that FastAPI makes of the path and the query; None if it refuses them."""
    parameters = {field.name for field in (*route.dependant.path_params, *route.dependant.query_params)}
    needs = route.dependant
    async with AsyncExitStack() as stack:
        scope.update(fastapi_inner_astack=stack, fastapi_function_astack=stack)
        dependencies, needs.dependencies = needs.dependencies, []
        try:
            found = await solve_dependencies(
                request=Request(scope), dependant=needs, async_exit_stack=stack, embed_body_fields=False
            )
        finally:
            needs.dependencies = dependencies
    return None if found.errors else {name: found.values[name] for name in parameters}


def names_of(route: DirectRoute) -> list[str]:
    """The names of a route's query parameters, with one that no route has."""
    models: list[Any] = [field.field_info.annotation for field in route.dependant.query_params]
    return [*(one.alias or name for model in models for name, one in model.model_fields.items()), "utm_source"]


def some_query(chance: random.Random, route: DirectRoute) -> str:
    names = names_of(route)
    values = (*USUAL, *USUAL, *ODD)
    some = chance.sample(names, min(len(names), chance.choice((0, 1, 1, 2))))
    pairs = [f"{quote(name)}={chance.choice(values)}" for name in some]
    return "&".join(pairs + chance.choice(([], [], [], ["lang"], ["lang=vi", "lang=en"], [""])))


@pytest.mark.counts(small=2_000, full=20_000, soak=500_000)
async def test_a_plain_route_reads_what_fastapi_reads(app: FastAPI, plain: list[DirectRoute], count: int) -> None:
    chance, read = random.Random(count), 0  # noqa: S311 - no secret
    for _ in range(count):
        route = chance.choice(plain)
        assert route.plan is not None
        path: dict[str, Any] = {name: chance.choice(PLACES) for name in route.param_convertors}
        query = some_query(chance, route)
        found = route.plan.read_values(scope_of(app, route, path, query))
        expected = await values_by_fastapi(route, scope_of(app, route, path, query))
        if found is None:
            is_repeated = len({pair.partition("=")[0] for pair in query.split("&")}) < query.count("&") + 1
            assert expected is None or is_repeated, (route.path, path, query)
            continue
        assert found == expected, (route.path, path, query)
        for name, value in found.items():
            if isinstance(value, BaseModel):
                assert expected is not None
                assert value.model_fields_set == expected[name].model_fields_set, (route.path, query)
        read += 1
    assert read > count / 10


def test_the_reads_of_the_public_are_plain_and_what_needs_more_is_not(app: FastAPI, plain: list[DirectRoute]) -> None:
    paths = {one.path for one in plain}
    assert {"/api/v1/policies", "/api/v1/policies/{id}", "/api/v1/search", "/feeds/{name}.{form}", "/d/{id}"} <= paths
    assert len(paths) > 80
    with_header = [one for one in plain if one.dependant.header_params or one.dependant.body_params]
    assert with_header == []


class _Listed(BaseModel):
    name: list[str] = []


class _Single(BaseModel):
    name: str | None = None


async def test_a_parameter_with_several_values_and_a_plain_function_are_left_to_fastapi() -> None:
    routes = HubRouter()

    @routes.get("/listed")
    async def listed(params: _Listed = Query()) -> Response:
        return Response(",".join(params.name))

    @routes.get("/threaded")
    def threaded(params: _Single = Query()) -> Response:
        return Response(params.name)

    @routes.get("/modelled")
    async def modelled(params: _Single = Query()) -> _Single:
        return params

    @routes.get("/single")
    async def single(params: _Single = Query()) -> Response:
        return Response(params.name)

    by_path = {one.path: one for one in routes.routes if isinstance(one, DirectRoute)}
    assert [path for path, one in by_path.items() if one.plan is not None] == ["/single"]
    app = FastAPI()
    app.router.routes.extend(routes.routes)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        assert (await client.get("/listed?name=a&name=b")).text == "a,b"
        assert (await client.get("/threaded?name=a")).text == "a"
        assert (await client.get("/modelled?name=a")).json() == {"name": "a"}
        assert (await client.get("/single?name=a")).text == "a"
