"""Limits on the complexity of a query, computed in time linear in its text and before validation.

Strawberry's own limiters are not used: they walk every spread of every fragment again, so twenty fragments that each
spread the next one twice keep them busy for seconds (and thirty for hours); and a limiter created per request, as its
extensions are, makes the validation cache always miss.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)
from graphql.language.parser import Parser

from hub.problem_texts.templates import FilledText, as_words, fill, join_sentences
from schema.errors import QueryLimitExceeded

MAX_CHARACTERS = 20_000
MAX_TOKENS = 2_000
MAX_OPERATIONS = 20
MAX_FRAGMENTS = 100
MAX_DEPTH = 10
MAX_ALIASES = 30
MAX_FIELDS = 500
MAX_REPEATS = 20
CACHED_QUERIES = 128
MAX_COUNT = 10**9
"""Counts are capped at this value, so that no number in a response is a million digits long."""

_SEVERAL = as_words("several smaller queries")

Fragments = dict[str, FragmentDefinitionNode]


@dataclass(frozen=True)
class Size:
    """The size of a selection with its fragments expanded."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0


@lru_cache(maxsize=CACHED_QUERIES)
def parse_query(text: str) -> DocumentNode:
    """Parse a query and check its limits; cached. Raises `QueryLimitExceeded` or `GraphQLSyntaxError`."""
    if len(text) > MAX_CHARACTERS:
        raise limit_error("characters", MAX_CHARACTERS, len(text), as_words("values in variables, and fewer fields"))
    parser = Parser(text, max_lexical_tokens=MAX_TOKENS)
    try:
        document = parser.parse_document()
        _check_limits(document)
    except GraphQLSyntaxError:
        if parser.token_count > MAX_TOKENS:
            raise limit_error("tokens", MAX_TOKENS, parser.token_count, _SEVERAL) from None
        raise
    except RecursionError:
        raise QueryLimitExceeded(
            "The query is nested too deeply.", expected="fewer levels, and values in variables", limit="nesting"
        ) from None
    return document


def limit_error(
    limit: str, allowed: int, found: int, remedy: FilledText, more: FilledText | None = None, **members: Any
) -> QueryLimitExceeded:
    """Build the error for a query that exceeds a limit, with the limit, the actual value, and a remedy."""
    found = min(found, MAX_COUNT)
    detail = fill(
        "The query has {limit} {found:,}; the limit is {allowed:,}.",
        limit=as_words(limit),
        found=found,
        allowed=allowed,
    )
    return QueryLimitExceeded(
        detail if more is None else join_sentences([detail, more]),
        expected=remedy,
        limit=limit,
        allowed=allowed,
        found=found,
        **members,
    )


def _check_limits(document: DocumentNode) -> None:
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    if len(operations) > MAX_OPERATIONS:
        raise limit_error("operations", MAX_OPERATIONS, len(operations), as_words("only the operation that is to run"))
    if len(fragments) > MAX_FRAGMENTS:
        raise limit_error("fragments", MAX_FRAGMENTS, len(fragments), _SEVERAL)
    known: dict[str, Size] = {}
    sizes = [_size(each, fragments, known) for each in operations]
    for limit, allowed in (("depth", MAX_DEPTH), ("aliases", MAX_ALIASES), ("fields", MAX_FIELDS)):
        found = max((getattr(size, limit) for size in sizes), default=0)
        if found > allowed:
            remedy = as_words("fewer levels of fields inside each other") if limit == "depth" else _SEVERAL
            raise limit_error(limit, allowed, found, remedy)
    # Validation compares all fields with the same name in the same place pairwise. Few fields are left at this point.
    repeats = max((_max_repeats([each.selection_set], fragments, frozenset()) for each in operations), default=0)
    if repeats > MAX_REPEATS:
        raise limit_error("repeats", MAX_REPEATS, repeats, as_words("each object once, with all its fields"))


def _size(node: Any, fragments: Fragments, known: dict[str, Size]) -> Size:
    """Compute the size below a node. The depth of introspection is not counted: graphql-core limits its nesting."""
    depth = aliases = fields = 0
    for child in node.selection_set.selections:
        below = Size()
        if isinstance(child, FragmentSpreadNode):
            name = child.name.value
            if name not in known and name in fragments:
                known[name] = Size()  # a cycle ends here, and validation refuses it
                known[name] = _size(fragments[name], fragments, known)
            below = known.get(name, below)
        elif child.selection_set is not None:
            below = _size(child, fragments, known)
        field = isinstance(child, FieldNode)
        if field and child.name.value.startswith("__"):
            below = replace(below, depth=0)
        depth = max(depth, below.depth + field)
        aliases += below.aliases + (field and child.alias is not None)
        fields += below.fields + field
    return Size(depth, aliases, fields)


def _max_repeats(level: list[SelectionSetNode], fragments: Fragments, inside: frozenset[str]) -> int:
    """Count the most selections of one object under the same name; `inside` are the fragments around it."""
    found: defaultdict[str, list[SelectionSetNode]] = defaultdict(list)
    seen = set(inside)
    while level:
        for child in level.pop().selections:
            if isinstance(child, FieldNode):
                if child.selection_set is not None:
                    found[(child.alias or child.name).value].append(child.selection_set)
            elif isinstance(child, InlineFragmentNode):
                level.append(child.selection_set)
            elif isinstance(child, FragmentSpreadNode) and (name := child.name.value) not in seen:
                seen.add(name)
                if name in fragments:
                    level.append(fragments[name].selection_set)
    inside = frozenset(seen)
    return max((max(len(each), _max_repeats(list(each), fragments, inside)) for each in found.values()), default=0)
