"""Checks of a query before it runs: validity and cost, each kept by the query's text."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    ArgumentNode,
    GraphQLError,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    get_operation_ast,
    specified_rules,
    validate,
    visit,
)

from hub.errors import HubError
from hub.problem_texts.templates import FilledText, as_words, fill
from schema.limits.complexity import CACHED_QUERIES, MAX_COUNT, limit_error, parse_query
from schema.limits.cost import Cost, query_cost
from schema.limits.cost_map import PAGE_ARGUMENTS

MAX_ERRORS = 20
"""Errors after which validation stops: each one searches for similar names, which takes time."""
RULES = tuple(specified_rules)


def is_valid_query(schema: Any, text: str) -> bool:
    """Return True if a text is a valid query of the schema within the limits."""
    try:
        return not validation_errors(schema, text, RULES)
    except (GraphQLError, HubError):
        return False


@lru_cache(maxsize=CACHED_QUERIES)
def validation_errors(schema: Any, text: str, rules: tuple[Any, ...]) -> tuple[GraphQLError, ...]:
    """Validate a query that can be parsed; cached."""
    return tuple(validate(schema._schema, parse_query(text), rules, max_errors=MAX_ERRORS))


def find_operation(text: str, name: str | None) -> OperationDefinitionNode | None:
    """Return an operation of a query that can be parsed; None if it has none of this name, or several without one."""
    return get_operation_ast(parse_query(text), name)


def operation_cost(schema: Any, text: str, name: str | None, variables: Mapping[str, Any]) -> Cost:
    """Return the cost of an operation of a valid query, cached by the lengths of pages in its variables."""
    pages = tuple(
        # What is no whole number is reported by the execution, and priced as if it were null.
        (one, variables[one] if type(variables[one]) is int else None)
        for one in _page_variables(text)
        if one in variables
    )
    return _cost_of_pages(schema, text, name, pages)


@lru_cache(maxsize=CACHED_QUERIES)
def _cost_of_pages(schema: Any, text: str, name: str | None, pages: tuple[tuple[str, int | None], ...]) -> Cost:
    operation = find_operation(text, name)
    assert operation is not None  # noqa: S101 - its type was determined before
    return query_cost(schema._schema, parse_query(text), operation, dict(pages))


@lru_cache(maxsize=CACHED_QUERIES)
def _page_variables(text: str) -> tuple[str, ...]:
    finder = _PageVariables()
    visit(parse_query(text), finder)
    return tuple(finder.found)


class _PageVariables(Visitor):
    """The variables that state the length of a page: no other value has an effect on the cost."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, None] = {}

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        """Note the variable of an argument."""
        if node.name.value in PAGE_ARGUMENTS and isinstance(node.value, VariableNode):
            self.found[node.value.name.value] = None


def cost_members(cost: Cost, allowed: int) -> dict[str, Any]:
    """Build the `cost` of the response's extensions."""
    dearest = cost.dearest
    return {
        "cost": {
            "points": min(cost.points, MAX_COUNT),
            "allowed": allowed,
            "dearest": dearest and {"field": dearest.name, "points": min(dearest.cost, MAX_COUNT)},
        }
    }


def cost_error(cost: Cost, allowed: int) -> GraphQLError:
    """Build the error, with the field whose reduction would help most."""
    more: FilledText | None = None
    remedy = as_words("fewer items (`first`), fewer fields, or several smaller queries")
    if (part := cost.dearest) is not None:
        points = min(part.cost, MAX_COUNT)
        more = fill("`{name}` takes {points:,} of it.", name=part.name, points=points)
        if part.page and part.each:
            more = fill(
                "`{name}` takes {points:,} of it: {each:,} for each of up to {page:,} items.",
                name=part.name,
                points=points,
                each=part.each,
                page=part.page,
            )
        room = allowed - (cost.points - part.page * part.each)
        if part.page and part.each and room >= part.each:
            remedy = fill(
                "`{name}` with at most {most} items (`first`), or fewer fields", name=part.name, most=room // part.each
            )
    error = limit_error("cost", allowed, cost.points, remedy, more, part=part and part.name)
    return GraphQLError(error.detail, original_error=error)
