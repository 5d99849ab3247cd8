"""Database migrations by Alembic, one process at a time."""

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.pool import NullPool

from alembic import command
from hub.before_squash import FIRST_REVISION, LAST_REVISION_BEFORE_SQUASH, restamp
from hub.connections import MIGRATIONS, open_engine
from hub.errors import SetupProblem
from hub.locks.registry import LockClass, hold_lock

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "alembic"
"""Folder of the migrations."""


async def upgrade(database_url: str) -> str:
    """Run all pending migrations in one transaction, and return the new revision.

    Raises `SetupProblem` if the database is at a revision unknown to this hub. Nothing is changed then.
    """
    if not SCRIPT.is_dir():
        raise SetupProblem(f"The migrations are missing ({SCRIPT}): run the hub from its source tree.")
    engine = open_engine(database_url, MIGRATIONS, poolclass=NullPool)
    try:
        async with hold_lock(database_url, LockClass.migrations), engine.begin() as connection:
            await connection.run_sync(_upgrade)
            revision: str = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
            return revision
    finally:
        await engine.dispose()


def latest_revision() -> str | None:
    """Return the revision that this code needs."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPT).replace("%", "%%"))
    return ScriptDirectory.from_config(config).get_current_head()


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
