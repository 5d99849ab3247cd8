"""Execution of the schema for all transports: resolves persisted queries, and translates errors."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Any, TypeVar

import strawberry
from graphql import GraphQLError
from starlette.websockets import WebSocket
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.schema.schema import StreamResult
from strawberry.types.execution import ExecutionContext, ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from hub.errors import HubError
from hub.problem_texts.catalogue import DEFAULT_LANGUAGE, ProblemWriter
from schema.context import Context
from schema.errors import translate_error
from schema.persisted.resolver import resolve_text
from schema.plain_queries import find_plain_query, run_plain_query

R = TypeVar("R")

_PRE_EXECUTION_ERRORS = (HubError, MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError)


class HubSchema(strawberry.Schema):
    """Strawberry's schema with persisted queries and the hub's errors."""

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,
        root_value: Any | None = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """Run a query or mutation, and translate its errors."""
        try:
            if isinstance(context_value, Context):
                query = await resolve_text(self, context_value, query, operation_extensions)
                plain = find_plain_query(self, query, operation_name)
                if plain is not None and OperationType.QUERY in (allowed_operation_types or ()):
                    ran = await run_plain_query(self, plain, variable_values, context_value, operation_extensions)
                    if ran is not None:
                        return _translate_errors(ran, context_value)
            result = await super().execute(
                query,
                variable_values,
                context_value,
                root_value,
                operation_name,
                allowed_operation_types,
                operation_extensions,
            )
        except _PRE_EXECUTION_ERRORS as refused:
            result = _pre_execution_error(refused)
        return _translate_errors(result, context_value)

    async def stream(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,
        root_value: Any | None = None,
        operation_name: str | None = None,
        operation_extensions: dict[str, Any] | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
    ) -> StreamResult:
        """Run a streamed operation, and translate its errors.

        WebSockets support only subscriptions: queries and mutations must go by HTTP, where requests are counted.
        """
        if isinstance(context_value, Context) and isinstance(context_value.request, WebSocket):
            allowed_operation_types = (OperationType.SUBSCRIPTION,)
        open_stream = super().stream

        async def translated_results() -> AsyncGenerator[Any, None]:
            text = query
            try:
                if isinstance(context_value, Context):
                    text = await resolve_text(self, context_value, query, operation_extensions)
            except HubError as refused:
                yield _translate_errors(_pre_execution_error(refused), context_value)
                return
            source = await open_stream(
                text,
                variable_values,
                context_value,
                root_value,
                operation_name,
                operation_extensions,
                allowed_operation_types,
            )
            async with aclosing(source):
                async for result in source:
                    yield _translate_errors(result, context_value)

        return translated_results()

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Do nothing: `translate_error` logs the unexpected errors."""


def _pre_execution_error(refused: Exception) -> PreExecutionError:
    return PreExecutionError(data=None, errors=[GraphQLError(str(refused), original_error=refused)])


def _translate_errors(result: R, context: object) -> R:
    if isinstance(result, ExecutionResult) and result.errors:
        writer = context.problem_writer if isinstance(context, Context) else ProblemWriter(DEFAULT_LANGUAGE)
        result.errors = [translate_error(error, writer) for error in result.errors]
    return result
