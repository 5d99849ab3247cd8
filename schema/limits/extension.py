"""The extension that parses, validates, prices and times out every query, for all transports."""

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
"""Errors after which validation stops: each one searches for similar names, which takes time."""
CACHED_INTROSPECTIONS = 16
MAX_CACHED_VARIABLE_BYTES = 1_000
"""Bytes of variables up to which introspection is cached; it has no use for larger ones."""

_INTROSPECTION = frozenset({"__schema", "__type", "__typename"})


class QueryLimitsExtension(SchemaExtension):
    """Parses and validates a query with a cache by its text, limits its cost, and stops it after a time-out."""

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
        # A mutation has no time-out: after one, the client could not know whether it was committed.
        if self._operation.operation != OperationType.QUERY:
            yield
            return
        key = self._introspection_key()
        if key in _introspection_cache:
            _introspection_cache.move_to_end(key)
            self.execution_context.result = ExecutionResult(data=_introspection_cache[key], errors=None)
        context: Any = self.execution_context.context
        if context and self.cost is not None:
            await context.charge_cost(self.cost.points)
        seconds = context.parts.settings.graphql_timeout if context else None
        try:
            async with asyncio.timeout(seconds):
                yield
        except TimeoutError:
            raise QueryTimeout(
                f"The query was stopped after {seconds:g} seconds.",
                expected="fewer items (`first`), fewer fields, or several smaller queries",
                seconds=seconds,
            ) from None
        finally:
            if context:
                context.whole_texts.release()
        result = self.execution_context.result
        if key is not None and result is not None and result.data is not None and not result.errors:
            _introspection_cache[key] = result.data
            if len(_introspection_cache) > CACHED_INTROSPECTIONS:
                _introspection_cache.popitem(last=False)

    def get_results(self) -> dict[str, Any]:
        """Report the cost if the request has `"extensions": {"cost": true}`."""
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
        assert found is not None  # noqa: S101 - Strawberry has determined its type before
        return found

    @property
    def _max_cost(self) -> int:
        context: Any = self.execution_context.context
        return MAX_COUNT if context is None else context.parts.settings.graphql_max_cost

    def _introspection_key(self) -> tuple[str, str | None, bytes] | None:
        """Return the cache key of a pure introspection query; None for every other query."""
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
    """Return True if a text is a valid query of the schema within the limits."""
    try:
        return not _validation_errors(schema, text, tuple(specified_rules))
    except (GraphQLError, HubError):
        return False


@lru_cache(maxsize=CACHED_QUERIES)
def _validation_errors(schema: Any, text: str, rules: tuple[Any, ...]) -> tuple[GraphQLError, ...]:
    return tuple(validate(schema._schema, parse_query(text), rules, max_errors=MAX_ERRORS))


def _cost_error(cost: Cost, allowed: int) -> GraphQLError:
    """Build the error, with the field whose reduction would help most."""
    more, remedy = "", "fewer items (`first`), fewer fields, or several smaller queries"
    if (part := cost.dearest) is not None:
        more = f" `{part.name}` takes {min(part.cost, MAX_COUNT):,} of it"
        more += f": {part.each:,} for each of up to {part.page:,} items." if part.page and part.each else "."
        room = allowed - (cost.points - part.page * part.each)
        if part.page and part.each and room >= part.each:
            remedy = f"`{part.name}` with at most {room // part.each} items (`first`), or fewer fields"
    error = limit_error("cost", allowed, cost.points, remedy, more, part=part and part.name)
    return GraphQLError(error.detail, original_error=error)
