"""GraphQL object types made from the hub's frozen views, descriptions and all.

`strawberry.pydantic.type` cannot take them as they are: it refuses models whose JSON is not their attributes (moments
are shown with +07:00) and writes on the class it decorates, which belongs to the hub. And nothing here resolves from
model instances: a view is stored as JSON, so every field is read from a dict.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import EnumMeta
from inspect import getdoc
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Optional, Union, get_args, get_origin
from uuid import UUID

import strawberry
from pydantic import AwareDatetime, BaseModel

from hub.domain.kinds import KindName
from schema.enums import graphql_enum
from schema.scalars import DateText, DateTimeText, JSONValue, Long, UUIDText

Fields = Mapping[str, tuple[Any, str | None]]
"""Type and description of fields by their name in the stored JSON."""

KIND: Any = graphql_enum(KindName)
LONG_FIELDS = frozenset({"seq", "head", "size", "id"})
"""Fields whose numbers may be larger than 32 bits, in every view."""

_SCALARS: dict[Any, Any] = {
    UUID: UUIDText,
    datetime: DateTimeText,
    AwareDatetime: DateTimeText,
    date: DateText,
    str: str,
    int: int,
    float: float,
    bool: bool,
}
_type_cache: dict[type[BaseModel], Any] = {}


def object_type(
    name: str, description: str, fields: Fields, *, bases: tuple[type, ...] = (), interface: bool = False
) -> Any:
    """A Strawberry type whose objects are dicts."""
    namespace = {
        "__module__": __name__,
        "__doc__": description,
        "__annotations__": {field: annotation for field, (annotation, _) in fields.items()},
        **{field: strawberry.field(description=text) for field, (_, text) in fields.items()},
    }
    made = type(name, bases, namespace)
    decorate = strawberry.interface if interface else strawberry.type
    return decorate(made, name=name, description=description)


def view_fields(model: type[BaseModel], *, without: frozenset[str] = frozenset()) -> Fields:
    """The fields of a view as GraphQL has them."""
    return {
        name: (graphql_type(name, field.annotation), field.description)
        for name, field in model.model_fields.items()
        if name not in without
    }


def view_type(model: type[BaseModel]) -> Any:
    """The GraphQL type of a view, made once; `AgencyView` becomes `Agency`."""
    if model not in _type_cache:
        _type_cache[model] = object_type(
            model.__name__.removesuffix("View"), class_description(model), view_fields(model)
        )
    return _type_cache[model]


def class_description(model: type[Any]) -> str:
    """A class's docstring as one paragraph."""
    return " ".join((getdoc(model) or "").split())


def graphql_type(name: str, annotation: Any) -> Any:
    """The GraphQL type of a field of the hub's models."""
    if name == "kind":
        return KIND
    if annotation is int and name in LONG_FIELDS:
        return Long
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return graphql_type(name, arguments[0])
    if origin in (Union, UnionType):
        (inner,) = (argument for argument in arguments if argument is not NoneType)
        return Optional[graphql_type(name, inner)]  # noqa: UP045 - NewTypes have no `|` for Strawberry
    if origin is list:
        return list[graphql_type(name, arguments[0])]  # type: ignore[misc]
    if origin is Literal:
        return str
    if origin is dict:
        return JSONValue
    if isinstance(annotation, EnumMeta):
        return graphql_enum(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return view_type(annotation)
    return _SCALARS[annotation]
