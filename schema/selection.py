"""The fields that a query selects below a field, through fragments and directives."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLResolveInfo,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionSetNode,
    VariableNode,
)


def is_selected(info: GraphQLResolveInfo[Any], path: Sequence[str], names: Collection[str]) -> bool:
    """Return True if any of `names` is selected at `path` below the field that is being resolved.

    Type conditions are ignored: `names` are those of the types that are possible there.
    """
    level: list[SelectionSetNode] = [node.selection_set for node in info.field_nodes if node.selection_set]
    for step in path:
        level = [
            field.selection_set
            for field in _fields(info, level)
            if field.name.value == step and field.selection_set is not None
        ]
    return any(field.name.value in names for field in _fields(info, level))


def _fields(info: GraphQLResolveInfo[Any], level: Sequence[SelectionSetNode]) -> Iterator[FieldNode]:
    """Yield the fields of selection sets, with each fragment once."""
    seen: set[str] = set()
    waiting = list(level)
    while waiting:
        for node in waiting.pop().selections:
            if not _is_included(info, node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                waiting.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                waiting.append(_fragment(info.fragments[node.name.value]).selection_set)


def _fragment(found: Any) -> Any:
    """Return a fragment's definition, which graphql-core stores bare or together with its signature."""
    return getattr(found, "definition", found)


def _is_included(info: GraphQLResolveInfo[Any], node: Any) -> bool:
    values: Any = info.variable_values  # Strawberry hands on the coerced values, a plain dict
    for directive in node.directives or ():
        condition = next((a.value for a in directive.arguments if a.name.value == "if"), None)
        value = (
            values.get(condition.name.value)
            if isinstance(condition, VariableNode)
            else getattr(condition, "value", None)
        )
        if (directive.name.value == GraphQLSkipDirective.name and value is True) or (
            directive.name.value == GraphQLIncludeDirective.name and value is False
        ):
            return False
    return True
