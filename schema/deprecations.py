"""`@deprecated` directives in the SDL, from the hub's list of deprecations."""

from collections.abc import Mapping

from graphql import GraphQLEnumType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

from hub.deprecations import GRAPHQL, Deprecation


def apply_deprecations(schema: GraphQLSchema, listed: Mapping[str, Deprecation] = GRAPHQL) -> None:
    """Mark deprecated fields and enum values. Raises `KeyError` for one that the schema does not have."""
    for name, found in listed.items():
        owner, _, part = name.partition(".")
        made = schema.type_map[owner]
        if isinstance(made, GraphQLObjectType | GraphQLInterfaceType):
            made.fields[part].deprecation_reason = found.reason
        elif isinstance(made, GraphQLEnumType):
            made.values[part].deprecation_reason = found.reason
        else:
            raise KeyError(name)
