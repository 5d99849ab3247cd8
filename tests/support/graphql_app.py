"""GraphQL over a real database, with a search engine that answers what a test tells it to."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from hub.app import build_state
from hub.content.visibility import VIEW
from hub.db import Database
from hub.files.store import build_files
from hub.search.port import EngineResult, Hit, SearchQuery
from hub.settings import Settings
from hub.web import problems
from hub.web.head import HeadAsGet
from schema.router import graphql_routes
from tests.support.asgi import running

Run = Callable[..., Awaitable[dict[str, Any]]]
Publish = Callable[..., Awaitable[UUID]]


@dataclass
class StubSearch:
    """Finds the documents it was given, as they are public now."""

    database: Database
    ids: list[UUID] = field(default_factory=list)
    asked: list[SearchQuery] = field(default_factory=list)
    generation: str = "first"
    name: str = "stub"

    async def search(self, query: SearchQuery) -> EngineResult:
        self.asked.append(query)
        async with self.database.write() as session:
            rows = (await session.execute(VIEW.select().where(VIEW.c.seq_to.is_(None)))).all()
        known = {row.document_id: row for row in rows}
        listed = [known[each] for each in self.ids if each in known]
        hits = [Hit(row.document_id, row.lang, row.seq_from, "giờ <mark>xe tải</mark>") for row in listed]
        facets = {"kind": {"policy": 1}, "topic": {"moi-truong": 1}}
        page = hits[query.offset : query.offset + query.limit]
        return EngineResult(self.name, page, len(hits), facets, self.generation)

    async def engine(self) -> str:
        return self.name


@pytest.fixture
def engine(database: Database) -> StubSearch:
    return StubSearch(database)


@asynccontextmanager
async def graphql_with(
    settings: Settings, database: Database, engine: StubSearch | None = None, **changes: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an app that has nothing but GraphQL, with some settings of its own."""
    settings = Settings(**{**settings.model_dump(exclude_unset=True), **changes})
    app = FastAPI(openapi_url=None)
    app.add_middleware(HeadAsGet)
    app.router.routes.extend(graphql_routes())
    problems.install(app)
    app.state.hub = build_state(settings, database, engine or StubSearch(database), build_files(settings))
    async with running(app) as opened:
        yield opened


@pytest.fixture
async def graphql(settings: Settings, database: Database, engine: StubSearch) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an app that has nothing but GraphQL."""
    async with graphql_with(settings, database, engine) as opened:
        yield opened


@pytest.fixture
def run(graphql: httpx.AsyncClient) -> Run:
    """Runs a query; the answer is its JSON."""

    async def post(query: str, /, headers: dict[str, str] | None = None, **variables: Any) -> dict[str, Any]:
        answer = await graphql.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return post


def refusal(answer: dict[str, Any]) -> dict[str, Any]:
    """The extensions of an answer's only error."""
    (error,) = answer["errors"]
    assert error["message"]
    found: dict[str, Any] = error["extensions"]
    return found


def nodes(connection: dict[str, Any]) -> list[Any]:
    """The nodes of a connection."""
    return [edge["node"] for edge in connection["edges"]]
