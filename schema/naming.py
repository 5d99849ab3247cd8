"""How names of the hub look in GraphQL."""

from collections.abc import Mapping

GRAPHQL_NAMES: Mapping[str, str] = {"limit": "first", "cursor": "after", "q": "query"}
"""Parameters that GraphQL calls otherwise than REST."""


def camel_case(name: str) -> str:
    """A field's name in GraphQL."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def argument_name(name: str) -> str:
    """A parameter's name in GraphQL."""
    return camel_case(GRAPHQL_NAMES.get(name, name))
