"""Construction of the schema."""

from strawberry.schema.config import StrawberryConfig

from schema.deprecations import apply_deprecations
from schema.dict_resolvers import install_dict_resolvers
from schema.execution import HubSchema
from schema.executor import HubExecutor
from schema.limits.extension import QueryLimitsExtension
from schema.mutation import Mutation
from schema.mutation_results import install_union_resolver
from schema.naming import KnownNames
from schema.query import Query
from schema.scalars import SCALARS
from schema.subscription import Subscription
from schema.types import KIND_TYPES


def build_schema() -> HubSchema:
    """Build the schema; its fields below the root types are read from dicts."""
    made = HubSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=list(KIND_TYPES.values()),
        extensions=[QueryLimitsExtension],
        execution_context_class=HubExecutor,
        config=StrawberryConfig(scalar_map=SCALARS, name_converter=KnownNames()),
    )
    install_dict_resolvers(made._schema)
    install_union_resolver(made._schema)
    apply_deprecations(made._schema)
    return made


schema = build_schema()
