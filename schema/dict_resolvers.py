"""Resolvers that read fields from dicts, as cheap as graphql-core allows.

Every field of a stored view costs the same few steps, and a page has hundreds of fields. Two of the steps are
Strawberry's and serve other resolvers: a call chain to the default resolver, and a description of the call (`info`),
which nothing reads here.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.types import TYPE_NAMES

DICT_FIELD_KEY = "hub-plain"
"""Key in a field's extensions: its `DictFieldInfo`, on fields that are read from a dict."""


class DictFieldInfo(NamedTuple):
    """The only members of `info` that graphql-core itself reads, for its error messages."""

    parent_type: GraphQLObjectType
    field_name: str


class DictExecutionContext(StrawberryGraphQLCoreExecutionContext):
    """Execution that builds `info` only for fields that are not read from a dict.

    A later executor that projects whole views replaces `execute_fields` here, for the types of
    `install_dict_resolvers`.
    """

    def build_resolve_info(
        self, field_def: GraphQLField, field_nodes: Any, parent_type: GraphQLObjectType, path: Any
    ) -> Any:
        plain = field_def.extensions.get(DICT_FIELD_KEY)
        return plain if plain is not None else super().build_resolve_info(field_def, field_nodes, parent_type, path)


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
                    field.resolve = _dict_resolver(definition.python_name)
                    field.extensions[DICT_FIELD_KEY] = DictFieldInfo(made, field_name)


def _dict_resolver(name: str) -> Callable[..., Any]:
    def read(source: dict[str, Any], _info: Any) -> Any:
        # A view stored before the field existed has none.
        return source.get(name)

    return read
