"""Root fields of GraphQL whose answers may be kept, and what a query with only such fields depends on."""

from collections.abc import Iterator, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from hub.answer_cache.dependence import COUNTERS, Dependence

PERSISTED = (*COUNTERS, "queries")
"""Counters of every GraphQL answer: its text may be known by a hash, or allowed because it is registered."""
CITED = (*PERSISTED, "citations")
_SEARCH = "search"
KEPT_FIELDS: Mapping[str, frozenset[str] | None] = {
    "policies": frozenset({"policy", "draft"}),
    "drafts": frozenset({"draft"}),
    "bulletins": frozenset({"bulletin"}),
    "statements": frozenset({"statement"}),
    "__typename": frozenset(),
    **dict.fromkeys(("node", "item", "history", "diff", "relations", "legalForce", "cites", "citedBy")),
    **dict.fromkeys(("agencies", "topics", "spokespersons", "places", "suggest", "related")),
    _SEARCH: None,
}
"""Kinds of the documents that each field shows; None for all. An answer with another field is never kept."""
_FOLLOWING = frozenset({"cites", "citedBy"})


def dependence_of(document: DocumentNode, operation: OperationDefinitionNode) -> Dependence | None:
    """Return what the answer to a valid query depends on; None if it must not be kept."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    names = set(_root_fields(operation.selection_set, fragments))
    if not names <= KEPT_FIELDS.keys():
        return None
    if _SEARCH in names:
        # Beside it, others would be held to what holds for searches alone.
        return Dependence(counters=PERSISTED, is_search=True) if names <= {_SEARCH, "__typename"} else None
    counters = CITED if names & _FOLLOWING else PERSISTED
    kinds: frozenset[str] | None = frozenset()
    for name in names:
        own = KEPT_FIELDS[name]
        kinds = None if kinds is None or own is None else kinds | own
    return Dependence(kinds=kinds, counters=counters)


def _root_fields(selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[str]:
    """Yield the names of the fields of the root, also those in fragments, which are not cyclic in a valid query."""
    for each in selections.selections:
        if isinstance(each, FieldNode):
            yield each.name.value
        elif isinstance(each, FragmentSpreadNode):
            yield from _root_fields(fragments[each.name.value].selection_set, fragments)
        elif isinstance(each, InlineFragmentNode):
            yield from _root_fields(each.selection_set, fragments)
