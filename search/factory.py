"""Construction of the engines from the settings, for the app, the worker and the CLI."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hub.db import Database
from hub.errors import SetupProblem
from hub.settings import Settings
from search.fallback import FallbackSearch
from search.meilisearch.client import EngineClient
from search.meilisearch.engine import MeiliSearch
from search.meilisearch.follower import SearchFollower
from search.meilisearch.projector import FOLLOWER, Projector
from search.postgres.engine import PostgresSearch
from search.question_index.answerer import QuestionAnswerer
from search.question_index.follower import QuestionFollower, follower_name
from search.question_index.projector import QuestionProjector

WRITE_SECONDS = 30.0
"""Seconds that one request of the projector may take; large payloads are slow on a small machine."""

BREAKER_PAUSE_SECONDS = 2.0
"""Seconds for which searches do not call Meilisearch after it failed."""


def build_search(settings: Settings, database: Database) -> FallbackSearch | PostgresSearch:
    """Build the engine of an API process; `close` it at the end. Without a Meilisearch address: Postgres only."""
    answerer = QuestionAnswerer(database, settings.question_index_folder)
    postgres = PostgresSearch(database, answerer)
    if settings.meilisearch_url is None:
        return postgres
    client = EngineClient(
        settings.meilisearch_url, _api_key(settings), timeout=settings.search_timeout, pause=BREAKER_PAUSE_SECONDS
    )
    return FallbackSearch(MeiliSearch(client, database, settings.meilisearch_index, answerer), postgres)


def build_follower(settings: Settings, database: Database) -> SearchFollower | None:
    """Build the follower of a worker process; None without a Meilisearch address."""
    if settings.meilisearch_url is None:
        return None
    client = EngineClient(settings.meilisearch_url, _api_key(settings), timeout=WRITE_SECONDS, threads=2)
    return SearchFollower(database, Projector(database, client, settings.meilisearch_index))


def build_question_follower(settings: Settings, database: Database) -> QuestionFollower:
    """Build the follower of the question index, from which both engines answer questions."""
    return QuestionFollower(database, build_question_projector(settings, database), settings.question_index_name)


def build_question_projector(settings: Settings, database: Database) -> QuestionProjector:
    """Build what writes the question index of this host, without a follower, for commands."""
    return QuestionProjector(database, settings.question_index_folder)


def follower_names(settings: Settings) -> tuple[str, ...]:
    """Return the names of the followers that fill the indexes of a host's searches."""
    questions = follower_name(settings.question_index_name)
    return (questions,) if settings.meilisearch_url is None else (FOLLOWER, questions)


@asynccontextmanager
async def open_projector(settings: Settings, database: Database) -> AsyncIterator[Projector]:
    """Build a projector without a follower, for commands. Raises `SetupProblem` without a Meilisearch address."""
    if (follower := build_follower(settings, database)) is None:
        raise SetupProblem("This hub has no Meilisearch; Postgres needs no index.", expected="HUB_MEILISEARCH_URL")
    try:
        yield follower.projector
    finally:
        follower.projector.client.close()


def _api_key(settings: Settings) -> str | None:
    return settings.meilisearch_key.get_secret_value() if settings.meilisearch_key else None
