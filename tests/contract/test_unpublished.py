"""No public address shows text that exists only in an unpublished edition: every route and every GraphQL field."""

from typing import Any
from uuid import UUID

import contents
import httpx
import pytest
from conftest import Publish
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLUnionType, build_schema, get_named_type

from schema.sdl import sdl

SECRET = "bí mật chưa công bố"
FOLDED = "bi mat chua cong bo"


def secret(kind: str) -> dict[str, Any]:
    """A content of a kind whose every free text is the secret."""
    own: dict[str, dict[str, Any]] = {
        "policy": {
            "number": "99/KH-MẬT",
            "nodes": [{"ref": "dieu-1", "type": "article", "label": SECRET, "heading": SECRET, "text": SECRET}],
            "signer": {"name": SECRET},
        },
        "draft": {"explanatory_note": SECRET},
        "bulletin": {"lead": SECRET, "body": f"<p>{SECRET}</p>"},
        "statement": {"occasion": SECRET, "text": SECRET},
    }
    return contents.MADE[kind](title=SECRET, summary=SECRET, links=[{"label": SECRET}], **own[kind])


@pytest.fixture
async def hidden(publish_edition: Publish) -> list[UUID]:
    """Of each kind: one document that was never public, and one whose second edition is not."""
    ids = []
    for kind, made in contents.MADE.items():
        ids.append(await publish_edition(kind, secret(kind), published=False))
        public = await publish_edition(kind, made())
        await publish_edition(kind, secret(kind), document_id=public, published=False)
        await publish_edition(kind, secret(kind), document_id=public, lang="en", published=False)
        ids.append(public)
    return ids


def leaks(answer: httpx.Response) -> bool:
    text = answer.content.decode("utf-8", "replace").lower()
    return any(word in text for word in (SECRET, FOLDED, "99/kh-mật", "99.khmat"))


async def test_no_rest_address_shows_it(client: httpx.AsyncClient, hidden: list[UUID]):
    document = (await client.get("/openapi.json")).json()
    asked = 0
    for path, methods in document["paths"].items():
        assert set(methods) <= {"get"}, "a new verb needs a look of its own"
        for query in _queries(methods["get"]):
            for target in [path.replace("{id}", str(i)) for i in hidden] if "{id}" in path else [path]:
                answer = await client.get(target, params=query, headers={"accept-language": "en"})
                asked += 1
                # What was asked may be said again in a refusal, so only answers count.
                assert not (answer.status_code == 200 and leaks(answer)), (target, query)
    for page in ("/metrics", "/docs", "/problems", "/graphql", "/openapi.json"):
        assert not leaks(await client.get(page))
    assert asked > 60


def _queries(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """No parameter, then each one alone with values that could bring the secret out."""
    values = {
        "q": [SECRET, FOLDED, "99/KH-MẬT"],
        "limit": [100],
        "include": ["text"],
        "lang": ["vi", "en"],
        "sort": ["modified_desc", "title_asc"],
        "agency": ["ubnd-hue"],
        "issuer": ["ubnd-hue"],
        "type": ["Kế hoạch"],
        "topic": ["moi-truong"],
        "kind": ["policy", "draft", "bulletin", "statement"],
        "issued_from": ["2000-01-01"],
        "modified_from": ["2000-01-01"],
    }
    needed = {
        p["name"]: values[p["name"]][0] for p in operation.get("parameters", ()) if p["required"] and p["in"] == "query"
    }
    found = [needed]
    for parameter in operation.get("parameters", ()):
        found += [needed | {parameter["name"]: value} for value in values.get(parameter["name"], ())]
    return found


def _selection(found: Any, depth: int) -> str:
    """Every field of a type, as deep as the views go."""
    found = get_named_type(found)
    if isinstance(found, GraphQLUnionType):
        return "{ __typename " + " ".join(f"... on {t.name} {_selection(t, depth)}" for t in found.types) + " }"
    if not isinstance(found, GraphQLObjectType | GraphQLInterfaceType):
        return ""
    parts = ["__typename"]
    for name, field in found.fields.items():
        inner = get_named_type(field.type)
        leaf = not isinstance(inner, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
        if leaf:
            parts.append(name)
        elif depth > 0:
            parts.append(f"{name} {_selection(inner, depth - 1)}")
    return "{ " + " ".join(parts) + " }"


KINDS = ("Policy", "Draft", "Bulletin", "Statement")


async def test_no_graphql_field_shows_it(client: httpx.AsyncClient, hidden: list[UUID]):
    schema = build_schema(sdl())
    assert schema.query_type is not None
    asked = 0
    for name, field in schema.query_type.fields.items():
        calls = [""]
        if "query" in field.args:
            calls = [f'(query: "{words}", first: 100)' for words in (SECRET, FOLDED, "99/KH-MẬT")]
        elif "id" in field.args:
            calls = [f'(id: "{i}", lang: {lang})' for i in hidden for lang in ("vi", "en")]
        for call in calls:
            selections = [_selection(field.type, 4)]
            if isinstance(get_named_type(field.type), GraphQLInterfaceType):
                selections = [f"{{ ... on {kind} {_selection(schema.type_map[kind], 3)} }}" for kind in KINDS]
            for selection in selections:
                answer = await client.post("/graphql", json={"query": f"{{ {name}{call} {selection} }}"})
                body = answer.json()
                asked += 1
                assert "errors" not in body or name == "node", (name, body)
                assert not leaks(answer), name
    assert asked > 20


def test_the_secret_would_be_found_if_it_were_public():
    """The walk is worth something: every kind's secret content says the secret in every free text."""
    for kind in contents.MADE:
        assert str(secret(kind)).count(SECRET) >= 4
