"""Projections are compiled once for each operation and its conditions, and take bounded memory."""

from typing import Any

import pytest
from graphql import parse
from graphql.execution.collect_fields import FieldDetails

from schema.build import schema
from schema.executor import HubExecutor
from schema.limits.complexity import parse_query
from schema.projection.cache import ProjectionCache
from schema.projection.leaves import Projection
from schema.projection.tally import Tally

PAGE = """
query Page($short: Boolean!, $n: Int) {
  policies(first: $n) { edges { node { id title @skip(if: $short) } } }
}
"""
QUERY: Any = schema._schema.query_type
POLICY = {"id": "m-12", "title": "Kế hoạch số 3", "kind": "policy"}
LIST = {"edges": [{"cursor": "c", "node": POLICY}]}


def find(cache: ProjectionCache, document: Any, **variables: Any) -> Projection | None:
    executor: Any = HubExecutor.build(schema._schema, document, raw_variable_values=variables)
    node = executor.operation.selection_set.selections[0]
    return cache.find(executor, QUERY.fields[node.name.value].type, [FieldDetails(node, None)])


def test_a_field_that_is_not_read_from_a_dict_has_no_projection() -> None:
    document = parse("{ manage { people { edges { cursor } } } }")

    assert find(ProjectionCache(), document) is None


def test_a_condition_without_a_value_has_no_projection_and_spoils_no_other() -> None:
    cache, document = ProjectionCache(), parse(PAGE.replace("Boolean!", "Boolean = true"))

    assert find(cache, document, short=None) is None
    assert find(cache, document, short=False) is not None


def test_one_projection_serves_all_values_of_variables_that_are_no_conditions() -> None:
    cache, document = ProjectionCache(), parse_query(PAGE)

    first = find(cache, document, short=False, n=3)

    assert first is not None
    assert find(cache, document, short=False, n=7) is first
    assert find(cache, document, short=True) is not first
    assert first(LIST, Tally()) == {"edges": [{"node": {"id": "m-12", "title": "Kế hoạch số 3"}}]}


def test_an_equal_text_that_was_parsed_again_has_a_projection_of_its_own() -> None:
    cache = ProjectionCache()

    assert find(cache, parse(PAGE), short=True) is not find(cache, parse(PAGE), short=True)


@pytest.mark.parametrize("most", [10, 30])
def test_the_members_of_all_projections_are_bounded(most: int) -> None:
    cache = ProjectionCache(operations=4, members=most)

    for number in range(50):
        document = parse(f"{{ policies {{ edges {{ node {{ id t{number}: title }} }} }} }}")
        projection = find(cache, document)

        assert projection is not None
        assert projection(LIST, Tally()) == {"edges": [{"node": {"id": "m-12", f"t{number}": "Kế hoạch số 3"}}]}
        assert 0 < cache.members <= most


def test_a_tally_counts_the_bytes_of_each_leaf() -> None:
    tally = Tally()

    for value in ("Huế", "", 7, True, {"a": [1]}):
        tally.add(value)

    assert tally.count() == (8 + 5) + 8 + 8 + 8 + len('{"a":[1]}')
