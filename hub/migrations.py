"""Bringing a database to the present shape, by Alembic, one process at a time."""

from pathlib import Path

from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from alembic import command
from hub.db import asyncpg_url
from hub.errors import SetupProblem

ROOT = Path(__file__).resolve().parent.parent
_LOCK_KEY = 7_268_001
"""Advisory lock that keeps two starting processes from migrating at once."""


async def upgrade(database_url: str) -> str:
    """Run every migration that the database has not seen; gives the revision it has now."""
    script = ROOT / "alembic"
    if not script.is_dir():
        raise SetupProblem(f"The migrations are not beside the code ({script}): run the hub from its source tree.")
    engine = create_async_engine(asyncpg_url(database_url), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
            await connection.run_sync(_upgrade, script)
            revision: str = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
            return revision
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, script: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(script).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
