"""Persisted queries: sent by clients within limits, and registered."""

import json
import time
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select, text
from typer.testing import CliRunner

from hub.cli import app
from hub.db import Database
from hub.errors import InvalidInput, NotFound
from hub.settings import Settings
from schema.build import schema
from schema.persisted import queries
from schema.persisted.commands import QUERY, HashedQuery, operation_names, register_queries, store_query
from schema.persisted.files import read_query_file
from tests.support.editors import key
from tests.support.graphql_app import graphql_with, refusal

TOPICS = "query FirstTopics { topics(first: 2) { edges { node { code } } } }"
PLACES = "query Places { places(first: 1) { edges { node { code } } } }"


def sha(query: str) -> str:
    return sha256(query.encode()).hexdigest()


def hash_params(query: str, version: Any = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": sha(query)}}


async def stored_hashes(database: Database) -> list[str]:
    async with database.read() as connection:
        return list((await connection.execute(select(QUERY.c.text).order_by(QUERY.c.text))).scalars())


async def test_an_unknown_hash_is_refused_in_the_words_of_the_protocol(graphql: httpx.AsyncClient) -> None:
    answer = await graphql.post("/graphql", json={"extensions": hash_params(TOPICS)})

    assert answer.status_code == 200  # what clients of old read; the new media type has 404
    assert answer.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert refusal(answer.json())["code"] == "persisted_query_not_found"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_query_sent_once_with_its_hash_is_stored_for_every_process(
    graphql: httpx.AsyncClient, settings: Settings, database: Database
) -> None:
    brought = await graphql.post("/graphql", json={"query": TOPICS, "extensions": hash_params(TOPICS)})
    async with graphql_with(settings, database) as another:
        by_hash = await another.post("/graphql", json={"extensions": hash_params(TOPICS)})
        before = database.statements
        remembered = await another.get("/graphql", params={"extensions": json.dumps(hash_params(TOPICS))})
        document = await another.get("/graphql", params={"documentId": f"sha256:{sha(TOPICS)}"})
        fresh = await another.get(
            "/graphql",
            params={"documentId": f"sha256:{sha(TOPICS)}"},
            headers={"if-none-match": document.headers["etag"]},
        )

    assert brought.json() == by_hash.json() == remembered.json() == document.json()
    assert len(brought.json()["data"]["topics"]["edges"]) == 2
    assert remembered.headers["cache-control"] == "public, no-cache"
    assert (fresh.status_code, fresh.content) == (304, b"")
    assert database.statements - before == 3  # the topics, and nothing to find the text


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"query": PLACES, "extensions": hash_params(TOPICS)}, "persisted_query_mismatch"),
    ({"query": TOPICS, "extensions": hash_params(TOPICS, version=2)}, "graphql_request_invalid"),
    ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "abc"}}}, "graphql_request_invalid"),
    ({"extensions": {"persistedQuery": [1]}}, "graphql_request_invalid"),
    ({"documentId": "md5:abc"}, "graphql_request_invalid"),
    ({"query": "{ nothing }", "extensions": hash_params("{ nothing }")}, "graphql_validation_failed"),
    ({"query": "{ topics ", "extensions": hash_params("{ topics ")}, "graphql_parse_failed"),
    ({"query": "{" + " a" * 3_000, "extensions": hash_params("{" + " a" * 3_000)}, "query_limit_exceeded"),
]


async def test_invalid_queries_are_refused_and_not_stored(graphql: httpx.AsyncClient, database: Database) -> None:
    for body, code in WRONG:
        answer = await graphql.post("/graphql", json=body)

        assert {error["extensions"]["code"] for error in answer.json()["errors"]} == {code}, body
    assert await stored_hashes(database) == []


@pytest.mark.parametrize(
    "written",
    [
        'mutation { createPressInquiry(agency: "so-y-te", outlet: "Báo A", question: "Vì sao?") { __typename } }',
        "query A { __typename } mutation B($id: ID!) { erasePressInquiry(id: $id, version: 1) { __typename } }",
    ],
)
async def test_the_text_of_a_mutation_is_run_and_never_stored(
    graphql: httpx.AsyncClient, database: Database, written: str
) -> None:
    body = {"query": written, "extensions": hash_params(written), "variables": {"id": str(uuid4())}}
    answer = await graphql.post("/graphql", json=body | ({"operationName": "B"} if "B(" in written else {}))
    again = await graphql.post("/graphql", json={"extensions": hash_params(written)})

    assert "persisted" not in answer.text
    assert await stored_hashes(database) == []
    assert refusal(again.json())["code"] == "persisted_query_not_found"


async def test_queries_of_clients_are_limited_and_never_displace_registered_ones(
    settings: Settings, database: Database
) -> None:
    async with database.write() as session:
        await register_queries(session, [HashedQuery(sha(PLACES), PLACES)])
        for n in range(3):
            old = f"query Old{n} {{ __typename }}"
            await store_query(session, HashedQuery(sha(old), old), most=9, days=30)
        age = "UPDATE persisted_query SET used_at = now() - interval '1 day' * {}"
        await session.execute(text(age.format("10")))
        await session.execute(text(age.format("31") + " WHERE names IN ('Old0', 'Places')"))

    async with graphql_with(settings, database, graphql_persisted_queries=4) as client:
        for n in range(3):
            new = f"query New{n} {{ __typename }}"
            await client.post("/graphql", json={"query": new, "extensions": hash_params(new)})

    found = [operation_names(each) for each in await stored_hashes(database)]
    assert found[:3] == ["New0", "New1", "New2"]
    assert found[3] in ("Old1", "Old2")
    assert found[4:] == ["Places"]


async def test_a_query_in_use_stays(graphql: httpx.AsyncClient, database: Database) -> None:
    async with database.write() as session:
        await store_query(session, HashedQuery(sha(TOPICS), TOPICS), most=9, days=30)
        await session.execute(text("UPDATE persisted_query SET used_at = now() - interval '20 days'"))

    await graphql.post("/graphql", json={"extensions": hash_params(TOPICS)})

    async with database.read() as connection:
        unused: Any = (await connection.execute(select(func.now() - QUERY.c.used_at))).scalar_one()
    assert unused.days == 0


async def test_a_client_without_a_key_can_send_only_registered_queries_where_they_are_required(
    settings: Settings, database: Database
) -> None:
    async with database.write() as session:
        await register_queries(session, [HashedQuery(sha(TOPICS), TOPICS)])
        await store_query(session, HashedQuery(sha(PLACES), PLACES), most=9, days=30)
    holder = {"authorization": f"Bearer {await key(database)}"}
    forged = {"authorization": "Bearer hub_000000000000_nothing"}

    async with graphql_with(settings, database, graphql_queries="registered") as client:

        async def codes(body: dict[str, Any], headers: dict[str, str] | None = None) -> list[str]:
            found = (await client.post("/graphql", json=body, headers=headers)).json()
            return [error["extensions"]["code"] for error in found.get("errors", ())]

        new = "{ __schema { queryType { name } } }"
        assert await codes({"query": TOPICS}) == []
        assert await codes({"extensions": hash_params(TOPICS)}) == []
        for refused in (
            {"query": PLACES},
            {"extensions": hash_params(PLACES)},
            {"query": new},
            {"query": new, "extensions": hash_params(new)},
            {"query": TOPICS + " "},
        ):
            assert await codes(refused) == ["query_not_registered"]
            assert await codes(refused, forged) == ["unauthenticated"]
        assert await codes({"query": PLACES}, holder) == []
        assert await codes({"query": new}, holder) == []
        stream = await client.get(
            "/graphql", params={"query": "subscription { changes { seq } }"}, headers={"accept": "text/event-stream"}
        )
        assert "query_not_registered" in stream.text
        said = await client.post(
            "/graphql", json={"query": PLACES}, headers={"accept": "application/graphql-response+json"}
        )
        assert said.status_code == 403
    assert await stored_hashes(database) == sorted([TOPICS, PLACES])


async def test_a_removed_query_leaves_the_caches_of_processes_too(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.write() as session:
        await register_queries(session, [HashedQuery(sha(TOPICS), TOPICS)])
    memory = queries.QueryCache()
    assert await memory.read(database, sha(TOPICS)) == (TOPICS, True)
    async with database.write() as session:
        await session.execute(QUERY.delete())

    assert await memory.read(database, sha(TOPICS)) == (TOPICS, True)
    clock = time.monotonic() + queries.CACHE_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    assert await memory.read(database, sha(TOPICS)) is None


async def test_the_cache_of_a_process_is_bounded(database: Database) -> None:
    many = [HashedQuery(sha(each), each) for each in (f"query Q{n} {{ __typename }}" for n in range(20))]
    async with database.write() as session:
        assert await register_queries(session, many) == 20
        assert await register_queries(session, many) == 0
    memory = queries.QueryCache(most=8)

    for one in many:
        await memory.read(database, one.sha256)

    assert len(memory._cache) == 8


def test_files_of_three_kinds_are_read_and_wrong_ones_are_refused_by_name(tmp_path: Path) -> None:
    relay, apollo, plain = tmp_path / "relay.json", tmp_path / "manifest.json", tmp_path / "places.graphql"
    relay.write_text(json.dumps({sha(TOPICS): TOPICS}))
    operations = [{"id": sha(TOPICS), "name": "FirstTopics", "type": "query", "body": TOPICS}]
    apollo.write_text(json.dumps({"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations}))
    plain.write_text(PLACES)

    assert read_query_file(relay, schema) == read_query_file(apollo, schema) == [HashedQuery(sha(TOPICS), TOPICS)]
    assert read_query_file(plain, schema) == [HashedQuery(sha(PLACES), PLACES)]

    for name, content, said in (
        ("md5.json", json.dumps({"5d41402abc4b2a76b9719d911017c592": TOPICS}), "SHA-256"),
        ("list.json", "[1]", "not a map"),
        ("empty.json", "{}", "no queries"),
        ("broken.json", "{", "cannot be read"),
        ("unknown.graphql", "{ nothing }", "Cannot query field"),
        ("broken.graphql", "{ topics", "Syntax Error"),
    ):
        (tmp_path / name).write_text(content)
        with pytest.raises(InvalidInput, match=said) as refused:
            read_query_file(tmp_path / name, schema)
        assert refused.value.expected


def test_the_commands_register_list_and_remove(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_text(TOPICS)
    (tmp_path / "b.json").write_text(json.dumps({sha(PLACES): PLACES}))
    (tmp_path / "wrong.graphql").write_text("{ nothing }")
    environment = {"HUB_DATABASE_URL": database_url}

    def hub(*words: str) -> Any:
        return CliRunner().invoke(app, ["queries", *words], env=environment)

    failed = hub("add", str(tmp_path / "a.graphql"), str(tmp_path / "wrong.graphql"))
    assert isinstance(failed.exception, InvalidInput)
    assert "No queries" in hub("list").output

    added = hub("add", str(tmp_path / "a.graphql"), str(tmp_path / "b.json"))
    assert added.output.splitlines()[-1] == "2 queries registered, 0 were registered before."
    listed = hub("list").output
    assert [line.split()[:2] for line in listed.splitlines()] == [[sha(TOPICS), "FirstTopics"], [sha(PLACES), "Places"]]
    assert hub("remove", sha(TOPICS)).output == f"{sha(TOPICS)} is no longer registered.\n"
    assert isinstance(hub("remove", sha(TOPICS)).exception, NotFound)
    assert sha(TOPICS) not in hub("list").output
