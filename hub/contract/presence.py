"""Presence of members: `required` says that a member is always there, `null` that it may be without a value."""

from collections.abc import Iterable, Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import BaseRoute

from hub.changes.views import ChangeView, ClosingCountsView, ConsultationChangeView, RegistryChangeView
from hub.contract.schema_walk import list_operations, list_references
from hub.domain.types import LaterMember
from hub.ops.health import Ready
from hub.web.problems import Problem, ProblemItem

MAY_LACK: frozenset[type[BaseModel]] = frozenset(
    {ChangeView, RegistryChangeView, ConsultationChangeView, ClosingCountsView, Problem, ProblemItem, Ready}
)
"""Models whose members without a value are left out of answers, or missing in entries of the log from before them."""


def require_members(document: dict[str, Any], routes: Iterable[BaseRoute], messages: Iterable[type[BaseModel]]) -> None:
    """Require the members that every answer and message has; what clients send keeps its defaults.

    A shape that is both sent and answered stays as it is sent.
    """
    schemas = document["components"]["schemas"]
    sent = list_references(
        [one["requestBody"] for one in list_operations(document, ("paths",)) if "requestBody" in one], schemas
    )
    models = _answered_models(routes)
    for message in messages:
        _collect(message, models)
    for model in models:
        schema = schemas.get(model.__name__)
        if schema is None or model.__name__ in sent or model in MAY_LACK:
            continue
        always = [name for name in schema.get("properties", {}) if _is_always_there(model, name)]
        if always:
            schema["required"] = always


def drop_null_parameters(document: dict[str, Any]) -> None:
    """Drop the alternative null of parameters: one without a value is left out."""
    for operation in list_operations(document):
        for parameter in operation.get("parameters", ()):
            schema = parameter["schema"]
            others = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
            if len(others) == 1:
                parameter["schema"] = {**others[0], **{key: value for key, value in schema.items() if key != "anyOf"}}


def _is_always_there(model: type[BaseModel], name: str) -> bool:
    field = model.model_fields.get(name)
    if field is None:
        return False
    return field.is_required() or not (
        field.exclude_if or any(isinstance(each, LaterMember) for each in field.metadata)
    )


def _answered_models(routes: Iterable[BaseRoute]) -> set[type[BaseModel]]:
    found: set[type[BaseModel]] = set()
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for annotation in (route.response_model, *(one.get("model") for one in route.responses.values())):
                _collect(annotation, found)
    return found


def _collect(annotation: Any, found: set[type[BaseModel]]) -> None:
    for model in _models_in(annotation):
        if model not in found:
            found.add(model)
            for field in model.model_fields.values():
                _collect(field.annotation, found)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if get_origin(annotation) in (Union, UnionType, Annotated, list, tuple, dict):
        for each in get_args(annotation):
            yield from _models_in(each)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
