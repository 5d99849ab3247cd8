"""Execution of one operation: values are projected where that is possible, and completed field by field elsewhere."""

from typing import Any

from graphql import GraphQLError, GraphQLField, GraphQLLeafType, GraphQLObjectType, OperationType
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.executor import CollectedErrors
from graphql.pyutils import gather_with_cancel
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.context import Context
from schema.dict_fields import dict_field
from schema.limits.answer_size import AnswerSize, answer_too_large
from schema.projection.cache import ProjectionCache
from schema.projection.tally import Tally

PROJECTIONS = ProjectionCache()
"""Projections of this process."""
NOT_PROJECTED: Any = object()
"""In place of a projected value."""


class HubExecutor(StrawberryGraphQLCoreExecutionContext):
    """Execution that projects what resolvers return, and limits the bytes of the answer.

    A projection that fails has changed nothing: the same value is then completed by graphql-core, which has the
    errors with their paths, and the nulls that follow from them.
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

    async def complete_awaitable_value(
        self, return_type: Any, field_details_list: FieldDetailsList, info: Any, path: Any, result: Any, context: Any
    ) -> Any:
        """Await a resolver, and project what it returns."""
        try:
            resolved = await self.with_abort_signal(result)
        except Exception as problem:
            self.handle_field_error(problem, return_type, field_details_list, path)
            return None
        projected = await self.project_value(return_type, field_details_list, path, resolved)
        if projected is not NOT_PROJECTED:
            return projected
        ready = _return_value(resolved)
        return await super().complete_awaitable_value(return_type, field_details_list, info, path, ready, context)

    async def project_value(self, return_type: Any, fields: FieldDetailsList, path: Any, value: Any) -> Any:
        """Project a value to its part of the answer and count its bytes; `NOT_PROJECTED` if graphql-core has to."""
        project = PROJECTIONS.find(self, return_type, fields)
        if project is None:
            return NOT_PROJECTED
        tally = Tally()
        try:
            projected = project(value, tally)
            if tally.late:
                await self._resolve_late_fields(tally, path)
            return projected if self.answer_size.add(tally.count()) else NOT_PROJECTED
        except Exception:  # whatever is wrong with the value, graphql-core says so
            return NOT_PROJECTED

    async def _resolve_late_fields(self, tally: Tally, path: Any) -> None:
        """Resolve fields with resolvers of their own, and put what they return into the answer."""
        waiting = [
            each.member.field.resolve(
                each.source, self.build_resolve_info(each.member.field, each.member.nodes, each.member.of, path)
            )
            for each in tally.late
        ]
        for each, found in zip(tally.late, await gather_with_cancel(*waiting), strict=True):
            each.answer[each.key] = each.member.project(found, tally)

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
        """Build `info` only for fields that are not read from a dict."""
        found: Any = dict_field(field_def)
        return found if found is not None else super().build_resolve_info(field_def, field_nodes, parent_type, path)


async def _return_value(value: Any) -> Any:
    return value
