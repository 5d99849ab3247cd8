"""Every query is parsed, measured, validated, priced and timed here, whichever way it came."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from typing import Any

import orjson
from graphql import (
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    specified_rules,
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.types.execution import ExecutionResult

from hub.errors import HubError
from schema.errors import QueryTimeout
from schema.limits.complexity import CACHED_QUERIES, MAX_COUNT, limit_error, parse_query
from schema.limits.cost import Cost, query_cost

MAX_ERRORS = 20
"""Findings after which validation stops: each looks for names that were meant, which costs time."""
CACHED_INTROSPECTIONS = 16
MAX_CACHED_VARIABLE_BYTES = 1_000
"""Of the variables; larger ones are of no use to introspection."""

_INTROSPECTION = frozenset({"__schema", "__type", "__typename"})


class QueryLimitsExtension(SchemaExtension):
    """Reads and validates a query once and remembers it by its text; tells what it costs; ends it in time."""

    cost: Cost | None = None

    def on_parse(self) -> Iterator[None]:
        if self.execution_context.query:
            self.execution_context.graphql_document = parse_query(self.execution_context.query)
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        assert context.query is not None  # noqa: S101 - nothing else is parsed
        context.pre_execution_errors = list(_validation_errors(context.schema, context.query, context.validation_rules))
        if not context.pre_execution_errors:
            schema: Any = context.schema
            self.cost = query_cost(schema._schema, parse_query(context.query), self._operation, context.variables or {})
            if self.cost.points > self._max_cost:
                context.pre_execution_errors = [_cost_error(self.cost, self._max_cost)]
        yield

    async def on_execute(self) -> AsyncIterator[None]:
        # A change is not cut off in its middle: whoever made it could not know whether it was done.
        if self._operation.operation != OperationType.QUERY:
            yield
            return
        key = self._introspection_key()
        if key in _introspection_cache:
            _introspection_cache.move_to_end(key)
            self.execution_context.result = ExecutionResult(data=_introspection_cache[key], errors=None)
        seconds = (
            self.execution_context.context.parts.settings.graphql_timeout if self.execution_context.context else None
        )
        try:
            async with asyncio.timeout(seconds):
                yield
        except TimeoutError:
            raise QueryTimeout(
                f"The query was ended after {seconds:g} seconds.",
                expected="fewer items (`first`), fewer fields, or several smaller queries",
                seconds=seconds,
            ) from None
        result = self.execution_context.result
        if key is not None and result is not None and result.data is not None and not result.errors:
            _introspection_cache[key] = result.data
            if len(_introspection_cache) > CACHED_INTROSPECTIONS:
                _introspection_cache.popitem(last=False)

    def get_results(self) -> dict[str, Any]:
        """What the query costs, for whoever asks by `"extensions": {"cost": true}`."""
        wanted = (self.execution_context.operation_extensions or {}).get("cost") is True
        if self.cost is None or not wanted:
            return {}
        dearest = self.cost.dearest
        return {
            "cost": {
                "points": min(self.cost.points, MAX_COUNT),
                "allowed": self._max_cost,
                "dearest": dearest and {"field": dearest.name, "points": min(dearest.cost, MAX_COUNT)},
            }
        }

    @property
    def _operation(self) -> OperationDefinitionNode:
        context = self.execution_context
        assert context.graphql_document is not None  # noqa: S101
        found = get_operation_ast(context.graphql_document, context.operation_name)
        assert found is not None  # noqa: S101 - Strawberry has found its type before
        return found

    @property
    def _max_cost(self) -> int:
        context: Any = self.execution_context.context
        return MAX_COUNT if context is None else context.parts.settings.graphql_max_cost

    def _introspection_key(self) -> tuple[str, str | None, bytes] | None:
        """What an answer about the schema alone depends on; None for every other query."""
        context = self.execution_context
        for node in self._operation.selection_set.selections:
            if not isinstance(node, FieldNode) or node.name.value not in _INTROSPECTION:
                return None
        assert context.query is not None  # noqa: S101
        variables = orjson.dumps(context.variables)
        return (
            (context.query, context.operation_name, variables) if len(variables) < MAX_CACHED_VARIABLE_BYTES else None
        )


_introspection_cache: OrderedDict[tuple[str, str | None, bytes] | None, dict[str, Any]] = OrderedDict()


def is_valid_query(schema: Any, text: str) -> bool:
    """Whether a text is a query within the limits that the schema has an answer to."""
    try:
        return not _validation_errors(schema, text, tuple(specified_rules))
    except (GraphQLError, HubError):
        return False


@lru_cache(maxsize=CACHED_QUERIES)
def _validation_errors(schema: Any, text: str, rules: tuple[Any, ...]) -> tuple[GraphQLError, ...]:
    return tuple(validate(schema._schema, parse_query(text), rules, max_errors=MAX_ERRORS))


def _cost_error(cost: Cost, allowed: int) -> GraphQLError:
    """The refusal, with the part that would help most."""
    more, way_out = "", "fewer items (`first`), fewer fields, or several smaller queries"
    if (part := cost.dearest) is not None:
        more = f" `{part.name}` takes {min(part.cost, MAX_COUNT):,} of it"
        more += f": {part.each:,} for each of up to {part.page:,} items." if part.page and part.each else "."
        room = allowed - (cost.points - part.page * part.each)
        if part.page and part.each and room >= part.each:
            way_out = f"`{part.name}` with at most {room // part.each} items (`first`), or fewer fields"
    refused = limit_error("cost", allowed, cost.points, way_out, more, part=part and part.name)
    return GraphQLError(refused.detail, original_error=refused)
