"""Projections of this process, by the operation they were compiled for."""

from collections import OrderedDict
from typing import Any, NamedTuple

from graphql import GraphQLError, OperationDefinitionNode, Undefined, VariableNode
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.executor import Executor
from graphql.language import FragmentDefinitionNode, Node, Visitor, visit

from schema.projection.compiler import Compiler, NotCovered, compile_selection
from schema.projection.leaves import Projection

CACHED_OPERATIONS = 128
"""As many as parsed queries are kept: an operation is known by its parsed document."""
CACHED_MEMBERS = 20_000
"""Members in all projections, of less than half a kilobyte each. A query of an app has a few dozen."""

_CONDITIONS = frozenset({"skip", "include"})


class _Operation(NamedTuple):
    """One operation of a parsed document; it is kept, so that no other one gets its identity."""

    node: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    conditions: tuple[str, ...]
    """Variables that decide which fields are selected."""


class _Entry(NamedTuple):
    """A projection, or None for a selection that is not covered."""

    operation: _Operation
    projection: Projection | None
    members: int


class ProjectionCache:
    """LRU cache of projections, bounded by their members: one operation may have many, by its conditions."""

    def __init__(self, operations: int = CACHED_OPERATIONS, members: int = CACHED_MEMBERS) -> None:
        self.members = 0
        """Members of all projections that are kept."""
        self._operations: OrderedDict[int, _Operation] = OrderedDict()
        self._entries: OrderedDict[Any, _Entry] = OrderedDict()
        self._max_operations = operations
        self._max_members = members

    def find(self, executor: Executor[Any], of: Any, fields: FieldDetailsList) -> Projection | None:
        """Return the projection of a field with values of the type `of`, compiled at first use; None if not covered."""
        operation = self._operation(executor)
        given = executor.variable_values.coerced
        conditions = tuple([given.get(name, Undefined) for name in operation.conditions])
        key = (id(operation.node), of, conditions, *[id(one.node) for one in fields])
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
            return entry.projection
        entry = _compile(executor, operation, of, fields)
        self._entries[key] = entry
        self.members += entry.members
        while self.members > self._max_members:
            self.members -= self._entries.popitem(last=False)[1].members
        return entry.projection

    def _operation(self, executor: Executor[Any]) -> _Operation:
        node = executor.operation
        found = self._operations.get(id(node))
        if found is None:
            fragments = executor.fragment_definitions
            found = _Operation(node, fragments, _condition_variables(node, fragments))
            self._operations[id(node)] = found
            if len(self._operations) > self._max_operations:
                self._operations.popitem(last=False)
        else:
            self._operations.move_to_end(id(node))
        return found


def _compile(executor: Executor[Any], operation: _Operation, of: Any, fields: FieldDetailsList) -> _Entry:
    compiler = Compiler(executor)
    projection: Projection | None
    try:
        projection = compile_selection(compiler, of, fields)
    except (NotCovered, GraphQLError):
        projection = None  # the general executor says what is wrong with a condition
    return _Entry(operation, projection, compiler.members + 1)


def _condition_variables(
    operation: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]
) -> tuple[str, ...]:
    """List the variables in the conditions of an operation and of the fragments beside it."""
    finder = _ConditionFinder()
    for node in (operation, *fragments.values()):
        visit(node, finder)
    return tuple(finder.found)


class _ConditionFinder(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, None] = {}

    def enter_directive(self, node: Any, *_: Any) -> None:
        if node.name.value in _CONDITIONS:
            values: list[Node] = [argument.value for argument in node.arguments]
            self.found |= dict.fromkeys(value.name.value for value in values if isinstance(value, VariableNode))
