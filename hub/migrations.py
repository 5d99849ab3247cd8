"""Database migrations by Alembic, one process at a time."""

import asyncio
from pathlib import Path

import asyncpg
import structlog
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import NullPool

from alembic import command
from hub.before_squash import FIRST_REVISION, LAST_REVISION_BEFORE_SQUASH, restamp
from hub.connections import MIGRATIONS, READS, open_connection, open_engine
from hub.database_errors import DATABASE_ERRORS, sqlstate
from hub.errors import SetupProblem
from hub.locks.registry import LockClass, hold_lock

log = structlog.get_logger()

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "alembic"
"""Folder of the migrations."""
ATTEMPTS = 5
RETRY_SECONDS = 3.0
"""Seconds between two attempts, in which those who use the tables go on."""


async def upgrade(database_url: str) -> str:
    """Run all pending migrations in one transaction, and return the new revision.

    One process migrates, and the others wait. A table that somebody uses is not waited for longer than the connection's
    `lock_timeout`, so that nobody else waits behind the migration; then it is tried again some times.
    Raises `SetupProblem` if the database is at a revision unknown to this hub. Nothing is changed then.
    """
    if not SCRIPT.is_dir():
        raise SetupProblem(f"The migrations are missing ({SCRIPT}): run the hub from its source tree.")
    engine = open_engine(database_url, MIGRATIONS, poolclass=NullPool)
    try:
        async with hold_lock(database_url, LockClass.migrations):
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    return await _run_upgrade(engine)
                except DBAPIError as problem:
                    if sqlstate(problem) != asyncpg.LockNotAvailableError.sqlstate or attempt == ATTEMPTS:
                        raise
                    log.warning("migration_waits", attempt=attempt, seconds=RETRY_SECONDS)
                    await asyncio.sleep(RETRY_SECONDS)
        raise AssertionError("the last attempt returns or raises")
    finally:
        await engine.dispose()


async def _run_upgrade(engine: AsyncEngine) -> str:
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)
        revision: str = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
        return revision


def latest_revision() -> str | None:
    """Return the revision that this code needs."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPT).replace("%", "%%"))
    return ScriptDirectory.from_config(config).get_current_head()


async def require_current_revision(database_url: str) -> None:
    """Raise `SetupProblem` unless the database is at the revision of this hub.

    A database that does not answer is not checked: requests then say so, and the hub works when it answers.
    """
    if not SCRIPT.is_dir():
        return
    try:
        connection = await open_connection(database_url, READS)
        try:
            found = [row[0] for row in await connection.fetch("SELECT version_num FROM alembic_version")]
        finally:
            await connection.close(timeout=2)
    except asyncpg.UndefinedTableError:
        found = []
    except (*DATABASE_ERRORS, OSError) as problem:
        log.warning("revision_not_checked", problem=type(problem).__name__)
        return
    config = Config()
    config.set_main_option("script_location", str(SCRIPT).replace("%", "%%"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    if found != [newest]:
        raise SetupProblem(
            f"The database is at revision {' and '.join(found) or 'none'}, and this hub needs {newest}.",
            expected="`hub migrate`, once, before the API and the worker start",
        )


def alembic_config(connection: Connection) -> Config:
    """Build Alembic's configuration for the migrations on a connection, in its transaction."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPT).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    config = alembic_config(connection)
    _check_revision(connection, ScriptDirectory.from_config(config))
    command.upgrade(config, "head")


def _check_revision(connection: Connection, script: ScriptDirectory) -> None:
    """Restamp a database from before the squash. Raises `SetupProblem` for an unknown revision."""
    found, newest = MigrationContext.configure(connection).get_current_heads(), script.get_current_head()
    if found == (LAST_REVISION_BEFORE_SQUASH,):
        restamp(connection, SCRIPT / "versions")
    elif not {known.revision for known in script.walk_revisions()}.issuperset(found):
        raise SetupProblem(
            f"The database is at revision {' and '.join(sorted(found))}, which this hub does not know; its "
            f"latest is {newest}. Nothing was changed. If a newer hub migrated it, run that hub. If it is older than "
            f"{FIRST_REVISION}, migrate it to {LAST_REVISION_BEFORE_SQUASH} with its own code, then run this again.",
            expected=f"a revision of this hub, or {LAST_REVISION_BEFORE_SQUASH}",
        )
