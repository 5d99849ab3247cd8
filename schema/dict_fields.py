"""Fields that are read from a dict: nearly all fields below the root types."""

from typing import Any, NamedTuple

from graphql import GraphQLField, GraphQLObjectType

_KEY = "hub-plain"
_LATE = "hub-late"


class DictField(NamedTuple):
    """A field that is read from a dict.

    It stands in for a description of the call (`info`): graphql-core reads the first two members for its messages.
    """

    parent_type: GraphQLObjectType
    field_name: str
    source_name: str
    """The member of the dict."""
    default: Any
    """The value of a field that a view stored before the field existed does not have."""


def dict_field(field: GraphQLField) -> DictField | None:
    """Return how a field is read from a dict; None for a field with a resolver of its own."""
    found: DictField | None = field.extensions.get(_KEY)
    return found


def set_dict_field(field: GraphQLField, found: DictField) -> None:
    """Mark a field as read from a dict."""
    field.extensions[_KEY] = found


def is_late_field(field: GraphQLField) -> bool:
    """Return True if a field's resolver needs only its object and the request, and may run after all other fields."""
    return _LATE in field.extensions


def set_late_field(field: GraphQLField) -> None:
    """Mark a field whose resolver reads by a loader, for all objects of a request at once."""
    field.extensions[_LATE] = True
