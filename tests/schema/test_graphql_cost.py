"""The cost of a query is computed before it runs, reported on request, and limited."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_nullable_type, get_operation_ast, is_list_type, parse

from hub.db import Database
from hub.settings import Settings
from schema.build import schema
from schema.limits.checks import operation_cost
from schema.limits.cost import Cost, query_cost
from schema.limits.cost_map import (
    FIELD_COSTS,
    LIST_SIZES,
    PAGE_ARGUMENTS,
    PLAIN_COST,
    SEARCH_COST,
    STATEMENT_COST,
    WRITE_COST,
)
from tests.support import contents
from tests.support.graphql_app import Publish, Run, graphql_with, refusal

CORE = schema._schema
OBJECTS = {
    name: made
    for name, made in CORE.type_map.items()
    if isinstance(made, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__")
}


def cost(query: str, **variables: Any) -> Cost:
    document = parse(query)
    operation = get_operation_ast(document)
    assert operation is not None
    return query_cost(CORE, document, operation, variables)


def points(query: str, **variables: Any) -> int:
    return cost(query, **variables).points


def test_a_cost_that_is_kept_holds_for_the_same_lengths_of_pages_only() -> None:
    lists = "policies(first: $n) { edges { node { title } } } topics(first: $k) { edges { cursor } }"
    query = f"query Lists($n: Int = 7, $k: Int) {{ {lists} }}"
    given: list[dict[str, Any]] = [
        {},
        {"n": 3},
        {"n": None},
        {"n": True},
        {"n": "3"},
        {"n": 3, "k": 9},
        {"k": 0, "x": [1]},
    ]

    for variables in given * 2:
        assert operation_cost(schema, query, None, variables) == cost(query, **variables)
    assert len({points(query, **variables) for variables in given}) >= 4


def test_every_field_that_does_more_than_read_is_in_the_map_and_nothing_else_is() -> None:
    asking = {
        f"{name}.{field}"
        for name, made in OBJECTS.items()
        for field, definition in made.fields.items()
        if definition.extensions["strawberry-definition"].base_resolver is not None
    }

    assert asking | {"Query.__schema", "Query.__type"} == set(FIELD_COSTS)
    assert all(each > PLAIN_COST for each in FIELD_COSTS.values())


def test_every_list_has_a_length_from_an_argument_or_from_the_map() -> None:
    unbounded, used = [], set()
    paged = {
        definition.type.of_type if hasattr(definition.type, "of_type") else definition.type
        for made in OBJECTS.values()
        for definition in made.fields.values()
        if set(PAGE_ARGUMENTS) & set(definition.args)
    }
    for name, made in OBJECTS.items():
        for field, definition in made.fields.items():
            if not is_list_type(get_nullable_type(definition.type)) or set(PAGE_ARGUMENTS) & set(definition.args):
                continue
            key = next((key for key in (f"{name}.{field}", field) if key in LIST_SIZES), None)
            if key is not None:
                used.add(key)
            elif made not in paged:
                unbounded.append(f"{name}.{field}")

    assert unbounded == []
    assert used == set(LIST_SIZES)


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        ("{ __typename }", {}, 1),
        ('{ node(id: "x") { id ... on Item { title } } }', {}, STATEMENT_COST + 2),
        # A page costs its edges: one for the edge's field, and for each item the item and what is asked of it.
        ("{ policies(first: 10) { edges { node { id title } } } }", {}, STATEMENT_COST + 1 + 10 * 3),
        ("{ policies { edges { node { id } } pageInfo { endCursor } } }", {}, STATEMENT_COST + 1 + 20 * 2 + 2),
        ("query ($n: Int) { policies(first: $n) { edges { cursor } } }", {"n": 7}, STATEMENT_COST + 1 + 7),
        ("query ($n: Int = 5) { policies(first: $n) { edges { cursor } } }", {}, STATEMENT_COST + 1 + 5),
        ("query ($n: Int) { policies(first: $n) { edges { cursor } } }", {"n": None}, STATEMENT_COST + 1 + 20),
        ("query ($n: Int) { policies(first: $n) { edges { cursor } } }", {"n": "many"}, STATEMENT_COST + 1 + 20),
        ("query ($n: Int) { policies(first: $n) { edges { cursor } } }", {"n": -3}, STATEMENT_COST + 1),
        (
            "{ policies(first: 10) { edges { node { topics { code name } } } } }",
            {},
            STATEMENT_COST + 1 + 10 * (2 + 3 * 2),
        ),
        # A list of one type has a length of its own; others of that name have their page's.
        (
            '{ manage { receipts(id: "x") { items { id calls { step } } } } }',
            {},
            STATEMENT_COST + 6 * STATEMENT_COST + 1 + 10 * (1 + 1 + 5),
        ),
        ('{ suggest(query: "a", first: 4) { text } }', {}, 2 * STATEMENT_COST + 4),
        ('{ search(query: "a") { facets { value count } } }', {}, SEARCH_COST + 1 + 50 * 2),
        ("{ changes(first: 100) { items { seq } head } }", {}, STATEMENT_COST + 1 + 100 + 1),
        # A fragment is priced for the page it stands on, each time.
        (
            "{ a: policies(first: 10) { ...p } b: policies(first: 100) { ...p } } "
            "fragment p on PolicyConnection { edges { cursor } }",
            {},
            2 * (STATEMENT_COST + 1) + 110,
        ),
        # An item is of one type: the dearest counts.
        (
            '{ node(id: "x") { id ... on Policy { number type } ... on Draft { type } ... on Item { title } } }',
            {},
            STATEMENT_COST + 1 + 2 + 1,
        ),
        ('mutation { withdrawDocument(id: "x", reason: "y") { ... on Refusal { code } } }', {}, WRITE_COST + 1),
        ("subscription { changes { seq view { item { title } } } }", {}, STATEMENT_COST + 1 + 1 + 1 + 1),
        ("{ __schema { types { name fields { name } } } }", {}, FIELD_COSTS["Query.__schema"]),
    ],
)
def test_a_query_costs_what_the_map_says(query: str, variables: dict[str, Any], expected: int) -> None:
    assert points(query, **variables) == expected


def test_a_fragment_is_priced_once_however_often_it_is_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    from schema.limits import cost as module

    priced = 0
    inner = module._CostCalculator._field

    def counted(self: Any, *arguments: Any) -> Any:
        nonlocal priced
        priced += 1
        return inner(self, *arguments)

    monkeypatch.setattr(module._CostCalculator, "_field", counted)
    chain = "".join(f" fragment f{n} on Policy {{ id ...f{n + 1} ...f{n + 1} }}" for n in range(30))

    points("{ policies { edges { node { ...f0 } } } }" + chain + " fragment f30 on Policy { title }")

    assert priced == 3 + 30 + 1


async def test_a_query_that_costs_too_much_is_refused_with_its_most_expensive_field_and_a_remedy(
    run: Run, database: Database, settings: Settings
) -> None:
    query = "{ topics(first: 2) { edges { cursor } } all: policies(first: 100) { edges { node { ...whole } } } } " + (
        "fragment whole on Policy { nodes { ref parent type label heading text } relations { type } "
        + " ".join(f"n{n}: nodes {{ text heading }}" for n in range(3))
        + " }"
    )
    before = database.statements

    answer = await run(query)

    found, allowed = refusal(answer), settings.graphql_max_cost
    each = 1 + (1 + 50 * 6) + (1 + 3) + 3 * (1 + 100)
    assert (found["code"], found["limit"], found["allowed"], found["part"]) == (
        "query_limit_exceeded",
        "cost",
        allowed,
        "all",
    )
    assert found["found"] == 2 * (STATEMENT_COST + 1) + 2 + 100 * each
    assert f"{each:,} for each of up to 100 items" in answer["errors"][0]["message"]
    most = (allowed - (found["found"] - 100 * each)) // each
    assert found["expected"] == f"`all` with at most {most} items (`first`), or fewer fields"
    assert database.statements == before
    assert "errors" not in await run(query.replace("first: 100", f"first: {most}"))


async def test_mutations_and_subscriptions_have_the_same_limit(settings: Settings, database: Database) -> None:
    changing = 'mutation { %s: withdrawDocument(id: "%s", reason: "x") { ... on Refusal { code } } }'
    texts = " ".join(f"n{n}: nodes {{ ref text heading }}" for n in range(8))
    following = f"subscription {{ changes {{ view {{ item {{ ... on Policy {{ {texts} }} }} }} }} }}"
    before = database.statements

    async with graphql_with(settings, database, graphql_max_cost=1_000) as client:
        mutation = await client.post("/graphql", json={"query": changing % ("a", uuid4())})
        stream = await client.post("/graphql", json={"query": following}, headers={"accept": "text/event-stream"})

    assert refusal(mutation.json())["limit"] == "cost"
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert (stream.text.count("event: next"), stream.text.count('"limit":"cost"')) == (1, 1)
    assert database.statements == before


async def test_the_cost_is_reported_on_request_by_post_and_get(
    graphql: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    query = "{ policies(first: 3) { edges { node { id } } } }"
    told = {"points": STATEMENT_COST + 1 + 6, "allowed": 30_000, "dearest": {"field": "policies", "points": 207}}

    silent = await graphql.post("/graphql", json={"query": query})
    posted = await graphql.post("/graphql", json={"query": query, "extensions": {"cost": True}})
    got = await graphql.get("/graphql", params={"query": query, "extensions": '{"cost": true}'})

    assert "extensions" not in silent.json()
    assert posted.json() == got.json() == silent.json() | {"extensions": {"cost": told}}
