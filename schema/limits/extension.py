"""The extension that parses, validates, prices and times out every query, for all transports."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from typing import Any

import orjson
from graphql import (
    FieldNode,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
)
from strawberry.extensions import SchemaExtension
from strawberry.types.execution import ExecutionResult

from schema.limits.checks import cost_error, cost_members, operation_cost, validation_errors
from schema.limits.complexity import MAX_COUNT, parse_query
from schema.limits.cost import Cost
from schema.limits.deadline import limit_time

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
        context.pre_execution_errors = list(validation_errors(context.schema, context.query, context.validation_rules))
        if not context.pre_execution_errors:
            variables = context.variables or {}
            self.cost = operation_cost(context.schema, context.query, context.operation_name, variables)
            if self.cost.points > self._max_cost:
                context.pre_execution_errors = [cost_error(self.cost, self._max_cost)]
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
        async with limit_time(context):
            yield
        result = self.execution_context.result
        if key is not None and result is not None and result.data is not None and not result.errors:
            _introspection_cache[key] = result.data
            if len(_introspection_cache) > CACHED_INTROSPECTIONS:
                _introspection_cache.popitem(last=False)

    def get_results(self) -> dict[str, Any]:
        """Report the cost if the request has `"extensions": {"cost": true}`."""
        wanted = (self.execution_context.operation_extensions or {}).get("cost") is True
        return cost_members(self.cost, self._max_cost) if self.cost is not None and wanted else {}

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
        if not is_introspection(self._operation):
            return None
        assert context.query is not None  # noqa: S101
        variables = orjson.dumps(context.variables)
        return (
            (context.query, context.operation_name, variables) if len(variables) < MAX_CACHED_VARIABLE_BYTES else None
        )


def is_introspection(operation: OperationDefinitionNode) -> bool:
    """Return True for an operation that only reads the schema."""
    return all(
        isinstance(node, FieldNode) and node.name.value in _INTROSPECTION for node in operation.selection_set.selections
    )


_introspection_cache: OrderedDict[tuple[str, str | None, bytes] | None, dict[str, Any]] = OrderedDict()
