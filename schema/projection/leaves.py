"""Projection of leaves: scalars and enums."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLEnumType, GraphQLError, GraphQLLeafType, GraphQLScalarType, Undefined

from schema.projection.tally import Tally

Projection = Callable[[Any, Tally], Any]
"""Projects a value that is not null, and adds its leaves to a tally. Raises any exception otherwise."""


class Unprojectable(Exception):
    """A value does not have the form that its type promises; the general executor tells the error."""


def can_pass_text(leaf: GraphQLLeafType) -> bool:
    """Return True if texts are their own output: they need no call."""
    text = "Huế"
    try:
        return isinstance(leaf, GraphQLScalarType) and leaf.coerce_output_value(text) is text
    except (GraphQLError, TypeError, ValueError):
        return False


def leaf_projection(leaf: GraphQLLeafType) -> Projection:
    """Build the projection of a leaf."""
    coerce = leaf.coerce_output_value
    names = _enum_names(leaf)

    def project(value: Any, tally: Tally) -> Any:
        name = names.get(value) if type(value) is str else None
        output = coerce(value) if name is None else name
        if output is None or output is Undefined:
            raise Unprojectable
        tally.add(output)
        return output

    return project


def _enum_names(leaf: GraphQLLeafType) -> dict[str, str]:
    """Return the names of an enum by its stored values; empty for scalars."""
    if not isinstance(leaf, GraphQLEnumType):
        return {}
    stored = (one.value for one in leaf.values.values())
    return {value: leaf.coerce_output_value(value) for value in stored if isinstance(value, str)}
