"""How large a query may be, found out in time linear in its text and before anything is validated.

Strawberry's own limiters are not used: they walk every spread of every fragment again, so twenty fragments that each
spread the next one twice keep them busy for seconds (and thirty for hours); and a limiter made per request, as its
extensions are, makes the validation cache miss always.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
)
from graphql.language.parser import Parser
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from schema.errors import QueryLimitExceeded

MAX_CHARACTERS = 20_000
MAX_TOKENS = 2_000
MAX_DEPTH = 10
MAX_ALIASES = 30
MAX_FIELDS = 500
CACHED_QUERIES = 128


@dataclass(frozen=True)
class Size:
    """The size of a selection with its fragments spread out."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0


class Documents(SchemaExtension):
    """Parses, measures and validates a query once, and remembers it by its text."""

    def on_parse(self) -> Iterator[None]:
        if self.execution_context.query:
            self.execution_context.graphql_document = read_query(self.execution_context.query)
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        assert context.query is not None  # noqa: S101 - nothing else is parsed
        context.pre_execution_errors = list(_problems(context.schema, context.query, context.validation_rules))
        yield


@lru_cache(maxsize=CACHED_QUERIES)
def read_query(text: str) -> DocumentNode:
    """The parsed query. Raises `QueryLimitExceeded` or a syntax error."""
    if len(text) > MAX_CHARACTERS:
        raise _refused("characters", MAX_CHARACTERS, len(text), "values in variables, and fewer fields")
    parser = Parser(text, max_lexical_tokens=MAX_TOKENS)
    try:
        document = parser.parse_document()
    except GraphQLSyntaxError:
        if parser.token_count > MAX_TOKENS:
            raise _refused("tokens", MAX_TOKENS, parser.token_count, "several smaller queries") from None
        raise
    except RecursionError:
        raise QueryLimitExceeded(
            "The values in the query are nested too deeply.", expected="flatter values, in variables", limit="nesting"
        ) from None
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    known: dict[str, Size] = {}
    sizes = [_size(d, fragments, known) for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    for limit, allowed, way_out in (
        ("depth", MAX_DEPTH, "fewer levels of fields inside each other"),
        ("aliases", MAX_ALIASES, "several smaller queries"),
        ("fields", MAX_FIELDS, "several smaller queries"),
    ):
        found = max((getattr(size, limit) for size in sizes), default=0)
        if found > allowed:
            raise _refused(limit, allowed, found, way_out)
    return document


@lru_cache(maxsize=CACHED_QUERIES)
def _problems(schema: Any, text: str, rules: tuple[Any, ...]) -> tuple[GraphQLError, ...]:
    return tuple(validate_document(schema._schema, read_query(text), rules))


def _size(node: Any, fragments: dict[str, FragmentDefinitionNode], known: dict[str, Size]) -> Size:
    """The size below a node. Introspection counts as one field: graphql-core limits its depth itself."""
    depth = aliases = fields = 0
    for child in node.selection_set.selections:
        below = Size()
        if isinstance(child, FragmentSpreadNode):
            name = child.name.value
            if name not in known and name in fragments:
                known[name] = Size()  # a cycle ends here, and validation refuses it
                known[name] = _size(fragments[name], fragments, known)
            below = known.get(name, below)
        elif child.selection_set is not None and not _introspects(child):
            below = _size(child, fragments, known)
        field = isinstance(child, FieldNode)
        depth = max(depth, below.depth + field)
        aliases += below.aliases + (field and child.alias is not None)
        fields += below.fields + field
    return Size(depth, aliases, fields)


def _introspects(node: Any) -> bool:
    return isinstance(node, FieldNode) and node.name.value.startswith("__")


def _refused(limit: str, allowed: int, found: int, way_out: str) -> QueryLimitExceeded:
    return QueryLimitExceeded(
        f"The query has {limit} {min(found, 10**9)}; the hub answers up to {allowed}.",
        expected=way_out,
        limit=limit,
        allowed=allowed,
        found=min(found, 10**9),
    )
