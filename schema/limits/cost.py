"""The cost of a query, computed before it runs in time linear in its text.

Every field has the cost of the map; fields below a list are multiplied by the length of the list, by its argument (or
the argument's default). A fragment is priced once, however often it is spread: the part that depends on the page around
it is kept separate (`paged`), so one price fits all places. Conditions (`@skip`) are ignored, and the most expensive of
an item's possible types is used: the result is the most that the query could cost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    IntValueNode,
    OperationDefinitionNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from schema.limits.cost_map import FIELD_COSTS, PAGE_ARGUMENTS, PLAIN_COST, find_list_size

_META = {"__schema", "__type"}


@dataclass(frozen=True)
class Price:
    """The cost of a selection: `fixed`, and `paged` for each item of the page around it."""

    fixed: int = 0
    paged: int = 0

    def for_page(self, page: int) -> int:
        """Return the price on a page of this many items."""
        return self.fixed + page * self.paged


@dataclass(frozen=True)
class RootFieldCost:
    """The cost of one root field: in total, and for each of `page` items."""

    name: str
    cost: int
    page: int
    each: int


@dataclass(frozen=True)
class Cost:
    """The cost of a query in points, and the most expensive of its root fields."""

    points: int
    dearest: RootFieldCost | None


def query_cost(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> Cost:
    """Compute the cost of one operation of a valid document."""
    calculator = _CostCalculator(schema, document, operation, variables)
    root = schema.get_root_type(operation.operation)
    assert root is not None  # noqa: S101 - validation ensures it
    points = calculator.selection(operation, root).fixed
    return Cost(points, max(calculator.parts, key=lambda part: part.cost, default=None))


class _CostCalculator:
    """Computes the cost of one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ):
        self.schema = schema
        self.variables = variables
        self.defaults = {
            each.variable.name.value: int(each.default_value.value)
            for each in operation.variable_definitions or ()
            if isinstance(each.default_value, IntValueNode)
        }
        self.fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self.fragment_prices: dict[str, Price] = {}
        self.parts: list[RootFieldCost] = []
        self.root = schema.get_root_type(operation.operation)

    def selection(self, node: Any, parent: Any) -> Price:
        """Compute the price of a node's selection set on an object of the type `parent`."""
        always, by_type = Price(), dict[str, Price]()
        for child in node.selection_set.selections:
            if isinstance(child, FieldNode):
                price, condition_type = self._field(child, parent), parent
            elif isinstance(child, FragmentSpreadNode):
                fragment = self.fragments[child.name.value]
                condition_type = self.schema.type_map[fragment.type_condition.name.value]
                price = self._fragment(fragment, condition_type)
            else:
                condition = child.type_condition
                condition_type = parent if condition is None else self.schema.type_map[condition.name.value]
                price = self.selection(child, condition_type)
            if condition_type is parent or not isinstance(condition_type, GraphQLObjectType):
                always = _add_prices(always, price)
            else:
                by_type[condition_type.name] = _add_prices(by_type.get(condition_type.name, Price()), price)
        dearest = Price(
            max((price.fixed for price in by_type.values()), default=0),
            max((price.paged for price in by_type.values()), default=0),
        )
        return _add_prices(always, dearest)

    def _fragment(self, fragment: FragmentDefinitionNode, condition_type: Any) -> Price:
        name = fragment.name.value
        if name not in self.fragment_prices:
            self.fragment_prices[name] = self.selection(fragment, condition_type)
        return self.fragment_prices[name]

    def _field(self, node: FieldNode, parent: Any) -> Price:
        name = node.name.value
        own = FIELD_COSTS.get(f"{parent.name}.{name}", PLAIN_COST)
        # The map has the cost of introspection as a whole; its own types are not priced.
        if name.startswith("__"):
            if parent is self.root and name in _META:
                self.parts.append(RootFieldCost(name, own, 0, 0))
            return Price(own)
        definition = parent.fields[name]
        named = get_named_type(definition.type)
        below = Price()
        if node.selection_set is not None and isinstance(
            named, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType
        ):
            below = self.selection(node, named)
        page = self._page_size(node, definition)
        if not is_list_type(get_nullable_type(definition.type)):
            price, each = Price(own + below.for_page(page or 0)), below.paged
        elif page is not None:
            price, each = Price(own + page * below.fixed), below.fixed
        elif (size := find_list_size(parent.name, name)) is not None:
            price, each = Price(own + size * below.fixed), below.fixed
        else:
            price, each = Price(own, below.fixed), below.fixed
        if parent is self.root:
            self.parts.append(RootFieldCost(node.alias.value if node.alias else name, price.fixed, page or 0, each))
        return price

    def _page_size(self, node: FieldNode, definition: Any) -> int | None:
        """Return the most items that a field can return; None if no argument bounds it."""
        name = next((name for name in PAGE_ARGUMENTS if name in definition.args), None)
        if name is None:
            return None
        found: Any = next((given.value for given in node.arguments or () if given.name.value == name), None)
        if isinstance(found, VariableNode):
            variable = found.name.value
            found = self.variables.get(variable, self.defaults.get(variable))
        elif isinstance(found, IntValueNode):
            found = int(found.value)
        if type(found) is not int:  # missing, null, or invalid: execution reports it
            found = definition.args[name].default_value
        return max(0, found) if type(found) is int else 0


def _add_prices(one: Price, other: Price) -> Price:
    return Price(one.fixed + other.fixed, one.paged + other.paged)
