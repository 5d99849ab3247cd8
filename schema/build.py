"""The schema, put together."""

from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLInterfaceType, GraphQLObjectType
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext, ExecutionResult

from schema.errors import translated
from schema.limits import Documents
from schema.query import Query
from schema.scalars import SCALARS
from schema.types import KIND_TYPES, TYPE_NAMES


def from_dict(source: dict[str, Any], name: str) -> Any:
    """A field's value. A view stored before a field existed has none."""
    return source.get(name)


class HubSchema(strawberry.Schema):
    """Strawberry's schema with the hub's errors, and fields that read straight from dicts."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        for name, made in self._schema.type_map.items():
            if isinstance(made, GraphQLInterfaceType):
                made.resolve_type = lambda value, _info, _type: TYPE_NAMES[value["kind"]]
            elif isinstance(made, GraphQLObjectType) and not name.startswith("__"):
                # Dicts carry no class: an object of this type is whatever stands where the schema says so.
                made.is_type_of = None

    async def execute(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """Run a query; its errors are translated in this one place."""
        result = await super().execute(*args, **kwargs)
        if result.errors:
            result.errors = [translated(error) for error in result.errors]
        return result

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing: `translated` logs what has to be logged."""


schema = HubSchema(
    query=Query,
    types=list(KIND_TYPES.values()),
    extensions=[Documents],
    config=StrawberryConfig(default_resolver=from_dict, scalar_map=SCALARS),
)
