"""Queries that read data are known again by their text; everything else is judged anew."""

import pytest

from schema import plain_queries
from schema.build import schema
from schema.plain_queries import find_plain_query

OTHERS = {
    "a mutation": 'mutation { endKey(id: "3f1c") { __typename } }',
    "a subscription": "subscription { changes { kind } }",
    "introspection": "{ __schema { queryType { name } } }",
    "an unknown field": "{ policies { total } }",
    "no GraphQL": "{ policies {",
    "two operations": "query A { topics { edges { cursor } } } query B { places { edges { cursor } } }",
    "too deep": "{ policies { edges { node { " + "agency { " * 9 + "code" + " }" * 13,
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_refused_or_does_more_than_read_is_not_plain_and_not_kept(name: str) -> None:
    before = plain_queries._plain_query.cache_info().currsize

    assert find_plain_query(schema, OTHERS[name], None) is None
    assert plain_queries._plain_query.cache_info().currsize == before


def test_an_operation_is_chosen_by_its_name() -> None:
    text = OTHERS["two operations"]

    assert find_plain_query(schema, text, "C") is None
    assert find_plain_query(schema, text, "") is None
    found = find_plain_query(schema, text, "B")
    assert found is not None
    assert found.operation_name == "B"
    assert find_plain_query(schema, text, "B") is found
