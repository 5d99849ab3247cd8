"""Editors for the tests, over GraphQL: the mutations by name, with everything they give."""

from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import text

from hub.db import Database
from schema.build import schema
from schema.naming import camel_case
from tests.support import contents
from tests.support.editors import key

EDITION = (
    "lang number state content updateType changeNote correctionOf scheduledFor scheduleProblem "
    "writtenBy approvedBy changedAt publishedAt"
)
DOCUMENT = (
    f"id kind owner state version working {{ {EDITION} }} live {{ {EDITION} }} "
    "history { lang number state changeNote correctionOf publishedAt } warnings { field code detail }"
)
RESULT = (
    f"{{ __typename ... on ManagedDocument {{ {DOCUMENT} }} "
    "... on Refusal { code status detail field expected errors { field detail } currentVersion } }"
)
READ = f"query Read($id: ID!) {{ manage {{ document(id: $id) {{ {DOCUMENT} }} }} }}"
TABLES = ("document", "edition", "published_view", "log_entry", "log_head", "audit_entry", "idempotency_key")
assert schema._schema.mutation_type is not None
MUTATIONS = {
    name: found for name, found in schema._schema.mutation_type.fields.items() if str(found.type) == "DocumentResult"
}
"""The mutations that are steps of documents."""


def snake(value: Any) -> Any:
    """An answer with the names of REST; contents have them already."""
    if isinstance(value, list):
        return [snake(item) for item in value]
    if not isinstance(value, dict):
        return value
    named = {"".join(f"_{c.lower()}" if c.isupper() else c for c in name): found for name, found in value.items()}
    return {name: found if name == "content" else snake(found) for name, found in named.items()}


def typed(content: Any, kind: str = "policy") -> dict[str, Any]:
    """A content as the `ContentInput` of its kind."""
    return {kind: _camel(content)}


def _camel(value: Any) -> Any:
    if isinstance(value, list):
        return [_camel(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {camel_case(name): _camel(item) for name, item in value.items()}


@dataclass
class Writer:
    """Someone with a key, or without one, who speaks GraphQL."""

    client: httpx.AsyncClient
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = await self.client.post("/graphql", json={"query": query, "variables": variables}, headers=self.headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers.get_list("cache-control") == ["no-store"]
        found: dict[str, Any] = answer.json()
        return found

    async def do(self, name: str, **given: Any) -> dict[str, Any]:
        """A mutation: the document, or a refusal."""
        declared = MUTATIONS[name].args
        variables = ", ".join(f"${each}: {declared[each].type}" for each in given)
        arguments = ", ".join(f"{each}: ${each}" for each in given)
        answer = await self.ask(f"mutation Do({variables}) {{ {name}({arguments}) {RESULT} }}", **given)
        assert "errors" not in answer, answer
        found: dict[str, Any] = answer["data"][name]
        return found

    async def done(self, name: str, **given: Any) -> dict[str, Any]:
        """A mutation that must work."""
        found = await self.do(name, **given)
        assert found.pop("__typename") == "ManagedDocument", found
        return found

    async def create(self, agency: str = "ubnd-hue", **changes: Any) -> dict[str, Any]:
        return await self.done("createDocument", agency=agency, content=typed(contents.policy(**changes)))


async def writer(client: httpx.AsyncClient, database: Database, agency: str = "ubnd-hue", *scopes: str) -> Writer:
    return Writer(client, {"authorization": f"Bearer {await key(database, agency, *scopes)}"})


async def stored(database: Database) -> dict[str, Any]:
    """Everything that a refused write must leave as it was."""
    async with database.read() as connection:
        return {
            name: (await connection.execute(text(f"SELECT * FROM {name} AS t ORDER BY t::text"))).all()
            for name in TABLES
        }
