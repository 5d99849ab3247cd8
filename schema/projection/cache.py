"""Projectors of this process, by the operation they were compiled for."""

from collections import OrderedDict
from typing import Any, NamedTuple

from graphql import GraphQLError, OperationDefinitionNode, Undefined, VariableNode
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.executor import Executor
from graphql.language import FragmentDefinitionNode, Node, Visitor, visit

from schema.projection.compiler import NotCovered, compile_selection
from schema.projection.leaves import Projector

CACHED_OPERATIONS = 128
"""As many as parsed queries are kept: an operation is known by its parsed document."""
CACHED_SELECTIONS = 64
"""Projectors of one operation: one for each root field and each combination of conditions."""

_CONDITIONS = frozenset({"skip", "include"})


class _Operation(NamedTuple):
    """One operation of a parsed document; it is kept, so that no other one gets its identity."""

    node: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    conditions: tuple[str, ...]
    """Variables that decide which fields are selected."""
    projectors: OrderedDict[Any, Projector | None]


class ProjectorCache:
    """LRU cache of projectors."""

    def __init__(self, operations: int = CACHED_OPERATIONS, selections: int = CACHED_SELECTIONS) -> None:
        self._operations: OrderedDict[int, _Operation] = OrderedDict()
        self._max_operations = operations
        self._max_selections = selections

    def find(self, executor: Executor[Any], of: Any, fields: FieldDetailsList) -> Projector | None:
        """Return the projector of a field with values of the type `of`, compiled at first use; None if not covered."""
        operation = self._operation(executor)
        given = executor.variable_values.coerced
        key = (
            *(id(one.node) for one in fields),
            of,
            *(given.get(name, Undefined) for name in operation.conditions),
        )
        known = operation.projectors
        if key in known:
            known.move_to_end(key)
            return known[key]
        try:
            known[key] = compile_selection(executor, of, fields)
        except (NotCovered, GraphQLError):
            known[key] = None  # the general executor says what is wrong with a condition
        if len(known) > self._max_selections:
            known.popitem(last=False)
        return known[key]

    def _operation(self, executor: Executor[Any]) -> _Operation:
        node = executor.operation
        found = self._operations.get(id(node))
        if found is None:
            fragments = executor.fragment_definitions
            found = _Operation(node, fragments, _condition_variables(node, fragments), OrderedDict())
            self._operations[id(node)] = found
            if len(self._operations) > self._max_operations:
                self._operations.popitem(last=False)
        else:
            self._operations.move_to_end(id(node))
        return found


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
