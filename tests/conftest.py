"""Real servers for every test: one Postgres and one Meilisearch for the run, a fresh database for each test."""

import gc
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
import structlog

from hub import migrations
from hub.app import create_app
from hub.clock_subjects import register_clock_subjects
from hub.content import damage
from hub.content.commands import create_document, lock_documents, publish, save_edition
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.embedded.meilisearch import EmbeddedMeilisearch, cache_dir, find_or_fetch_program
from hub.embedded.postgres import EmbeddedPostgres
from hub.heap import freeze_heap
from hub.heartbeats import queries as heartbeats
from hub.ops import health
from hub.rooms import register_rooms
from hub.settings import Settings
from tests.support.asgi import running
from tests.support.database_pool import DatabasePool, database_at
from tests.support.durations import write_durations
from tests.support.figures import figure, write_figures
from tests.support.registry_seed import seed_registry
from tests.support.servers import TEMPLATE, Meilisearch, Publish, hash_password_once
from tests.support.signals import keep_ignored_signals_from_children
from tests.support.sizes import leave_out_soak, pytest_generate_tests

__all__ = ["figure", "pytest_generate_tests"]

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own there
ROOM = 6_000_000_000
SYSTEM = Path(__file__).parent / "system"
SERVERS = frozenset({"postgres", "meilisearch_server", "s3"})
"""Fixtures that start a server; also those that ask for one of them by way of others count."""
COLLECTOR = (20_000, 10, 10)
"""How many objects may come before the collector looks: each app that a test makes brings many that stay a while."""


register_rooms()
register_clock_subjects()


def pytest_configure() -> None:
    """Children inherit no ignored signal. Temporary folders lie in memory where there is room.

    A database of its own costs a test mostly the copying. What is compiled is kept, whatever the environment says: a
    process of the hub imports five hundred modules, and compiling them took each of hundreds half a second. Traces are
    logged without the values of variables, as the hub logs them: drawing those took seconds for each. The servers of
    the tests know no TLS: preparing for it and being refused was a fifth of opening a connection.
    """
    keep_ignored_signals_from_children()
    os.environ.setdefault("PGSSLMODE", "disable")
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])
    gc.disable()  # until all tests are collected: nothing of it ends before the run
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark as `pure` what needs no server and starts no process, which `make check` runs; leave out soak tests.

    The longest tests come first, so that no core is left with one of them when the others have ended. Then come those
    of whole hubs: a core that has ended its own tests takes from the end of another's, and two cores that share such a
    folder start its hub twice.
    """
    leave_out_soak(config, items)
    items.sort(key=lambda item: (item.get_closest_marker("long") is None, not item.path.is_relative_to(SYSTEM)))
    for item in items:
        asks = SERVERS.intersection(getattr(item, "fixturenames", ()))
        if not (asks or item.path.is_relative_to(SYSTEM) or item.get_closest_marker("server")):
            item.add_marker(pytest.mark.pure)


@pytest.fixture(autouse=True)
def _remembers_no_broken_view(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has its own memory of broken views: a process has one, and its alarm is no business of other tests.

    An app reads the damage of others later than any test lasts, so that its statement is not counted with a request's.
    """
    monkeypatch.setattr(damage, "_memory", damage.DamageMemory())
    monkeypatch.setattr(damage, "FIRST_READ_SECONDS", 3_600.0)


@pytest.fixture(autouse=True)
def _misses_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a process that began with it: one that is older misses a worker."""
    monkeypatch.setattr(heartbeats, "_STARTED", time.monotonic())


@pytest.fixture(autouse=True)
def _waits_for_alarms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readiness tells its details however busy this machine is: a test of the limit sets one of its own."""
    monkeypatch.setattr(health, "DETAILS_SECONDS", 60.0)


@pytest.fixture(autouse=True)
def _starts_no_process(request: pytest.FixtureRequest) -> Iterator[None]:
    """A pure test that starts a process fails and says so: it belongs to another run."""
    if request.node.get_closest_marker("pure") is None:
        yield
        return

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("This test starts a process: mark it `server`.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess.Popen, "__init__", refuse)
        yield


def pytest_collection_finish() -> None:
    """Take all modules out of the garbage collector's sight: looking through them cost a sixth of the run."""
    freeze_heap()
    gc.set_threshold(*COLLECTOR)
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """End with the figures of the run; its durations go to a file."""
    write_durations(terminalreporter)
    write_figures(terminalreporter)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """The run's Postgres. What it stores need not survive a power cut."""
    loose = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), extra=loose) as server:
        yield server


@pytest.fixture(scope="session")
async def template(postgres: EmbeddedPostgres) -> str:
    """A migrated database with the registry of Huế, which each test's database is copied from."""
    admin = await asyncpg.connect(database_at(postgres.url, "postgres"))
    await admin.execute(f"CREATE DATABASE {TEMPLATE}")
    await hash_password_once(admin, postgres.url)
    await admin.close()
    url = database_at(postgres.url, TEMPLATE)
    await migrations.upgrade(url)
    database = Database(Settings(database_url=url))
    async with database.write() as session:
        await seed_registry(session)
    await database.dispose()
    return url


@pytest.fixture(scope="session")
def databases(template: str) -> Iterator[DatabasePool]:
    """Ready copies of the template, for tests that need more than one, or one for longer."""
    with DatabasePool(template) as pool:
        yield pool


@pytest.fixture
def database_url(databases: DatabasePool) -> Iterator[str]:
    """The address of a database of the test's own."""
    url = databases.acquire()
    yield url
    databases.release(url)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a hub without Meilisearch, and without kept answers: many tests count statements.

    The hub's processes that tests start keep answers, as the product does.
    """
    return Settings(database_url=database_url, data=tmp_path, database_pool_size=8, answer_cache_mb=0)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The test's database as the hub opens it."""
    opened = Database(settings)
    yield opened
    await opened.dispose()


@pytest.fixture(scope="session")
def meilisearch_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meilisearch]:
    """A missing Meilisearch fails the run; nothing is skipped."""
    binary = find_or_fetch_program(cache_dir(), print)
    assert binary is not None, "no Meilisearch for this machine"
    server = Meilisearch(EmbeddedMeilisearch(binary, tmp_path_factory.mktemp("meilisearch")))
    yield server
    server.heal()
    server.stop()


@pytest.fixture
def meilisearch(meilisearch_server: Meilisearch) -> Iterator[Meilisearch]:
    """The run's Meilisearch; it runs again when the test ends, whatever the test did to it."""
    yield meilisearch_server
    meilisearch_server.heal()


@pytest.fixture
def search_settings(settings: Settings, meilisearch: Meilisearch) -> Settings:
    """Settings of a hub with Meilisearch and an index of the test's own."""
    changes = {
        "meilisearch_url": meilisearch.url,
        "meilisearch_key": meilisearch.key,
        "meilisearch_index": f"t{uuid4().hex[:12]}",
    }
    return Settings(**{**settings.model_dump(exclude_unset=True), **changes})


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the hub's ASGI app (Postgres answers searches)."""
    async with running(create_app(settings)) as opened:
        yield opened


@pytest.fixture
def publish_edition(database: Database) -> Publish:
    """Publishes an edition as `hub import --publish` does; without `publish` it stays a working edition."""

    async def make(
        kind: str,
        content: dict[str, Any],
        *,
        lang: str = "vi",
        owner: str = "ubnd-hue",
        document_id: UUID | None = None,
        published: bool = True,
    ) -> UUID:
        async with database.write() as session:
            if document_id is not None and (found := await lock_documents(session, [document_id])):
                document = found[document_id]
            else:
                document = await create_document(session, document_id=document_id or uuid4(), kind=kind, owner=owner)
            edition = await save_edition(session, document, lang=lang, content=content, by="test")
            if published:
                assert edition.id is not None
                await publish(session, [edition.id], verb=Verb.publish_trusted)
            return document.id

    return make
