"""The schema, put together."""

from collections.abc import Iterable
from contextlib import aclosing
from typing import Any

import strawberry
from graphql import GraphQLError
from starlette.websockets import WebSocket
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StreamResult
from strawberry.types.execution import ExecutionContext, ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from schema.context import Context
from schema.errors import translated
from schema.fields import Execution, plain_fields
from schema.limits import Documents
from schema.mutation import Mutation
from schema.query import Query
from schema.refusals import tell_apart
from schema.scalars import SCALARS
from schema.subscription import Subscription
from schema.types import KIND_TYPES


class HubSchema(strawberry.Schema):
    """Strawberry's schema with the hub's errors."""

    async def execute(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """Run a query; its errors are translated in this one place."""
        result = await super().execute(*args, **kwargs)
        if result.errors:
            result.errors = [translated(error) for error in result.errors]
        return result

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
        """`execute` for what is answered bit by bit. A socket carries subscriptions alone: whatever asks or changes
        goes by HTTP, where it is counted.
        """
        if isinstance(context_value, Context) and isinstance(context_value.request, WebSocket):
            allowed_operation_types = (OperationType.SUBSCRIPTION,)
        source = await super().stream(
            query,
            variable_values,
            context_value,
            root_value,
            operation_name,
            operation_extensions,
            allowed_operation_types,
        )
        return _translated(source)

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing: `translated` logs what has to be logged."""


async def _translated(source: StreamResult) -> StreamResult:
    async with aclosing(source):
        async for result in source:
            if isinstance(result, ExecutionResult | PreExecutionError) and result.errors:
                result.errors = [translated(error) for error in result.errors]
            yield result


def build() -> HubSchema:
    """A schema whose fields below the roots are read from dicts."""
    made = HubSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=list(KIND_TYPES.values()),
        extensions=[Documents],
        execution_context_class=Execution,
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    plain_fields(made._schema)
    tell_apart(made._schema)
    return made


schema = build()
