"""Resolvers that read fields from dicts, as cheap as graphql-core allows.

Two steps of every call are Strawberry's and serve other resolvers: a call chain to the default resolver, and a
description of the call (`info`), which nothing reads here.
"""

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
)

from schema.dict_fields import DictField, set_dict_field, set_late_field
from schema.types import TYPE_NAMES

LOADED_TYPES = frozenset({"Image"})
"""Types whose other fields are read by loaders."""


def install_dict_resolvers(schema: GraphQLSchema) -> None:
    """Replace the resolvers of all fields below the root types by lookups in dicts."""
    roots = {schema.query_type, schema.mutation_type, schema.subscription_type}
    for name, made in schema.type_map.items():
        if isinstance(made, GraphQLInterfaceType):
            made.resolve_type = lambda value, _info, _type: TYPE_NAMES[value["kind"]]
        elif isinstance(made, GraphQLObjectType) and made not in roots and not name.startswith("__"):
            # Dicts have no class: any object in the place of this type is of this type.
            made.is_type_of = None
            for field_name, field in made.fields.items():
                definition = field.extensions["strawberry-definition"]
                if definition.base_resolver is None:
                    found = DictField(made, field_name, definition.python_name, _default_of(field))
                    field.resolve = _dict_resolver(found.source_name, found.default)
                    set_dict_field(field, found)
                elif made.name in LOADED_TYPES and not field.args:
                    set_late_field(field)


def _default_of(field: GraphQLField) -> Any:
    """Return null, an empty list, or false."""
    required = field.type.of_type if isinstance(field.type, GraphQLNonNull) else None
    if required is GraphQLBoolean:
        return False
    return [] if isinstance(required, GraphQLList) else None


def _dict_resolver(name: str, default: Any) -> Callable[..., Any]:
    def read(source: dict[str, Any], _info: Any) -> Any:
        return source.get(name, default)

    return read
