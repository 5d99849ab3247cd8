"""Routes of plain reads: their parameters are validated by one model, without FastAPI looking through the route again.

For each request FastAPI goes through the fields of a model of parameters, and asks for each what kind of type it has:
a quarter of the time of a list. A plain route has one model of single values, and dependencies that need the request
alone. Whatever is not valid is left to FastAPI, which makes every error.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from inspect import iscoroutinefunction, signature
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from fastapi.routing import APIRoute
from pydantic import AliasChoices, AliasPath, BaseModel
from starlette._exception_handler import wrap_app_handling_exceptions
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send


class DirectRoute(APIRoute):
    """Route that answers requests itself if it is plain and their parameters are valid."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.plan = _make_plan(self)
        """The way in which the route reads requests itself; None for one that is left to FastAPI."""
        if self.plan is not None:
            self.app = _DirectApp(self.plan, AsyncExitStackMiddleware(self.app))


class _Dependency(NamedTuple):
    """A dependency that needs the request alone."""

    call: Callable[..., Awaitable[Any]]
    request_name: str
    name: str | None
    """Parameter of the endpoint; None for a check without a value."""


class DirectPlan(NamedTuple):
    """The parts of a request that a plain route needs."""

    endpoint: Callable[..., Awaitable[Response]]
    request_name: str | None
    dependencies: Sequence[_Dependency]
    path: Sequence[ModelField]
    query: ModelField | None

    def read_values(self, scope: Scope) -> dict[str, Any] | None:
        """Validate the parameters of a request; None if any is not valid, or occurs twice."""
        values: dict[str, Any] = {}
        given: Mapping[str, Any] = scope["path_params"]
        for field in self.path:
            values[field.name], errors = field.validate(given[field.alias], loc=("path",))
            if errors:
                return None
        if self.query is not None:
            pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            query = dict(pairs)
            if len(query) != len(pairs):
                return None
            values[self.query.name], errors = self.query.validate(query, loc=("query",))
            if errors:
                return None
        return values


class _DirectApp:
    """ASGI application of a plain route."""

    def __init__(self, plan: DirectPlan, general: ASGIApp):
        self.plan = plan
        self.general = general
        """FastAPI's own application of the route."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        values = self.plan.read_values(scope)
        if values is None:
            await self.general(scope, receive, send)
            return
        request, plan = Request(scope, receive, send), self.plan

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            for call, request_name, name in plan.dependencies:
                found = await call(**{request_name: request})
                if name is not None:
                    values[name] = found
            if plan.request_name is not None:
                values[plan.request_name] = request
            response = await plan.endpoint(**values)
            await response(scope, receive, send)

        await wrap_app_handling_exceptions(answer, request)(scope, receive, send)


def _make_plan(route: APIRoute) -> DirectPlan | None:
    """Plan how a route's requests are read; None for a route that is left to FastAPI."""
    needs = route.dependant
    if not _returns_response(route.endpoint) or route.methods != {"GET"} or _has_other_needs(needs):
        return None
    if len(needs.query_params) > 1 or not all(map(_is_single_query_model, needs.query_params)):
        return None
    dependencies = [_plan_dependency(one) for one in needs.dependencies]
    planned = [one for one in dependencies if one is not None]
    if len(planned) != len(dependencies) or len({one.call for one in planned}) != len(planned):
        return None
    return DirectPlan(
        route.endpoint,
        needs.request_param_name,
        planned,
        needs.path_params,
        needs.query_params[0] if needs.query_params else None,
    )


def _returns_response(endpoint: Callable[..., Any]) -> bool:
    if not iscoroutinefunction(endpoint):
        return False
    returned = signature(endpoint).return_annotation
    if isinstance(returned, str):
        returned = get_type_hints(endpoint)["return"]
    return isinstance(returned, type) and issubclass(returned, Response)


def _has_other_needs(needs: Dependant) -> bool:
    """True for a function that needs more than the request, the path, the query and dependencies."""
    given = (
        *(needs.header_params, needs.cookie_params, needs.body_params),
        *(needs.websocket_param_name, needs.response_param_name, needs.background_tasks_param_name),
        needs.security_scopes_param_name,
        needs.concurrency,
    )
    return any(given)


def _plan_dependency(needs: Dependant) -> _Dependency | None:
    names = [name for name in (needs.request_param_name, needs.http_connection_param_name) if name is not None]
    others = _has_other_needs(needs) or needs.dependencies or needs.path_params or needs.query_params
    if others or len(names) != 1 or needs.call is None or not iscoroutinefunction(needs.call):
        return None
    return _Dependency(needs.call, names[0], needs.name)


def _is_single_query_model(field: ModelField) -> bool:
    """True for a model whose members have one name and one value each."""
    model = field.field_info.annotation
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return False
    return not any(
        isinstance(one.validation_alias, AliasChoices | AliasPath) or _is_sequence(one.annotation)
        for one in model.model_fields.values()
    )


def _is_sequence(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin is not None:
        is_collection = isinstance(origin, type) and issubclass(origin, Sequence | set | frozenset | Mapping)
        return is_collection or any(map(_is_sequence, get_args(annotation)))
    return isinstance(annotation, type) and issubclass(annotation, Sequence) and not issubclass(annotation, str)
