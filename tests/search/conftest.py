"""A follower that a test runs step by step, and both engines over the test's own database and index."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from hub.db import Database
from hub.search.port import EngineResult, SearchIndex, SearchQuery
from hub.settings import Settings
from search import build_follower, build_question_follower, build_search
from search.fallback import FallbackSearch
from search.meilisearch.follower import SearchFollower
from search.question_index.follower import QuestionFollower

Ask = Callable[..., Awaitable[EngineResult]]


@dataclass(frozen=True)
class Hub:
    """The search parts of a hub: the API's engine and the worker's followers."""

    settings: Settings
    database: Database
    engine: FallbackSearch
    follower: SearchFollower
    questions: QuestionFollower

    async def catch_up(self) -> None:
        """Run the followers until no entries are left, and let others write the index for questions."""
        while await self.questions.step():
            pass
        await self.questions.projector.close()
        while await self.follower.step():
            pass

    async def ask(self, text: str, **more: object) -> EngineResult:
        """Search as the API does."""
        return await self.engine.search(SearchQuery(text, **more))  # type: ignore[arg-type]


Engine = tuple[Hub, SearchIndex]
Publish = Callable[..., Awaitable[UUID]]


async def ask(engine: Engine, text: str, **more: Any) -> EngineResult:
    """Search with an engine after the follower has caught up."""
    await engine[0].catch_up()
    return await engine[1].search(SearchQuery(text, **more))


def node(ref: str, kind: str, text: str | None, parent: str | None = None, **more: Any) -> dict[str, Any]:
    """Build a node of a policy."""
    return {"ref": ref, "type": kind, "label": ref, "heading": None, "text": text, "parent": parent} | more


def make_hub(settings: Settings, database: Database) -> Hub:
    engine, follower = build_search(settings, database), build_follower(settings, database)
    assert isinstance(engine, FallbackSearch)
    assert follower is not None
    return Hub(settings, database, engine, follower, build_question_follower(settings, database))


@pytest.fixture
async def searching(search_settings: Settings, database: Database) -> AsyncIterator[Hub]:
    hub = make_hub(search_settings, database)
    yield hub
    hub.engine.close()
    hub.follower.projector.client.close()


@pytest.fixture(params=["meilisearch", "postgres"])
def each_engine(request: pytest.FixtureRequest, searching: Hub) -> tuple[Hub, SearchIndex]:
    """Each engine by itself, without the other as its fallback."""
    engine = searching.engine
    return searching, engine.primary if request.param == "meilisearch" else engine.secondary
