"""GraphQL object types derived from the hub's frozen views, with their descriptions.

`strawberry.pydantic.type` cannot use the views: it refuses models whose JSON differs from their attributes (timestamps
are shown with +07:00), and it modifies the class it decorates, which belongs to the hub. Besides, nothing here resolves
from model instances: a view is stored as JSON, so every field is read from a dict.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from enum import EnumMeta
from inspect import getdoc
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Optional, Union, cast, get_args, get_origin
from uuid import UUID

import strawberry
from pydantic import BaseModel

from hub.auth.principal import Scope
from hub.domain.kinds import KindName
from schema.enums import graphql_enum
from schema.scalars import DateText, DateTimeText, JSONValue, Long

Fields = Mapping[str, tuple[Any, str | None]]
"""Type and description of each field, by its name in the stored JSON."""

Resolver = Callable[..., Awaitable[Any]]

KIND: Any = graphql_enum(KindName)
LONG_FIELDS = frozenset({"seq", "head", "reached", "size"})
"""Fields of any view whose numbers may exceed 32 bits."""

_SCALARS: dict[Any, Any] = {
    datetime: DateTimeText,
    date: DateText,
    str: str,
    int: int,
    float: float,
    bool: bool,
}
_type_cache: dict[type[BaseModel], Any] = {}


def object_type(
    name: str,
    description: str,
    fields: Fields,
    *,
    bases: tuple[type, ...] = (),
    interface: bool = False,
    resolvers: Mapping[str, Resolver] | None = None,
) -> Any:
    """Build a Strawberry type whose objects are dicts; fields with a resolver are not read from them."""
    resolvers = resolvers or {}
    namespace = {
        "__module__": __name__,
        "__doc__": description,
        "__annotations__": {field: made for field, (made, _) in fields.items() if field not in resolvers},
        **{
            field: strawberry.field(description=text, resolver=cast(Any, resolvers.get(field)))
            for field, (_, text) in fields.items()
        },
    }
    made = type(name, bases, namespace)
    decorate = strawberry.interface if interface else strawberry.type
    return decorate(made, name=name, description=description)


def view_fields(model: type[BaseModel], *, without: frozenset[str] = frozenset()) -> Fields:
    """Convert the fields of a view to GraphQL fields."""
    return {
        name: (graphql_type(name, field.annotation), field.description)
        for name, field in model.model_fields.items()
        if name not in without
    }


def view_type(model: type[BaseModel]) -> Any:
    """Return the cached GraphQL type of a view; `AgencyView` becomes `Agency`."""
    if model not in _type_cache:
        _type_cache[model] = object_type(
            model.__name__.removesuffix("View"), class_description(model), view_fields(model)
        )
    return _type_cache[model]


def set_view_type(model: type[BaseModel], made: Any) -> None:
    """Set the GraphQL type of a view that has more fields in GraphQL than in REST."""
    _type_cache[model] = made


def class_description(model: type[Any]) -> str:
    """Return a class's docstring as one paragraph."""
    return " ".join((getdoc(model) or "").split())


def is_identifier(name: str, annotation: Any) -> bool:
    """Return True for what is an `ID` everywhere: UUIDs, and what a member `id` or `…_id` holds."""
    return annotation is UUID or (annotation in (str, int) and (name == "id" or name.endswith("_id")))


def graphql_type(name: str, annotation: Any) -> Any:
    """Convert the type of a field of the hub's models to its GraphQL type."""
    is_enum = any(isinstance(one, EnumMeta) for one in (annotation, *get_args(annotation)))
    if name == "kind" and not is_enum:  # of a document, stored as text
        return KIND
    if is_identifier(name, annotation):
        return strawberry.ID
    if annotation is int and name in LONG_FIELDS:
        return Long
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return graphql_type(name, arguments[0])
    if origin in (Union, UnionType):
        (inner,) = (argument for argument in arguments if argument is not NoneType)
        return Optional[graphql_type(name, inner)]  # noqa: UP045 - NewTypes have no `|` for Strawberry
    if origin in (list, tuple):
        return list[graphql_type(name, arguments[0])]  # type: ignore[misc]
    if origin is Literal:
        return str
    if origin is dict:
        return JSONValue
    if annotation is Scope:  # `read:working` can be no name of GraphQL
        return str
    if isinstance(annotation, EnumMeta):
        return graphql_enum(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return view_type(annotation)
    return _SCALARS[annotation]
