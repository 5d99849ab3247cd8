"""Bodies that nobody should send: each is a problem with code and field, in bounded time, and nothing is stored."""

import itertools
import time
import tracemalloc
from collections.abc import AsyncIterator

import httpx
import orjson
import pytest
from sqlalchemy import text

from hub.db import Database
from hub.errors import InvalidInput
from hub.web.json_body import MAX_DEPTH, is_too_deep, parse_json
from tests.support import contents
from tests.support.editors import key
from tests.support.in_process import TRAFFIC

JSON = "application/json"
GRAPHQL = "/graphql"
PATHS = ("/api/v1/manage/documents", GRAPHQL)
NEW = {"kind": "policy", "agency": "ubnd-hue", "content": contents.policy()}


async def stored(database: Database) -> dict[str, int]:
    async with database.read() as connection:
        return {
            table: (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() for table in TRAFFIC
        }


def told(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, code and field of a refusal: a problem, or at `/graphql` a GraphQL error."""
    found = answer.json()
    if "errors" in found and "code" not in found:
        found = found["errors"][0]["extensions"]
    return answer.status_code, found["code"], found["field"]


def nested(depth: int) -> bytes:
    return b'{"query":"{ __typename }","variables":' + b'{"a":' * (depth - 2) + b"[]" + b"}" * (depth - 1)


def member(value: bytes) -> bytes:
    return orjson.dumps(NEW).replace(b'"17/KH-UBND"', value)


BAD = {
    "nested deeper than 32": nested(MAX_DEPTH + 1),
    "lists without end": b"[" * 1_000_000,
    "a hundred thousand levels, closed": b"[" * 100_000 + b"]" * 100_000,
    "broken UTF-8": orjson.dumps(NEW).replace("sông".encode(), b"s\xf4ng"),
    "UTF-16": orjson.dumps(NEW).decode().encode("utf-16"),
    "with a byte order mark": b"\xef\xbb\xbf" + orjson.dumps(NEW),
    "half a surrogate pair": member(b'"\\ud83d"'),
    "not a number": member(b"NaN"),
    "a number beyond 64 bits": member(b"9" * 40),
    "a number of a million digits": member(b"9" * 1_000_000),
    "cut off": orjson.dumps(NEW)[:-1],
    "two values": orjson.dumps(NEW) * 2,
    "single quotes": b"{'query': '{ __typename }'}",
    "only a quote": b'"',
    "only a backslash": b"\\",
}


@pytest.fixture
async def editor(client: httpx.AsyncClient, database: Database) -> httpx.AsyncClient:
    client.headers["authorization"] = f"Bearer {await key(database)}"
    return client


async def test_what_is_no_good_json_is_refused_before_it_is_used(
    editor: httpx.AsyncClient, database: Database, subtests: pytest.Subtests
) -> None:
    before = await stored(database)
    for path, (name, body) in itertools.product(PATHS, BAD.items()):
        with subtests.test(f"{path} {name}"):
            began = time.perf_counter()
            answer = await editor.post(path, content=body, headers={"content-type": JSON})
            assert time.perf_counter() - began < 30
            expected = (400, "graphql_request_invalid", "body") if path == GRAPHQL else (422, "invalid_input", "body")
            assert told(answer) == expected
            assert await stored(database) == before


@pytest.mark.parametrize("path", PATHS)
async def test_a_member_that_stands_twice_is_refused_by_its_name(
    editor: httpx.AsyncClient, database: Database, path: str
) -> None:
    before = await stored(database)
    body = orjson.dumps(NEW).replace(b'"agency":', b'"agency":"so-y-te","agency":', 1)

    answer = await editor.post(path, content=body, headers={"content-type": "Application/JSON; charset=utf-8"})

    status, code = (400, "graphql_request_invalid") if path == GRAPHQL else (422, "invalid_input")
    assert told(answer) == (status, code, "agency")
    assert await stored(database) == before


async def test_a_body_of_another_type_is_refused(editor: httpx.AsyncClient, database: Database) -> None:
    before = await stored(database)
    body = orjson.dumps(NEW)

    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/xml", ""):
        answer = await editor.post(PATHS[0], content=body, headers={"content-type": content_type})
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "invalid_input", "body")
    for body in (b"", b"null", b"7", b"[]", b'"text"'):
        answer = await editor.post(PATHS[0], content=body, headers={"content-type": JSON})
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "invalid_input", "body")
    answer = await editor.post(
        "/graphql", content=b'{"query":"{ __typename }"}', headers={"content-type": "text/plain"}
    )
    assert told(answer) == (415, "unsupported_media_type", "Content-Type")
    assert await stored(database) == before


@pytest.mark.parametrize(
    ("path", "content_type"), [(PATHS[0], JSON), (PATHS[0], "text/plain"), (PATHS[0], ""), (PATHS[1], JSON)]
)
async def test_two_hundred_megabytes_are_refused_without_reading_them(
    editor: httpx.AsyncClient, database: Database, path: str, content_type: str
) -> None:
    before = await stored(database)
    sent = 0

    async def streamed() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 200_000_000:
            sent += 1_000_000
            yield b" " * 1_000_000

    tracemalloc.start()
    try:
        declared = await editor.post(
            path, content=b"", headers={"content-type": content_type, "content-length": "200000000"}
        )
        counted = await editor.post(path, content=streamed(), headers={"content-type": content_type})
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    for answer in (declared, counted):
        assert told(answer) == (413, "body_too_large", "body")
    assert sent <= 4_000_000
    assert peak < 30_000_000
    assert await stored(database) == before


async def test_a_length_that_is_no_length_is_a_problem_too(editor: httpx.AsyncClient) -> None:
    answer = await editor.post(PATHS[0], content=b"", headers={"content-type": JSON, "content-length": "9" * 5_000})

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    "body",
    [
        nested(MAX_DEPTH),
        b'"' + b"[{" * 100_000 + b'"',
        b'{"text": "\\"[[\\\\\\"{{' + b"[" * 40 + b'\\\\"}',
        b"[" + b"[]," * 50_000 + b"[]]",
        b"{}",
        b"-1.5e3",
    ],
)
def test_brackets_in_texts_and_beside_each_other_are_no_depth(body: bytes) -> None:
    assert not is_too_deep(body)
    parse_json(body)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 200, 100_000])
@pytest.mark.parametrize(("opens", "closes"), [(b"[", b"]"), (b'{"a":', b"}"), (b"[ ", b""), (b'["]", ', b"]")])
def test_depth_is_found_whatever_stands_between(depth: int, opens: bytes, closes: bytes) -> None:
    assert is_too_deep(opens * depth + closes * depth)
    with pytest.raises(InvalidInput):
        parse_json(opens * depth + b"1" + closes * depth)


@pytest.mark.parametrize(
    "piece", [b"[", b"[]", b'"', b"\\", b'{"a":', (b"[" * 32 + b"]" * 32 + b","), b"[[]],", b'\\"', b'{"a":[]},', b"1,"]
)
def test_the_largest_body_takes_little_time_to_check(piece: bytes) -> None:
    body = piece * (2_000_000 // len(piece))
    began = time.perf_counter()
    with pytest.raises(InvalidInput):
        parse_json(body)
    assert time.perf_counter() - began < 30
