"""The schema, put together."""

from strawberry.schema.config import StrawberryConfig

from schema.deprecations import mark
from schema.execution import HubSchema
from schema.fields import Execution, plain_fields
from schema.limits.extension import Documents
from schema.mutation import Mutation
from schema.mutation_results import tell_apart
from schema.query import Query
from schema.scalars import SCALARS
from schema.subscription import Subscription
from schema.types import KIND_TYPES


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
    mark(made._schema)
    return made


schema = build()
