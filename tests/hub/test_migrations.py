"""Migrations: they make what the models say, take over a database from before the squash, and refuse what they do not
know in one clear line.

`support/data/schema_before_squash.sql` was dumped by the code of that time, with rows in every table.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from alembic import command
from hub import migrations
from hub.app import create_app
from hub.before_squash import FIRST_REVISION, LAST_REVISION_BEFORE_SQUASH, describe_schema, read_description
from hub.connections import MIGRATIONS, asyncpg_url
from hub.content.commands import create_document, lock_documents, publish, save_edition
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.embedded.postgres import EmbeddedPostgres
from hub.errors import SetupProblem
from hub.ops.verify import verify
from hub.settings import Settings
from tests.support import contents
from tests.support.asgi import running

DUMP = Path(__file__).parent.parent / "support" / "data" / "schema_before_squash.sql"
DESCRIPTION = migrations.SCRIPT / "versions" / f"{FIRST_REVISION}.schema.txt"
OLD = "hub_before_squash"
PLAN = UUID("01900000-0000-7000-8000-000000000017")

T = TypeVar("T")
Rows = dict[str, tuple[int, str]]
Columns = dict[str, list[str]]


@asynccontextmanager
async def copy_database(server: EmbeddedPostgres, template: str) -> AsyncIterator[str]:
    """The address of a new database like another one, for as long as a test lasts."""
    base, name = server.url.rpartition("/")[0], f"migrated_{uuid4().hex}"
    admin = await asyncpg.connect(f"{base}/postgres")
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    try:
        yield f"{base}/{name}"
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


@pytest.fixture(scope="session")
async def old_template(postgres: EmbeddedPostgres) -> str:
    """The name of a database that the old dump was restored to; tests work on copies of it."""
    base = postgres.url.rpartition("/")[0]
    admin = await asyncpg.connect(f"{base}/postgres")
    await admin.execute(f"CREATE DATABASE {OLD}")
    await admin.close()
    await run_statements(f"{base}/{OLD}", DUMP.read_text("utf-8"))
    return OLD


@pytest.fixture
async def old_url(postgres: EmbeddedPostgres, old_template: str) -> AsyncIterator[str]:
    """A database as the last code before the squash left it."""
    async with copy_database(postgres, old_template) as url:
        yield url


@pytest.fixture
async def empty_url(postgres: EmbeddedPostgres) -> AsyncIterator[str]:
    """A database with nothing in it."""
    async with copy_database(postgres, "template0") as url:
        yield url


async def run_statements(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statements)
    await connection.close()


async def look_within(url: str, look: Callable[[Connection], T]) -> T:
    """What `look` finds, in a transaction that is committed."""
    engine = create_async_engine(asyncpg_url(url))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(look)
    finally:
        await engine.dispose()


async def read_columns(url: str) -> Columns:
    """The columns of every table but Alembic's, in their order."""
    connection = await asyncpg.connect(url)
    found = await connection.fetch(
        "SELECT table_name, array_agg(quote_ident(column_name) ORDER BY ordinal_position)"
        " FROM information_schema.columns"
        " WHERE table_schema = 'public' GROUP BY table_name ORDER BY table_name"
    )
    await connection.close()
    return {name: columns for name, columns in found if name != "alembic_version"}


async def read_rows(url: str, columns: Columns | None = None) -> Rows:
    """Number and digest of the rows of every table, or of these columns only: later migrations add others."""
    columns = columns or await read_columns(url)
    connection = await asyncpg.connect(url)
    query = "SELECT count(*), coalesce(md5(string_agg(t::text, ' ' ORDER BY t::text)), '') FROM (SELECT {} FROM {}) t"
    found = {name: await connection.fetchrow(query.format(", ".join(each), name)) for name, each in columns.items()}
    await connection.close()
    return {name: tuple(row) for name, row in found.items()}


async def read_revisions(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    found = await connection.fetch("SELECT version_num FROM alembic_version ORDER BY version_num")
    await connection.close()
    return [row[0] for row in found]


async def run_module(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m` with these words at the hub's root, on this database."""
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", *words],
        cwd=migrations.ROOT,
        env=os.environ | {"HUB_DATABASE_URL": url},
        capture_output=True,
        text=True,
    )


async def test_models_and_migrations_agree(empty_url: str) -> None:
    """In a process of its own, or models that only other tests import would count."""
    await migrations.upgrade(empty_url)
    said = await run_module(empty_url, "alembic", "check")
    assert "No new upgrade operations detected" in said.stdout, said.stdout + said.stderr
    assert said.returncode == 0
    assert "Warning" not in said.stderr  # of what it cannot compare


async def test_an_empty_database_gets_the_newest_revision_once(empty_url: str) -> None:
    revision = await migrations.upgrade(empty_url)
    assert await read_revisions(empty_url) == [revision]
    before = await read_rows(empty_url)
    assert before["log_head"][0] == 1
    assert await migrations.upgrade(empty_url) == revision
    assert await read_rows(empty_url) == before


async def test_texts_of_mutations_that_clients_had_sent_by_hash_are_deleted(empty_url: str) -> None:
    """Those that were registered stay, and so does every query."""
    before = await run_module(empty_url, "alembic", "upgrade", "0044_comments")
    assert before.returncode == 0, before.stderr
    sent = {
        "1": "mutation M { withdraw }",
        "2": "{ drafts { a } }",
        "3": "query Q {a}\nmutation{ b }",
        "4": "{ mutations }",
    }
    connection = await asyncpg.connect(empty_url)
    row = "INSERT INTO persisted_query (sha256, text, names, registered_at) VALUES ($1, $2, '', $3)"
    await connection.executemany(row, [(key, text, None) for key, text in sent.items()])
    await connection.execute(row, "5", "mutation R { approve }", datetime(2026, 11, 3, tzinfo=UTC))
    await migrations.upgrade(empty_url)
    kept = await connection.fetch("SELECT sha256 FROM persisted_query ORDER BY sha256")
    await connection.close()
    assert [key for (key,) in kept] == ["2", "4", "5"]


async def test_the_first_migration_makes_the_schema_that_is_described_beside_it(empty_url: str) -> None:
    await look_within(empty_url, lambda c: command.upgrade(migrations.alembic_config(c), FIRST_REVISION))
    assert await look_within(empty_url, describe_schema) == read_description(DESCRIPTION)


async def test_the_first_migration_is_not_undone(empty_url: str) -> None:
    await migrations.upgrade(empty_url)
    with pytest.raises(SetupProblem, match="drop the database"):
        await look_within(
            empty_url, lambda connection: command.downgrade(migrations.alembic_config(connection), "base")
        )
    assert (await read_rows(empty_url))["log_head"][0] == 1


async def test_a_database_from_before_the_squash_is_stamped_anew_and_keeps_every_row(
    old_url: str, empty_url: str
) -> None:
    assert await read_revisions(old_url) == [LAST_REVISION_BEFORE_SQUASH]
    columns = await read_columns(old_url)
    before = await read_rows(old_url, columns)
    assert [name for name, (count, _) in before.items() if count == 0] == []
    assert len(before) == sum(line.startswith("table ") for line in DESCRIPTION.read_text("utf-8").splitlines())

    revision = await migrations.upgrade(old_url)

    assert await migrations.upgrade(empty_url) == revision
    assert await read_revisions(old_url) == [revision]
    assert await read_rows(old_url, columns) == before
    assert await look_within(old_url, describe_schema) == await look_within(empty_url, describe_schema)


async def test_the_hub_goes_on_with_a_database_from_before_the_squash(old_url: str, tmp_path: Path) -> None:
    await migrations.upgrade(old_url)
    settings = Settings(database_url=old_url, data=tmp_path, database_pool_size=4)
    database = Database(settings)
    async with database.write() as session:
        plan = (await lock_documents(session, [PLAN]))[PLAN]
        invented = {"issuers": [{"name": "UBND tỉnh Sông Mây", "code": "ubnd-song-may"}]}
        content = contents.policy(title="Quyết định về hành lang bảo vệ sông Mây, sửa đổi", **invented)
        changed = await save_edition(session, plan, lang="vi", content=content, by="test")
        new = await create_document(session, document_id=uuid4(), kind="policy", owner="ubnd-song-may")
        first = await save_edition(session, new, lang="vi", content=contents.policy(**invented), by="test")
        assert changed.id is not None
        assert first.id is not None
        await publish(session, [changed.id, first.id], verb=Verb.publish_trusted)
    async with database.read() as connection:
        checked = [found async for found in verify(connection)]
    await database.dispose()
    assert checked == [(11, [])]
    async with running(create_app(settings)) as client:
        listed = (await client.get("/api/v1/policies")).json()["items"]
        assert {item["id"] for item in listed} >= {str(PLAN), str(new.id)}
        plan_now = (await client.get(f"/api/v1/policies/{PLAN}")).json()
        assert plan_now["title"].endswith("sửa đổi")
        assert (await client.get(f"/api/v1/policies/{PLAN}", params={"lang": "en"})).status_code == 200
        bulletins = (await client.get("/api/v1/bulletins")).json()["items"]
        assert bulletins
        for bulletin in bulletins:
            for asked in (*({"channel": one} for one in bulletin["channels"]), {"priority": bulletin["priority"]}):
                found = (await client.get("/api/v1/bulletins", params=asked)).json()["items"]
                assert bulletin["id"] in [item["id"] for item in found], asked
        found = (await client.get("/api/v1/search", params={"q": "trồng tràm"})).json()["items"]
        assert found[0]["document"]["title"] == "Kế hoạch trồng tràm ven sông Mây"


async def test_two_processes_that_start_at_once_stamp_an_old_database_once(old_url: str) -> None:
    first, second = await asyncio.gather(migrations.upgrade(old_url), migrations.upgrade(old_url))
    assert first == second
    assert await read_revisions(old_url) == [first]


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ("ALTER TABLE source ADD lease_by varchar(64)", "column source.lease_by should not be there"),
        ("ALTER TABLE edition DROP COLUMN approved_by", "column edition.approved_by is missing"),
        (
            "ALTER TABLE api_key ALTER label TYPE text",
            "column api_key.label is `text, not null` instead of `character varying, not null`",
        ),
        (
            "ALTER TABLE document ALTER version SET DEFAULT 2",
            "column document.version is `integer, not null, default 2`",
        ),
        ("ALTER TABLE agency ALTER name DROP NOT NULL", "column agency.name is `character varying` instead of"),
        ('ALTER TABLE topic ALTER name TYPE varchar COLLATE "C"', "column topic.name is `character varying, collation"),
        ("ALTER TABLE log_head DROP CONSTRAINT one_row", "constraint log_head.one_row is missing"),
        ("DROP INDEX ix_source_run_open", "index source_run.ix_source_run_open is missing"),
        (
            "DROP INDEX uq_edition_live; CREATE UNIQUE INDEX uq_edition_live ON edition (document_id, lang)"
            " WHERE state = 'live'",
            "index edition.uq_edition_live is `CREATE UNIQUE INDEX",
        ),
        ("DROP TABLE press_burst", "table press_burst is missing. Nothing"),
        ("CREATE TABLE notes (text text)", "table notes should not be there. Nothing"),
        ("ALTER TABLE rate_bucket SET LOGGED", "table rate_bucket is `logged, fillfactor=50` instead of `unlogged"),
        (
            "CREATE OR REPLACE FUNCTION hub_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE"
            " RETURN lower(public.unaccent('public.unaccent'::regdictionary, value))",
            "function hub_fold(value text) is `CREATE OR REPLACE FUNCTION",
        ),
        ("DROP TRIGGER log_is_append_only ON log_entry", "trigger log_entry.log_is_append_only is missing"),
        ("ALTER TABLE audit_entry DISABLE TRIGGER audit_is_append_only", "trigger audit_entry.audit_is_append_only is"),
    ],
)
async def test_an_old_database_that_was_changed_is_refused_with_what_differs(
    old_url: str, change: str, difference: str
) -> None:
    await run_statements(old_url, change)
    rows, schema = await read_rows(old_url), await look_within(old_url, describe_schema)
    with pytest.raises(SetupProblem) as refused:
        await migrations.upgrade(old_url)
    assert "is at revision 0027, but its schema is not" in refused.value.detail
    assert f"revision: {difference}" in refused.value.detail
    assert refused.value.detail.endswith("Nothing was changed.")
    assert await read_revisions(old_url) == [LAST_REVISION_BEFORE_SQUASH]
    assert (await read_rows(old_url), await look_within(old_url, describe_schema)) == (rows, schema)


async def test_of_many_differences_the_first_are_named(old_url: str) -> None:
    await run_statements(old_url, "ALTER TABLE citable " + ", ".join(f"ADD extra_{n} int" for n in range(8)))
    with pytest.raises(SetupProblem) as refused:
        await migrations.upgrade(old_url)
    assert "revision: column citable.extra_0 should not be there; column citable.extra_1 " in refused.value.detail
    assert "column citable.extra_4 should not be there; and 3 more. Nothing was changed." in refused.value.detail


@pytest.mark.parametrize("revisions", [["0001"], ["0026"], ["0931_from_the_future"], ["0027", "0931_from_the_future"]])
async def test_an_unknown_revision_is_refused_in_words(old_url: str, revisions: list[str]) -> None:
    values = ", ".join(f"('{revision}')" for revision in revisions)
    await run_statements(old_url, f"DELETE FROM alembic_version; INSERT INTO alembic_version VALUES {values}")
    before = await read_rows(old_url)
    with pytest.raises(SetupProblem) as refused:
        await migrations.upgrade(old_url)
    assert f"is at revision {' and '.join(revisions)}, which this hub does not know" in refused.value.detail
    assert "Nothing was changed. If a newer hub migrated it, run that hub." in refused.value.detail
    assert refused.value.expected == "a revision of this hub, or 0027"
    assert (await read_revisions(old_url), await read_rows(old_url)) == (revisions, before)


async def test_the_command_says_it_in_one_line(old_url: str) -> None:
    await run_statements(old_url, "UPDATE alembic_version SET version_num = '0012'")
    said = await run_module(old_url, "hub", "migrate")
    assert said.returncode == 1
    assert said.stdout == ""
    assert said.stderr.startswith("hub: The database is at revision 0012, which this hub does not know")
    assert said.stderr.count("\n") == 1


async def test_a_hub_starts_only_on_its_own_revision(empty_url: str) -> None:
    with pytest.raises(SetupProblem, match="revision none") as missing:
        await migrations.require_current_revision(empty_url)
    assert "hub migrate" in str(missing.value.expected)
    await migrations.upgrade(empty_url)
    await migrations.require_current_revision(empty_url)
    await run_statements(empty_url, f"UPDATE alembic_version SET version_num = '{FIRST_REVISION}'")
    with pytest.raises(SetupProblem, match=FIRST_REVISION):
        await migrations.require_current_revision(empty_url)
    await migrations.require_current_revision("postgresql://hub:x@127.0.0.1:1/hub")


async def test_a_migration_waits_shortly_for_a_table_and_is_tried_again(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever uses a table is not blocked behind a migration that waits for it."""
    monkeypatch.setattr(migrations, "MIGRATIONS", replace(MIGRATIONS, lock_seconds=0.2))
    monkeypatch.setattr(migrations, "RETRY_SECONDS", 0.2)
    newest = await migrations.upgrade(empty_url)
    await look_within(empty_url, lambda c: command.downgrade(migrations.alembic_config(c), "0007_clock"))
    user = await asyncpg.connect(empty_url)
    transaction = user.transaction()
    await transaction.start()
    await user.execute("SELECT count(*) FROM api_key")
    migrating = asyncio.create_task(migrations.upgrade(empty_url))
    await asyncio.sleep(0.5)
    other = await asyncpg.connect(empty_url, command_timeout=5)
    assert await other.fetchval("SELECT count(*) FROM api_key") == 0
    assert not migrating.done()
    await transaction.rollback()

    assert await migrating == newest
    for each in (user, other):
        await each.close()


async def test_of_two_processes_one_migrates_and_the_other_waits(empty_url: str) -> None:
    first, second = await asyncio.gather(migrations.upgrade(empty_url), migrations.upgrade(empty_url))

    assert first == second == (await read_revisions(empty_url))[0]
