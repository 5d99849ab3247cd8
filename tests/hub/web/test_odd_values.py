"""Odd values in addresses, parameters, headers and cursors are refused in words: never 5xx, and nothing is changed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import orjson
import pytest

from hub.db import Database
from hub.web import responses
from tests.support import contents
from tests.support.editors import Editor, key
from tests.support.servers import Publish
from tests.support.surfaces import read_contract

ODD = [
    "%00",
    "%ED%A0%80",
    "%FF",
    "",
    "0",
    "-1",
    "true",
    quote("١٢"),
    "9" * 30,
    "1e400",
    "NaN",
    "9999-12-31",
    "0001-01-01T00:00:00Z",
    quote("2026-12-06T00:00:00+25:00"),
    quote("http://[x"),
    quote("https://xn--/"),
    quote("http://h:1:2/"),
    quote("\ue000\u202e'\";--%"),
    quote("x" * 3_000),
    "%7B%22a%22%3A1%7D",
]
"""Values as they stand in an address, percent-encoded."""

PLACES = {"{name}.{form}": "all.atom", "{name}-{number}": "policies-1", "{kind}": "policy", "{item}": "1", "{seq}": "1"}


def _requests(contract: dict[str, Any]) -> Iterator[str]:
    """Each address with one odd value in one of its parts or parameters, all others as they should be."""
    for path, methods in contract["paths"].items():
        if "get" not in methods or path == "/api/v1/events":
            continue
        parameters = methods["get"].get("parameters", ())
        needed = {p["name"]: "1" for p in parameters if p["in"] == "query" and p.get("required")}
        right = path
        for part, word in PLACES.items():
            right = right.replace(part, word)
        for parameter in parameters:
            for odd in ODD:
                if parameter["in"] == "path":
                    yield _filled(path.replace(f"{{{parameter['name']}}}", odd)) + _query(needed)
                elif parameter["in"] == "query":
                    yield _filled(right) + _query(needed | {parameter["name"]: odd})


def _filled(path: str) -> str:
    for part, word in PLACES.items():
        path = path.replace(part, word)
    while "{" in path:
        begin, end = path.index("{"), path.index("}")
        path = path[:begin] + (str(uuid4()) if "id" in path[begin:end] else "1") + path[end + 1 :]
    return path


def _query(parameters: dict[str, str]) -> str:
    return "?" + "&".join(f"{name}={value}" for name, value in parameters.items()) if parameters else ""


@pytest.mark.counts(small=150, full=4_000, soak=10_000)
async def test_no_odd_value_in_an_address_is_a_failure_of_the_hub(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, count: int
) -> None:
    await publish_edition("policy", contents.policy())
    headers = Editor(client, await key(database)).headers
    every = list(_requests(read_contract()))

    for address in islice(every, 0, None, max(1, len(every) // count)):
        answer = await client.get(address, headers=headers)
        assert answer.status_code < 500, (address, answer.text[:300])


CURSORS = [
    "/api/v1/policies?limit=1",
    "/api/v1/policies?limit=1&sort=issued_asc",
    "/api/v1/policies?limit=1&sort=title_asc",
    "/api/v1/policies?limit=1&sort=changed_desc",
    "/feeds/policies.json?limit=1",
    "/api/v1/search?q=xanh&limit=1",
    "/api/v1/agencies?limit=1",
    "/api/v1/places?limit=1",
    "/api/v1/manage/audit?limit=1",
]
ODD_MEMBERS: list[Any] = [True, None, -1, 2**63, 1.5, "\x00", "9999-12-31T23:59:59Z", "0001-01-01", [], {}, "x"]


async def test_a_cursor_with_an_odd_value_is_damaged_wherever_it_is_given(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    editor = Editor(client, await key(database))
    for number in (1, 2):
        await publish_edition("policy", contents.policy(number=f"{number}/KH-UBND"))
        await editor.create("bulletin")
    for path in CURSORS:
        first = await client.get(path, headers=editor.headers)
        following = first.json().get("next") or httpx.URL(first.json()["next_url"]).params["cursor"]
        found = orjson.loads(urlsafe_b64decode(following + "=" * (-len(following) % 4)))
        for place in range(len(found)):
            for odd in ODD_MEMBERS:
                changed = urlsafe_b64encode(orjson.dumps([*found[:place], odd, *found[place + 1 :]])).decode()
                answer = await client.get(f"{path}&cursor={changed}", headers=editor.headers)
                assert answer.status_code in (200, 409, 422), (path, place, odd, answer.text)
                if odd in (True, None, [], {}):
                    assert answer.json()["code"] == "invalid_cursor", (path, place, odd)


HEADERS = {
    "if-modified-since": ["Sat, 01 Jan 99999999999 00:00:00 GMT", "Sat, 01 Jan 2026 00:00:00 +99999999", "hôm qua"],
    "if-none-match": ['"', "*,", "W/", "\xff", ","],
    "accept-language": ["vi;q=nan", "*;q=9" * 99, "\xff", ";;,,", "vi;q=1e999"],
    "accept": ["text/html;q=x", "/", ",,;", "\xff"],
    "range": ["bytes=0-" + "9" * 40, "bytes=-", "items=1-2", "bytes=1-0"],
    "if-match": ['"999999999999999999"', '"²"', "*", '"true"', "\xff"],
    "idempotency-key": ["\xff" * 200, " "],
    "last-event-id": ["-1", "9" * 40, "\xff"],
    "authorization": ["Bearer", "Bearer \xff", "Basic \xff", "Bearer " + "x" * 5_000],
    "x-forwarded-for": ["\xff", "1.2.3.4, ,,[", "::" * 99],
    "content-type": ["application/json; charset=\xff", "application/json;;;charset=none"],
}


async def test_no_odd_header_is_a_failure_of_the_hub(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await publish_edition("policy", contents.policy())
    key_headers = Editor(client, await key(database)).headers
    addresses = ["/feeds/all.atom", "/api/v1/policies", f"/d/{document}", f"/id/policy/{document}", "/api/v1/dumps"]
    # A feed is dated once its last change is a minute old.
    monkeypatch.setattr(responses, "MIN_LAST_MODIFIED_AGE", timedelta(0))

    for name, values in HEADERS.items():
        for value in values:
            headers = list((key_headers | {name: value}).items())
            raw = [(header.encode(), given.encode("latin-1", "replace")) for header, given in headers]
            for address in addresses:
                answer = await client.get(address, headers=raw)
                assert answer.status_code < 500, (address, name, value, answer.text)
            answer = await client.post(f"/api/v1/manage/documents/{document}/submit", headers=raw, content=b"{}")
            assert 400 <= answer.status_code < 500, (name, value, answer.text)
