"""Queries that are built to hurt are refused in time linear in their text."""

from time import perf_counter

import pytest
from graphql import get_introspection_query, parse
from graphql_app import Run, refusal

from schema import limits
from schema.limits import read_query

DEEP = "{ policies { edges { node { " + "agency { " * 9 + "code" + " }" * 13
ALIASES = "{ " + " ".join(f"a{n}: __typename" for n in range(31)) + " }"
ALIASES_IN_FRAGMENTS = (
    "{ ...a ...b } fragment a on Query { "
    + " ".join(f"x{n}: __typename" for n in range(16))
    + " } fragment b on Query { ...a }"
)
WIDE = "{ " + "__typename " * 501 + "}"
TOKENS = "{ " + "a " * 2_001 + "}"
LONG = "{ __typename } #" + "x" * 20_000
DOUBLING = (
    "{ ...f0 }"
    + "".join(f" fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60))
    + " fragment f60 on Query { __typename }"
)
CYCLE = "{ ...a } fragment a on Query { ...b ...b } fragment b on Query { ...a ...a }"


@pytest.mark.parametrize(
    ("query", "limit", "allowed"),
    [
        (DEEP, "depth", 10),
        (ALIASES, "aliases", 30),
        (ALIASES_IN_FRAGMENTS, "aliases", 30),
        (WIDE, "fields", 500),
        (DOUBLING, "fields", 500),
        (TOKENS, "tokens", 2_000),
        (LONG, "characters", 20_000),
    ],
)
async def test_a_query_beyond_a_limit_is_told_the_limit_and_the_way_out(run: Run, query: str, limit: str, allowed: int):
    began = perf_counter()
    answer = await run(query)

    found = refusal(answer)
    assert (found["code"], found["limit"], found["allowed"]) == ("query_limit_exceeded", limit, allowed)
    assert found["found"] > allowed
    assert found["expected"]
    assert perf_counter() - began < 30


async def test_a_cycle_of_fragments_is_refused_by_validation(run: Run):
    began = perf_counter()
    answer = await run(CYCLE)

    assert "graphql_validation_failed" in str(answer)
    assert perf_counter() - began < 30


@pytest.mark.parametrize("field", ["title", "agency { code }"])
async def test_the_same_field_many_times_is_merged_in_bounded_time(run: Run, field: str):
    began = perf_counter()
    answer = await run("{ policies { edges { node { " + f"{field} " * 240 + "} } } }")

    assert "errors" not in answer
    assert perf_counter() - began < 30


async def test_usual_tools_stay_below_the_limits(run: Run):
    answer = await run(get_introspection_query(specified_by_url=True, input_value_deprecation=True))

    assert answer["data"]["__schema"]["queryType"]["name"] == "Query"


async def test_introspection_cannot_be_nested_without_end(run: Run):
    answer = await run("{ __schema { types " + "{ fields { type " * 8 + "{ name }" + " } }" * 8 + " } }")

    assert refusal(answer)["code"] == "graphql_validation_failed"


def test_a_query_is_parsed_once():
    read_query.cache_clear()
    query = "query Once { __typename }"

    assert read_query(query) is read_query(query)
    assert read_query(query) == parse(query)
    assert read_query.cache_info().hits == 2


async def test_a_query_is_validated_once(run: Run):
    limits._problems.cache_clear()
    for _ in range(3):
        await run("query Twice { __typename }")

    assert limits._problems.cache_info()[:2] == (2, 1)
