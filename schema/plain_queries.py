"""Execution of plain queries: valid ones that read data, which are nearly all requests.

Strawberry's own chain has a place for each of its extensions before and after every step, for all kinds of operations.
A plain query needs four steps: its cost, the charge for it, its time limit, and graphql-core. Whatever is not plain, or
is refused, goes through the chain, where every error is made.
"""

from collections.abc import Mapping
from functools import lru_cache
from inspect import isawaitable
from typing import Any, NamedTuple

from graphql import DocumentNode, ExecutionResult, GraphQLError, OperationType, execute
from strawberry.execution.is_awaitable import optimized_is_awaitable
from strawberry.types.execution import ExecutionResult as Result
from strawberry.types.execution import PreExecutionError

from hub.answer_cache.dependence import Dependence
from hub.errors import HubError
from schema.context import Context
from schema.kept_fields import dependence_of
from schema.limits.checks import RULES, cost_members, find_operation, operation_cost, validation_errors
from schema.limits.complexity import CACHED_QUERIES, parse_query
from schema.limits.deadline import limit_time
from schema.limits.extension import is_introspection

_is_awaitable: Any = optimized_is_awaitable
"""graphql-core declares a narrower type than Strawberry's quicker predicate has."""


class PlainQuery(NamedTuple):
    """A valid query that reads data, in a form that holds for every request with the same text."""

    text: str
    operation_name: str | None
    document: DocumentNode
    dependence: Dependence | None


class _NotPlain(Exception):
    """Raised rather than returned, so that no cache keeps a text that is refused."""


def find_plain_query(schema: Any, text: str, operation_name: str | None) -> PlainQuery | None:
    """Return a query if it is plain, checked at first use; None for anything else."""
    try:
        return _plain_query(schema, text, operation_name)
    except (_NotPlain, GraphQLError, HubError):
        return None


@lru_cache(maxsize=CACHED_QUERIES)
def _plain_query(schema: Any, text: str, operation_name: str | None) -> PlainQuery:
    operation = None if operation_name == "" else find_operation(text, operation_name)
    if operation is None or operation.operation is not OperationType.QUERY or is_introspection(operation):
        raise _NotPlain
    if validation_errors(schema, text, RULES):
        raise _NotPlain
    return PlainQuery(text, operation_name, parse_query(text), dependence_of(parse_query(text), operation))


async def run_plain_query(
    schema: Any,
    query: PlainQuery,
    variables: dict[str, Any] | None,
    context: Context,
    extensions: Mapping[str, Any] | None,
) -> Result | None:
    """Run a query; None, before anything ran, if it costs too much. Its errors are not translated."""
    allowed = context.parts.settings.graphql_max_cost
    cost = operation_cost(schema, query.text, query.operation_name, variables or {})
    if cost.points > allowed:
        return None
    members = cost_members(cost, allowed) if (extensions or {}).get("cost") is True else {}
    try:
        await context.charge_cost(cost.points)
        async with limit_time(context):
            found = await _execute(schema, query, variables, context, extensions)
        context.dependence = query.dependence
    except Exception as refused:
        error = refused if isinstance(refused, GraphQLError) else GraphQLError(str(refused), original_error=refused)
        return PreExecutionError(data=None, errors=[error], extensions=members)
    return Result(data=found.data, errors=found.errors, extensions=members)


async def _execute(
    schema: Any,
    query: PlainQuery,
    variables: dict[str, Any] | None,
    context: Context,
    extensions: Mapping[str, Any] | None,
) -> ExecutionResult:
    running: Any = execute(
        schema._schema,
        query.document,
        context_value=context,
        variable_values=variables,
        operation_name=query.operation_name,
        executor_class=schema.execution_context_class,
        is_awaitable=_is_awaitable,
        operation_extensions=extensions,
    )
    found: ExecutionResult = await running if isawaitable(running) else running
    return found
