"""Malicious queries are refused with the limit and a remedy, in time linear in their text."""

import sys
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query, parse

from hub.db import Database
from schema.build import schema
from schema.limits import checks, extension
from schema.limits.complexity import parse_query
from tests.support.graphql_app import Run, refusal

ALIASES_IN_FRAGMENTS = (
    "{ ...a ...b } fragment a on Query { "
    + " ".join(f"x{n}: __typename" for n in range(16))
    + " } fragment b on Query { ...a }"
)
DOUBLING = (
    "{ ...f0 }"
    + "".join(f" fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60))
    + " fragment f60 on Query { __typename }"
)
CYCLE = "{ ...a } fragment a on Query { ...b ...b } fragment b on Query { ...a ...a }"
CYCLE_THROUGH_FIELDS = "{ policies { ...a } } fragment a on PolicyConnection { edges { node { ...b } } } " + (
    "fragment b on Policy { agency { ...a } }"
)
CONTENT = 'mutation { createDocument(agency: "x", content: %s) { __typename } }'

HURTING: dict[str, tuple[str, str]] = {
    "deep": ("depth", "{ policies { edges { node { " + "agency { " * 9 + "code" + " }" * 13),
    "wide": ("fields", "{ " + "__typename " * 501 + "}"),
    "wide in introspection": ("fields", "{ __schema { " + "description " * 501 + "} }"),
    "aliases": ("aliases", "{ " + " ".join(f"a{n}: __typename" for n in range(31)) + " }"),
    "aliases in fragments": ("aliases", ALIASES_IN_FRAGMENTS),
    "doubling fragments": ("fields", DOUBLING),
    "tokens": ("tokens", "{ " + "a " * 2_001 + "}"),
    "a huge string": ("characters", '{ search(query: "' + "x" * 20_000 + '") { engine } }'),
    "a huge comment": ("characters", "{ __typename } #" + "x" * 20_000),
    "operations": ("operations", " ".join(f"query q{n} {{ __typename }}" for n in range(21))),
    "fragments": (
        "fragments",
        "{ ...f0 } " + " ".join(f"fragment f{n} on Query {{ __typename }}" for n in range(101)),
    ),
    "the same object": ("repeats", "{ policies { edges { node { " + "agency { code } " * 21 + "} } } }"),
    "the same object in fragments": (
        "repeats",
        "{ policies { edges { node { "
        + " ".join(f"...f{n}" for n in range(21))
        + " } } } } "
        + " ".join(f"fragment f{n} on Policy {{ agency {{ code }} }}" for n in range(21)),
    ),
    "deep fields": ("nesting", "{ a " * 500 + "}" * 500),
    "deep objects": ("nesting", CONTENT % ("{a: " * 400 + "1" + "}" * 400)),
    "deep lists": ("nesting", CONTENT % ("[" * 900 + "]" * 900)),
    "deep types": ("nesting", "query ($a: " + "[" * 900 + "Int" + "]" * 900 + ") { __typename }"),
}


async def test_a_query_beyond_a_limit_is_refused_with_the_limit_and_a_remedy(
    run: Run, database: Database, subtests: pytest.Subtests
) -> None:
    before = database.statements
    for name, (limit, query) in HURTING.items():
        with subtests.test(name):
            answer = await run(query)

            found = refusal(answer)
            assert (found["code"], found["limit"]) == ("query_limit_exceeded", limit)
            assert found["expected"]
            assert limit == "nesting" or found["found"] > found["allowed"] > 0
            assert "data" not in answer
    assert database.statements == before


async def test_a_cycle_of_fragments_is_refused_by_validation(run: Run) -> None:
    for query in (CYCLE, CYCLE_THROUGH_FIELDS):
        assert "graphql_validation_failed" in str(await run(query))


def calls(work: Callable[[], Any]) -> int:
    """Count the function calls of some work: a measure of time that is the same on every machine."""
    count = 0

    def counted(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def parse_calls(query: str) -> int:
    """Count the calls until a query is parsed and validated, or refused."""
    parse_query.cache_clear()
    checks.validation_errors.cache_clear()
    return calls(lambda: checks.is_valid_query(schema, query))


WORST: dict[str, Callable[[int], str]] = {
    "one field": lambda n: "{ policies { edges { node { " + "title " * (4 * n) + "} } } }",
    "fragments": lambda n: (
        "{ policies { edges { node { "
        + " ".join(f"...f{i}" for i in range(n))
        + " } } } } "
        + " ".join(f"fragment f{i} on Policy {{ title ...f{i + 1} }}" for i in range(n))
        + f" fragment f{n} on Policy {{ id }}"
    ),
    "unknown fields": lambda n: "{ " + " ".join(f"polices{i}" for i in range(4 * n)) + " }",
    "unknown arguments": lambda n: "{ topics(" + " ".join(f"frist{i}: 1" for i in range(4 * n)) + ") { __typename } }",
    "variables": lambda n: "query (" + " ".join(f"$v{i}: Int" for i in range(3 * n)) + ") { __typename }",
    "values": lambda n: "{ policies(topic: [" + '"a" ' * (9 * n) + "]) { __typename } }",
}


@pytest.mark.parametrize("name", WORST)
def test_the_most_expensive_queries_within_the_limits_need_a_bounded_number_of_calls(name: str) -> None:
    usual = parse_calls("{ policies(first: 20) { edges { node { id title agency { code name } topics { code } } } } }")

    assert parse_calls(WORST[name](99)) < 200 * usual


@pytest.mark.parametrize("name", HURTING)
def test_a_refusal_costs_no_more_than_a_few_calls_for_each_letter(name: str) -> None:
    query = HURTING[name][1]

    assert parse_calls(query) < 40 * len(query) + 2_000


async def test_huge_variables_are_refused_before_the_query_is_read(
    graphql: httpx.AsyncClient, database: Database
) -> None:
    before = database.statements
    deep = b'{"query": "{ __typename }", "variables": {"a": ' + b"[" * 40 + b"]" * 40 + b"}}"
    huge = b'{"query": "{ __typename }", "variables": {"a": "' + b"x" * 2_000_000 + b'"}}'
    parse_query.cache_clear()

    answers = [
        await graphql.post("/graphql", content=body, headers={"content-type": "application/json"})
        for body in (deep, huge)
    ]
    by_get = await graphql.get("/graphql", params={"query": "{ __typename }", "variables": "[" * 40 + "]" * 40})

    assert [(each.status_code, refusal(each.json())["code"]) for each in (*answers, by_get)] == [
        (400, "graphql_request_invalid"),
        (413, "body_too_large"),
        (400, "graphql_request_invalid"),
    ]
    assert refusal(by_get.json())["field"] == "variables"
    assert parse_query.cache_info().misses == 0
    assert database.statements == before


async def test_usual_tools_stay_below_the_limits(run: Run) -> None:
    answer = await run(get_introspection_query(specified_by_url=True, input_value_deprecation=True))

    assert answer["data"]["__schema"]["queryType"]["name"] == "Query"


async def test_introspection_is_executed_once_for_each_text_and_its_variables(run: Run) -> None:
    query = "query Type($name: String!) { __type(name: $name) { name } }"
    extension._introspection_cache.clear()

    first = await run(query, name="Policy")
    kept = dict(extension._introspection_cache)
    again, other = await run(query, name="Policy"), await run(query, name="Draft")

    assert first == again == {"data": {"__type": {"name": "Policy"}}}
    assert other == {"data": {"__type": {"name": "Draft"}}}
    assert len(kept) == 1
    assert len(extension._introspection_cache) == 2
    for n in range(2 * extension.CACHED_INTROSPECTIONS):
        await run(f"{{ __type(name: {chr(34)}T{n}{chr(34)}) {{ name }} }}")
    assert len(extension._introspection_cache) == extension.CACHED_INTROSPECTIONS


async def test_introspection_cannot_be_nested_without_end(run: Run) -> None:
    answer = await run("{ __schema { types " + "{ fields { type " * 8 + "{ name }" + " } }" * 8 + " } }")

    assert refusal(answer)["code"] == "graphql_validation_failed"


def test_a_query_is_parsed_once() -> None:
    parse_query.cache_clear()
    query = "query Once { __typename }"

    assert parse_query(query) is parse_query(query)
    assert parse_query(query) == parse(query)
    assert parse_query.cache_info().hits == 2


async def test_a_query_is_validated_once(run: Run) -> None:
    checks.validation_errors.cache_clear()
    for _ in range(3):
        await run("query Twice { __typename }")

    assert checks.validation_errors.cache_info()[:2] == (2, 1)
