"""GraphQL over HTTP: media types, statuses, methods, caches, the playground and the schema's text."""

import json
from typing import Any

import httpx
import orjson
import pytest

from hub.db import Database
from schema.sdl import sdl
from tests.support import contents
from tests.support.editors import key
from tests.support.graphql_app import Publish, StubSearch, refusal

RESPONSE, JSON = "application/graphql-response+json", "application/json"
TOPICS = "{ topics(first: 1) { edges { node { code } } } }"


async def test_vietnamese_is_utf_8_and_not_escaped(graphql: httpx.AsyncClient, publish_edition: Publish) -> None:
    await publish_edition("policy", contents.policy(title="Đề án không gian xanh"))

    answer = await graphql.post("/graphql", json={"query": "{ policies { edges { node { title } } } }"})

    assert "Đề án không gian xanh".encode() in answer.content
    assert b"\\u" not in answer.content
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers.get_list("content-length") == [str(len(answer.content))]


TAKEN: list[tuple[str | None, str]] = [
    (None, JSON),
    ("*/*", JSON),
    ("application/*", JSON),
    (JSON, JSON),
    ("application/json; charset=utf-8", JSON),
    (RESPONSE, RESPONSE),
    (f"{RESPONSE}; charset=utf-8, {JSON}; charset=utf-8", RESPONSE),
    (f"{JSON}, {RESPONSE};q=0.5", JSON),
    (f"{RESPONSE};q=0, */*", JSON),
    # The header of urql and Apollo Client.
    (f"{RESPONSE}, application/graphql+json, {JSON}, text/event-stream, multipart/mixed", RESPONSE),
    (f"{RESPONSE},{JSON};q=0.9", RESPONSE),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
]


async def test_the_response_has_the_media_type_that_the_client_accepts(graphql: httpx.AsyncClient) -> None:
    graphql.headers.pop("accept")
    for accept, media in TAKEN:
        headers = {} if accept is None else {"accept": accept}

        answer = await graphql.post("/graphql", json={"query": TOPICS}, headers=headers)

        assert (answer.status_code, answer.headers["content-type"]) == (200, f"{media}; charset=utf-8"), accept
        assert answer.headers["vary"] == "Accept, Accept-Language"


async def test_an_unavailable_media_type_is_refused(graphql: httpx.AsyncClient) -> None:
    answer = await graphql.post("/graphql", json={"query": TOPICS}, headers={"accept": "image/png, text/html"})

    assert (answer.status_code, refusal(answer.json())["code"]) == (406, "not_acceptable")
    assert refusal(answer.json())["expected"] == RESPONSE


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("{", {}, 400, "graphql_parse_failed"),
    ("{ nothing }", {}, 400, "graphql_validation_failed"),
    ("query ($n: Int!) { topics(first: $n) { __typename } }", {}, 400, "graphql_validation_failed"),
    ("{ " + "a " * 2_001 + "}", {}, 400, "query_limit_exceeded"),
    # An error during execution has `data`, and therefore status 200.
    ("{ topics(first: 0) { __typename } }", {}, 200, "invalid_input"),
    ("{ manage { audit { __typename } } }", {}, 200, "unauthenticated"),
]


async def test_a_refusal_has_its_status_in_the_new_type_and_200_in_the_old(graphql: httpx.AsyncClient) -> None:
    for query, variables, status, code in REFUSED:
        body = {"query": query, "variables": variables}

        new = await graphql.post("/graphql", json=body, headers={"accept": RESPONSE})
        old = await graphql.post("/graphql", json=body, headers={"accept": JSON})

        assert (new.status_code, old.status_code) == (status, 200), query
        assert new.json() == old.json()
        assert refusal(new.json())["code"] == code
        assert ("data" in new.json()) == (status == 200)
        assert new.headers["cache-control"] == old.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("accept", [RESPONSE, JSON])
async def test_a_request_without_a_query_is_refused_in_either_media_type(
    graphql: httpx.AsyncClient, accept: str
) -> None:
    async def post(content: bytes | None = None, media: str = JSON, **options: Any) -> tuple[int, str, str | None]:
        headers = {"accept": accept, "content-type": media}
        answer = await graphql.post("/graphql", content=content, headers=headers, **options)
        found = refusal(answer.json())
        return answer.status_code, found["code"], found.get("field")

    query = orjson.dumps({"query": TOPICS})
    assert await post(b'{"query"') == (400, "graphql_request_invalid", "body")
    assert await post(b"") == (400, "graphql_request_invalid", "body")
    assert await post(b"{}") == (400, "graphql_request_invalid", "query")
    assert await post(b'{"query": ["a"]}') == (400, "graphql_request_invalid", "query")
    assert await post(b"[" + query + b"]") == (400, "batching_off", "body")
    assert await post(query, "text/plain") == (415, "unsupported_media_type", "Content-Type")
    assert await post(query, "application/json; charset=utf-16") == (415, "unsupported_media_type", "Content-Type")
    assert await post(b"query=a", "application/x-www-form-urlencoded") == (
        415,
        "unsupported_media_type",
        "Content-Type",
    )


async def test_a_get_may_be_cached_and_revalidated(graphql: httpx.AsyncClient, publish_edition: Publish) -> None:
    params = {"query": "query A($n: Int) { policies(first: $n) { edges { node { title } } } }", "variables": '{"n": 2}'}

    first = await graphql.get("/graphql", params=params)
    same = await graphql.get("/graphql", params=params, headers={"if-none-match": f"W/{first.headers['etag']}"})
    head = await graphql.head("/graphql", params=params)
    await publish_edition("policy", contents.policy(title="Đề án không gian xanh"))
    later = await graphql.get("/graphql", params=params, headers={"if-none-match": first.headers["etag"]})

    assert first.headers["cache-control"] == "public, no-cache"
    assert first.headers["vary"] == "Accept, Accept-Language"
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])
    assert head.headers["content-length"] == str(len(first.content))
    assert later.status_code == 200
    assert later.headers["etag"] != first.headers["etag"]


async def test_refusals_and_responses_to_a_key_are_not_cached(graphql: httpx.AsyncClient, database: Database) -> None:
    holder = {"authorization": f"Bearer {await key(database)}"}

    for query, headers in (
        ("{ nothing }", {}),
        ("{ manage { audit { edges { cursor } } } }", {}),
        ("{ topics(first: 0) { __typename } }", {}),
        ("{ manage { audit { edges { cursor } } } }", holder),
        (TOPICS, holder),
    ):
        for method in ("GET", "HEAD"):
            answer = await graphql.request(method, "/graphql", params={"query": query}, headers=headers)
            assert answer.headers["cache-control"] == "no-store"
            assert "etag" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_mutation_by_get_is_refused_with_the_method_it_needs(graphql: httpx.AsyncClient, method: str) -> None:
    query = 'mutation { withdrawDocument(id: "0190a3c2-0000-7000-8000-000000000000", reason: "x") { __typename } }'
    for accept in (RESPONSE, JSON):
        answer = await graphql.request(method, "/graphql", params={"query": query}, headers={"accept": accept})

        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
        assert method == "HEAD" or refusal(answer.json())["code"] == "method_not_allowed"


async def test_options_lists_the_methods(graphql: httpx.AsyncClient) -> None:
    asked = await graphql.options("/graphql")
    put = await graphql.put("/graphql", json={"query": TOPICS})

    assert (asked.status_code, asked.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")
    assert put.status_code == 405
    assert set(put.headers["allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}


async def test_a_subscription_without_a_stream_is_refused_with_the_media_type_it_needs(
    graphql: httpx.AsyncClient,
) -> None:
    answer = await graphql.post("/graphql", json={"query": "subscription { changes { seq } }"})

    assert (answer.status_code, refusal(answer.json())["field"]) == (400, "Accept")
    assert "text/event-stream" in refusal(answer.json())["expected"]


async def test_the_schema_s_text_is_served(graphql: httpx.AsyncClient) -> None:
    answer = await graphql.get("/graphql/schema.graphql")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == sdl()


async def test_browsers_get_the_playground(graphql: httpx.AsyncClient) -> None:
    for accept in ("text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"):
        answer = await graphql.get("/graphql", headers={"accept": accept})

        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert "Content-Security-Policy" in answer.headers
        for loads in ('src="http', 'href="http', 'src="//', 'href="//'):
            assert loads not in answer.text


@pytest.mark.parametrize("accept", ["application/json", "*/*"])
async def test_programs_without_a_query_get_a_graphql_error(graphql: httpx.AsyncClient, accept: str) -> None:
    answer = await graphql.get("/graphql", headers={"accept": accept})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "graphql_request_invalid"


async def test_operations_are_chosen_by_name(graphql: httpx.AsyncClient) -> None:
    query = "query A { a: __typename } query B { b: __typename }"

    answer = await graphql.post("/graphql", json={"query": query, "operationName": "B"})
    absent = await graphql.post("/graphql", json={"query": query, "operationName": "C"})

    assert answer.json() == {"data": {"b": "Query"}}
    assert refusal(absent.json())["field"] == "operationName"


async def test_a_get_with_invalid_json_is_refused_with_the_name_of_the_parameter(graphql: httpx.AsyncClient) -> None:
    for name in ("variables", "extensions"):
        answer = await graphql.get("/graphql", params={"query": TOPICS, name: "{"})
        other = await graphql.get("/graphql", params={"query": TOPICS, name: json.dumps([1])})

        assert (answer.status_code, refusal(answer.json())["field"]) == (400, name)
        assert (other.status_code, refusal(other.json())["field"]) == (400, name)


async def test_a_search_is_read_by_get_like_any_query(
    graphql: httpx.AsyncClient, engine: StubSearch, publish_edition: Publish
) -> None:
    engine.ids = [await publish_edition("policy", contents.policy())]

    answer = await graphql.get("/graphql", params={"query": '{ search(query: "cây") { edges { node { id } } } }'})

    assert answer.json()["data"]["search"]["edges"][0]["node"]["id"] == str(engine.ids[0])
