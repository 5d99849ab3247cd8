"""A filter by a code that the registry does not have is refused by every address and field, with what would be right.

Both contracts are walked, so a new list cannot forget it.
"""

from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx
import pytest
from graphql import GraphQLField, GraphQLNonNull, GraphQLObjectType, is_leaf_type

from hub import openapi
from hub.db import Database
from hub.domain.kinds import BY_PLURAL, KINDS
from schema.build import schema
from tests.support import contents
from tests.support.editors import key
from tests.support.import_samples import rows
from tests.support.servers import Publish
from tests.support.surfaces import chosen

UNKNOWN = {
    "agency": "khong-co",
    "topic": "khong-co",
    "place": "99999",
    "issuer": "khong-co",
    "source": "khong-co",
    "lang": "fr",
}
"""An unknown code for each parameter that takes a code of the registry, a source or a language."""
NEEDED: dict[str, Any] = {"q": "phường", "from": "1", "to": "1", "figure": "opinions"}


@pytest.fixture
async def documents(publish_edition: Publish) -> dict[str, UUID]:
    return {kind: await publish_edition(kind, contents.MADE[kind]()) for kind in KINDS}


@pytest.fixture
async def headers(database: Database) -> dict[str, str]:
    return {"authorization": f"Bearer {await key(database)}"}


def rest_filters(documents: dict[str, UUID]) -> list[tuple[str, str, dict[str, Any]]]:
    """Every GET of the contract with each of its parameters that takes a code."""
    found = []
    for path, methods in openapi.build_openapi()["paths"].items():
        parameters = {p["name"]: p for p in methods.get("get", {}).get("parameters", ()) if p["in"] == "query"}
        needed = {name: NEEDED.get(name, "1") for name, p in parameters.items() if p.get("required")}
        if "url" in needed:
            needed["url"] = f"http://hub.test/d/{documents['policy']}"
        kind = next((BY_PLURAL[part].name for part in path.split("/") if part in BY_PLURAL), "policy")
        for own in chosen(path):
            own = own.replace("{id}", str(documents[kind]))
            found += [(own, name, needed) for name in parameters if name in UNKNOWN and "{" not in own]
    return found


async def test_rest_refuses_every_unknown_code_with_its_field(
    client: httpx.AsyncClient, documents: dict[str, UUID], headers: dict[str, str], subtests: pytest.Subtests
) -> None:
    walked = rest_filters(documents)
    assert {name for _, name, _ in walked} == UNKNOWN.keys()
    for path, name, needed in walked:
        with subtests.test(path=path, name=name):
            sent = needed | {name: UNKNOWN[name]}
            answer = await client.get(path, params=sent, headers=headers if "/manage" in path else {})
            assert answer.status_code == 422, answer.text[:300]
            problem = answer.json()
            assert problem["field"].split(".")[0] == name, problem
            assert problem.get("expected"), problem


def graphql_filters() -> list[tuple[list[str], str, GraphQLField]]:
    """Every field of Query and Manage with each of its arguments that takes a code."""
    inner = schema._schema
    assert inner.query_type is not None
    manage: Any = inner.query_type.fields["manage"].type
    manage = manage.of_type if isinstance(manage, GraphQLNonNull) else manage
    found = []
    for path, of in (([], inner.query_type), (["manage"], manage)):
        assert isinstance(of, GraphQLObjectType)
        found += [([*path, n], a, field) for n, field in of.fields.items() for a in field.args if a in UNKNOWN]
    return found


async def test_graphql_refuses_every_unknown_code_with_its_argument(
    client: httpx.AsyncClient, documents: dict[str, UUID], headers: dict[str, str], subtests: pytest.Subtests
) -> None:
    given = {
        "figure": "opinions",
        "id": f'"{documents["policy"]}"',
        "query": '"phường"',
        "from": "1",
        "to": "1",
        "edition": "1",
    }
    walked = graphql_filters()
    assert {name for _, name, _ in walked} == UNKNOWN.keys()
    for path, name, field in walked:
        with subtests.test(field=path, argument=name):
            needed = [f"{a}: {given[a]}" for a, one in field.args.items() if isinstance(one.type, GraphQLNonNull)]
            value = f'"{UNKNOWN[name]}"'
            type_: Any = field.type
            while hasattr(type_, "of_type"):
                type_ = type_.of_type
            selected = "" if is_leaf_type(type_) else " { __typename }"
            query = f"{path[-1]}({', '.join([*needed, f'{name}: {value}'])}){selected}"
            for above in path[:-1]:
                query = f"{above} {{ {query} }}"
            answer = (await client.post("/graphql", json={"query": f"{{ {query} }}"}, headers=headers)).json()
            [error] = answer["errors"]
            assert error["extensions"]["status"] == 422, answer
            assert error["extensions"]["field"] == name, answer
            assert error["extensions"].get("expected"), answer


async def test_addresses_inside_parameters_and_bodies_are_checked_alike(
    client: httpx.AsyncClient, database: Database, headers: dict[str, str]
) -> None:
    for name in ("agency", "topic", "place"):
        frame = quote(f"http://hub.test/embed/feed?{name}={UNKNOWN[name]}")
        answer = await client.get(f"/oembed?url={frame}")
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_reference"), answer.text
        feed = f"http://hub.test/feeds/policies.atom?{name}={UNKNOWN[name]}"
        form = {"hub.mode": "subscribe", "hub.topic": feed, "hub.callback": "https://example.vn/websub"}
        assert (await client.post("/websub", data=form)).status_code == 202
        [(denied,)] = await rows(database, "SELECT denied FROM websub_intent WHERE topic = :feed", feed=feed)
        assert denied == f"There is no {name} `{UNKNOWN[name]}`."
    for name in ("agency", "topic", "place", "lang"):
        body = {"url": f"https://example.vn/{uuid4()}", "filter": {name: [UNKNOWN[name]]}}
        answer = await client.post("/api/v1/manage/webhooks", json=body, headers=headers)
        assert answer.status_code == 422, (name, answer.text)
        assert answer.json()["field"] == name
        answer = await client.get("/api/v1/events", params={name: UNKNOWN[name]})
        assert (answer.status_code, answer.json()["field"]) == (422, name)
