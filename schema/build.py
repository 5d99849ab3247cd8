"""The schema, put together."""

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext, ExecutionResult

from schema.errors import translated
from schema.fields import Execution, plain_fields
from schema.limits import Documents
from schema.mutation import Mutation
from schema.query import Query
from schema.refusals import tell_apart
from schema.scalars import SCALARS
from schema.types import KIND_TYPES


class HubSchema(strawberry.Schema):
    """Strawberry's schema with the hub's errors."""

    async def execute(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """Run a query; its errors are translated in this one place."""
        result = await super().execute(*args, **kwargs)
        if result.errors:
            result.errors = [translated(error) for error in result.errors]
        return result

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing: `translated` logs what has to be logged."""


def build() -> HubSchema:
    """A schema whose fields below the roots are read from dicts."""
    made = HubSchema(
        query=Query,
        mutation=Mutation,
        types=list(KIND_TYPES.values()),
        extensions=[Documents],
        execution_context_class=Execution,
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    plain_fields(made._schema)
    tell_apart(made._schema)
    return made


schema = build()
