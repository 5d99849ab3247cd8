"""Errors of GraphQL and their codes."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from graphql import is_non_null_type
from sqlalchemy import text

from hub.db import Database
from schema.build import schema
from tests.support import contents
from tests.support.graphql_app import Publish, Run, StubSearch, refusal

INTERNAL = "internal_error"


@pytest.mark.parametrize(
    ("arguments", "code", "field"),
    [
        ("first: 0", "invalid_input", "first"),
        ("first: 101", "invalid_input", "first"),
        ('agency: "mã sai!"', "invalid_input", "agency"),
        ('issuer: ""', "invalid_input", "issuer"),
        ('lang: "fr"', "invalid_input", "lang"),
        ('after: "abc"', "invalid_cursor", "after"),
        ('after: "WyJ4Il0"', "invalid_cursor", "after"),
    ],
)
async def test_an_argument_that_rest_refuses_is_refused_with_its_graphql_name(
    run: Run, arguments: str, code: str, field: str
) -> None:
    answer = await run(f"{{ policies({arguments}) {{ edges {{ cursor }} }} }}")

    assert answer["data"] == {"policies": None}
    found = refusal(answer)
    assert (found["code"], found["field"], found["status"]) == (code, field, 422)
    assert answer["errors"][0]["path"] == ["policies"]
    assert "`next`" not in str(answer)
    assert "cursor=" not in str(answer)


def test_no_field_that_may_be_refused_takes_the_others_with_it() -> None:
    core = schema._schema
    roots: list[Any] = [core.query_type, core.mutation_type, core.type_map["Manage"]]
    for root in roots:
        assert [name for name, field in root.fields.items() if is_non_null_type(field.type)] == [], root


async def test_a_refused_list_leaves_the_rest_of_the_page(run: Run, publish_edition: Publish) -> None:
    await publish_edition("policy", contents.policy(title="Còn nguyên"))

    answer = await run("""{ policies { edges { node { title } } } drafts(topic: "?") { edges { cursor } }
        agencies(first: 0) { edges { cursor } } topics(first: 1) { edges { cursor } } }""")

    data = answer["data"]
    assert [edge["node"]["title"] for edge in data["policies"]["edges"]] == ["Còn nguyên"]
    assert (data["drafts"], data["agencies"], len(data["topics"]["edges"])) == (None, None, 1)
    assert {error["path"][0]: error["extensions"]["code"] for error in answer["errors"]} == {
        "drafts": "invalid_input",
        "agencies": "invalid_input",
    }


async def test_all_wrong_arguments_are_named_at_once(run: Run) -> None:
    answer = await run('{ drafts(first: 500, topic: "?", place: "!") { edges { cursor } } }')

    assert {error["field"] for error in refusal(answer)["errors"]} == {"first", "topic", "place"}


@pytest.mark.parametrize(
    "query",
    [
        "{ policies(page: 2) { edges { cursor } } }",
        "{ policies(limit: 2) { edges { cursor } } }",
        "{ policies { edges { node { secret } } } }",
        "{ policies(sort: random) { edges { cursor } } }",
        '{ policies(issuedFrom: "yesterday") { edges { cursor } } }',
        "{ node { id } }",
        "{ changes(after: true) { head } }",
        "{ suggest { text } }",
        "query A { __typename } query A { __typename }",
        "{ ...f } fragment f on Query { ...f }",
    ],
)
async def test_a_query_that_does_not_fit_the_schema_has_a_stable_code(run: Run, query: str) -> None:
    answer = await run(query)

    codes = {error["extensions"]["code"] for error in answer["errors"]}
    assert codes == {"graphql_validation_failed"}
    assert "data" not in answer


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query ($id: ID!) { node(id: $id) { id } }", {}),
        ("query ($day: Date) { policies(issuedFrom: $day) { edges { cursor } } }", {"day": "2023-02-30"}),
        ("query ($after: Long!) { changes(after: $after) { head } }", {"after": 2**60}),
        ("query ($after: Long!) { changes(after: $after) { head } }", {"after": True}),
        ("query ($sort: Sort) { policies(sort: $sort) { edges { cursor } } }", {"sort": 7}),
    ],
)
async def test_a_variable_that_does_not_fit_has_the_same_code(run: Run, query: str, variables: dict[str, Any]) -> None:
    answer = await run(query, **variables)

    assert refusal(answer)["code"] == "graphql_validation_failed"


@pytest.mark.parametrize(
    ("query", "field"), [("{ changes(after: -1) { head } }", "after"), ('{ node(id: "269/KH-UBND") { id } }', "id")]
)
async def test_a_value_that_fits_the_scalar_is_refused_by_the_parameter_model(run: Run, query: str, field: str) -> None:
    found = refusal(await run(query))

    assert (found["code"], found["field"]) == ("invalid_input", field)


async def test_a_syntax_error_has_a_stable_code(run: Run) -> None:
    assert refusal(await run("{ policies "))["code"] == "graphql_parse_failed"
    assert refusal(await run("Kế hoạch 269"))["code"] == "graphql_parse_failed"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'"text"',
        b"7",
        b"null",
        b"{}",
        b'{"query": 7}',
        b'{"query": "{ __typename }", "variables": [1]}',
        b'{"query": "{ __typename }", "operationName": ["a"]}',
        b'{"query": "{ __typename }", "operationName": "absent"}',
        b'{"query": "\xff"}',
        b'{"query": "mutation { publish }"}',
        b'{"query": "subscription { changes }"}',
        b"[" * 5_000,
    ],
)
async def test_a_request_without_a_readable_query_is_a_graphql_error(graphql: httpx.AsyncClient, body: bytes) -> None:
    answer = await graphql.post("/graphql", content=body, headers={"content-type": "application/json"})

    assert answer.status_code in (200, 400), answer.text
    assert refusal(answer.json())["code"] in (
        "graphql_request_invalid",
        "graphql_validation_failed",
        "graphql_parse_failed",
    )


async def test_a_failure_inside_is_masked_and_logged(
    run: Run, database: Database, publish_edition: Publish, capsys: pytest.CaptureFixture[str]
) -> None:
    await publish_edition("policy", contents.policy())
    async with database.write() as session:
        await session.execute(text("ALTER TABLE published_view RENAME COLUMN card TO hidden_column"))

    answer = await run("{ policies { edges { cursor } } topics(first: 1) { edges { cursor } } }")

    assert refusal(answer) == {"code": INTERNAL, "status": 500}
    assert not any(
        word in str(answer) for word in ("hidden_column", "published_view", "Traceback", "sqlalchemy", ".py")
    )
    assert "graphql_failed" in "".join(capsys.readouterr())


async def test_a_stored_view_that_breaks_the_schema_is_left_out_of_a_list(
    run: Run, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    async with database.write() as session:
        await session.execute(text("UPDATE published_view SET card = convert_to('{\"kind\":\"policy\"}', 'UTF8')"))

    answer = await run("{ policies { edges { node { title } } } }")

    assert answer == {"data": {"policies": {"edges": []}}}


async def test_a_search_cursor_of_another_index_is_the_error_resync(
    run: Run, engine: StubSearch, publish_edition: Publish
) -> None:
    engine.ids = [await publish_edition("policy", contents.policy()) for _ in range(2)]
    query = 'query ($after: String) { search(query: "cây", first: 1, after: $after) { pageInfo { endCursor } } }'
    cursor = (await run(query))["data"]["search"]["pageInfo"]["endCursor"]
    engine.generation = "second"

    found = refusal(await run(query, after=cursor))

    assert (found["code"], found["field"], found["status"]) == ("resync", "after", 409)
    assert found["expected"] == "the same search without `after`"


async def test_a_position_of_another_log_is_the_error_resync(run: Run) -> None:
    query = "query ($epoch: ID) { changes(epoch: $epoch) { head epoch } }"
    epoch = (await run(query))["data"]["changes"]["epoch"]

    assert "errors" not in await run(query, epoch=epoch)
    found = refusal(await run(query, epoch=str(uuid4())))
    assert (found["code"], found["epoch"], found["head"]) == ("resync", epoch, 0)


async def test_a_refused_sibling_takes_nothing_from_the_log_of_failures(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Errors of clients are reported to them, and not logged for the operator."""
    await run("{ policies(first: 0) { edges { cursor } } }")

    assert "graphql_failed" not in "".join(capsys.readouterr())


async def test_errors_are_translated_wherever_the_schema_is_executed() -> None:
    answer = await schema.execute("{ nothing }")

    assert answer.errors is not None
    assert answer.errors[0].extensions == {"code": "graphql_validation_failed", "status": 400}
