"""Alembic's entry: one connection over asyncpg, either the one `hub migrate` hands over or one from the settings."""

import asyncio

from sqlalchemy import Connection, pool
from sqlmodel import SQLModel

import hub.tables  # noqa: F401 - every table of the hub registers itself
import ingest.models
import ingest.sources.models  # noqa: F401
import schema.persisted.models  # noqa: F401
from alembic import context
from hub.connections import MIGRATIONS, open_engine
from hub.settings import load_settings


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def connect() -> None:
    engine = open_engine(load_settings().require_database_url(), MIGRATIONS, poolclass=pool.NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(connect())
