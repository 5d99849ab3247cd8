"""Input types derived from the models that REST validates with, and the plain values of what was given.

A member that the model requires is required here too; any other may be left out, or be null.
"""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Optional, Union, get_args, get_origin

import strawberry
from pydantic import BaseModel
from strawberry.types.base import StrawberryContainer, StrawberryObjectDefinition, has_object_definition

from schema.derive import class_description, graphql_type
from schema.naming import camel_case


@cache
def input_type(model: type[BaseModel]) -> Any:
    """Return the input type of a model; `AgencyEntry` becomes `AgencyInput`."""
    return make_input(
        f"{model.__name__.removesuffix('Entry')}Input",
        class_description(model),
        {
            name: (input_annotation(name, field.annotation), field.description, field.is_required())
            for name, field in model.model_fields.items()
        },
    )


def make_input(
    name: str, description: str, members: dict[str, tuple[Any, str | None, bool]], *, one_of: bool = False
) -> Any:
    """Build an input type from its members: type, description, and whether each is required."""
    annotations: dict[str, Any] = {}
    namespace: dict[str, Any] = {"__module__": __name__, "__annotations__": annotations}
    for member, (annotation, text, is_required) in members.items():
        if is_required:
            annotations[member] = annotation
            namespace[member] = strawberry.field(description=text)
        else:
            annotations[member] = Optional[annotation]  # noqa: UP045 - NewTypes have no `|` for Strawberry
            namespace[member] = strawberry.field(description=text, default=strawberry.UNSET)
    return strawberry.input(type(name, (), namespace), name=name, description=description, one_of=one_of or None)


def input_annotation(name: str, annotation: Any) -> Any:
    """Convert the type of a model's member to the GraphQL type of an argument or of a member of an input."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return input_annotation(name, arguments[0])
    if origin in (Union, UnionType):
        (inner,) = (one for one in arguments if one is not NoneType)
        return Optional[input_annotation(name, inner)]  # noqa: UP045
    if origin in (list, tuple):
        return list[input_annotation(name, arguments[0])]  # type: ignore[misc]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return input_type(annotation)
    return graphql_type(name, annotation)


def plain_input(value: Any) -> Any:
    """Convert what was given for an input to plain values by the hub's names, without what was left out."""
    if isinstance(value, list):
        return [plain_input(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value):
        return {name: plain_input(one) for name, one in vars(value).items() if one is not strawberry.UNSET}
    return value


def plain_members(given: Mapping[str, Any], of: type) -> dict[str, Any]:
    """Convert the coerced members of an input to values of JSON by the hub's names, without null members."""
    names = _member_names(of)
    found = {}
    for graphql_name, value in given.items():
        if value is not None:
            name, inner = names[graphql_name]
            found[name] = value if type(value) is str else _plain_json(value, inner)
    return found


def _plain_json(value: Any, inner: type | None) -> Any:
    if isinstance(value, list):
        return [_plain_json(one, inner) for one in value]
    if inner is not None and isinstance(value, dict):
        return plain_members(value, inner)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


@cache
def _member_names(of: type) -> dict[str, tuple[str, type | None]]:
    """Return the hub's name of each member of an input type, and the input type inside it, by its name in GraphQL."""
    definition: StrawberryObjectDefinition = of.__strawberry_definition__  # type: ignore[attr-defined]
    found: dict[str, tuple[str, type | None]] = {}
    for field in definition.fields:
        inner: Any = field.resolve_type(type_definition=definition)
        while isinstance(inner, StrawberryContainer):
            inner = inner.of_type
        is_input = has_object_definition(inner)
        found[camel_case(field.python_name)] = (field.python_name, inner if is_input else None)
    return found
