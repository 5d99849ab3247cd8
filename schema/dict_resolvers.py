"""Resolvers that read fields from dicts, as cheap as graphql-core allows.

Every field of a stored view costs the same few steps, and a page has hundreds of fields. Two of the steps are
Strawberry's and serve other resolvers: a call chain to the default resolver, and a description of the call (`info`),
which nothing reads here.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationType,
)
from graphql.execution.executor import CollectedErrors
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.context import Context
from schema.limits.answer_size import AnswerSize, answer_too_large
from schema.types import TYPE_NAMES

DICT_FIELD_KEY = "hub-plain"
"""Key in a field's extensions: its `DictFieldInfo`, on fields that are read from a dict."""


class DictFieldInfo(NamedTuple):
    """The only members of `info` that graphql-core itself reads, for its error messages."""

    parent_type: GraphQLObjectType
    field_name: str


class DictExecutionContext(StrawberryGraphQLCoreExecutionContext):
    """Execution that builds `info` only for fields that are not read from a dict, and limits the bytes of the answer.

    A later executor that projects whole views replaces `execute_fields` here, for the types of
    `install_dict_resolvers`.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.answer_size = self._new_answer_size()

    def _new_answer_size(self) -> AnswerSize:
        context = self.context_value
        is_limited = isinstance(context, Context) and self.operation.operation is not OperationType.MUTATION
        return AnswerSize(context.parts.settings.graphql_max_bytes if is_limited else None)

    def build_per_event_executor(self, payload: Any) -> Any:
        """Give every event of a subscription a limit of its own."""
        executor: Any = super().build_per_event_executor(payload)
        executor.answer_size = self._new_answer_size()
        return executor

    def complete_leaf_value(self, return_type: GraphQLLeafType, result: Any) -> Any:  # type: ignore[override]
        """Count each value of the answer."""
        return self.answer_size.keep(super().complete_leaf_value(return_type, result))

    def build_response(self, data: dict[str, Any] | None) -> Any:
        """Replace an answer that became too large by the error."""
        size = self.answer_size
        if size.is_exceeded and size.allowed is not None:
            error = answer_too_large(size.allowed, size.found)
            self.collected_errors = CollectedErrors()
            self.collected_errors.add(GraphQLError(error.detail, original_error=error), None)
            data = None
        return super().build_response(data)

    def build_resolve_info(
        self, field_def: GraphQLField, field_nodes: Any, parent_type: GraphQLObjectType, path: Any
    ) -> Any:
        plain = field_def.extensions.get(DICT_FIELD_KEY)
        return plain if plain is not None else super().build_resolve_info(field_def, field_nodes, parent_type, path)


def install_dict_resolvers(schema: GraphQLSchema) -> None:
    """Replace the resolvers of all fields below the root types by lookups in dicts."""
    roots = {schema.query_type, schema.mutation_type, schema.subscription_type}
    for name, made in schema.type_map.items():
        if isinstance(made, GraphQLInterfaceType):
            made.resolve_type = lambda value, _info, _type: TYPE_NAMES[value["kind"]]
        elif isinstance(made, GraphQLObjectType) and made not in roots and not name.startswith("__"):
            # Dicts have no class: any object in the place of this type is of this type.
            made.is_type_of = None
            for field_name, field in made.fields.items():
                definition = field.extensions["strawberry-definition"]
                if definition.base_resolver is None:
                    field.resolve = _dict_resolver(definition.python_name, _default_of(field))
                    field.extensions[DICT_FIELD_KEY] = DictFieldInfo(made, field_name)


def _default_of(field: GraphQLField) -> Any:
    """The value of a field that a view stored before the field existed does not have: null, an empty list, or false."""
    required = field.type.of_type if isinstance(field.type, GraphQLNonNull) else None
    if required is GraphQLBoolean:
        return False
    return [] if isinstance(required, GraphQLList) else None


def _dict_resolver(name: str, default: Any) -> Callable[..., Any]:
    def read(source: dict[str, Any], _info: Any) -> Any:
        return source.get(name, default)

    return read
