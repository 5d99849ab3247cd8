"""GraphQL over HTTP: bytes, methods, the playground and the schema's text."""

import contents
import httpx
import orjson
from graphql_app import Publish

from schema.sdl import sdl


async def test_vietnamese_is_utf_8_and_not_escaped(graphql: httpx.AsyncClient, publish_edition: Publish):
    await publish_edition("policy", contents.policy(title="Đề án không gian xanh"))

    answer = await graphql.post("/graphql", json={"query": "{ policies { edges { node { title } } } }"})

    assert "Đề án không gian xanh".encode() in answer.content
    assert b"\\u" not in answer.content
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers.get_list("content-length") == [str(len(answer.content))]


async def test_a_query_may_come_by_get(graphql: httpx.AsyncClient):
    params = {"query": "query A($n: Int) { topics(first: $n) { edges { cursor } } }", "variables": '{"n": 2}'}

    answer = await graphql.get("/graphql", params=params)

    assert len(orjson.loads(answer.content)["data"]["topics"]["edges"]) == 2


async def test_the_schema_s_text_is_served(graphql: httpx.AsyncClient):
    answer = await graphql.get("/graphql/schema.graphql")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == sdl()


async def test_browsers_get_the_playground(graphql: httpx.AsyncClient):
    answer = await graphql.get("/graphql", headers={"accept": "text/html"})

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "Content-Security-Policy" in answer.headers
    for loads in ('src="http', 'href="http', 'src="//', 'href="//'):
        assert loads not in answer.text


async def test_machines_that_ask_for_nothing_get_a_graphql_error(graphql: httpx.AsyncClient):
    answer = await graphql.get("/graphql", headers={"accept": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "graphql_request_invalid"


async def test_operations_are_chosen_by_name(graphql: httpx.AsyncClient):
    query = "query A { a: __typename } query B { b: __typename }"

    answer = await graphql.post("/graphql", json={"query": query, "operationName": "B"})

    assert answer.json() == {"data": {"b": "Query"}}
