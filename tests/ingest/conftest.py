"""A fresh, migrated database with the registry for each test of this folder."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
from alembic import command
from alembic.config import Config

from hub.db import Database
from hub.demo import load_registry
from hub.settings import Settings

SERVER = os.environ.get("HUB_TEST_SERVER", "postgresql://hub:pw@127.0.0.1:55432")


async def _admin(statement: str) -> None:
    connection = await asyncpg.connect(f"{SERVER}/postgres")
    await connection.execute(statement)
    await connection.close()


@pytest.fixture(scope="session")
def template() -> Iterator[str]:
    name = f"ingest_template_{uuid.uuid4().hex[:8]}"
    asyncio.run(_admin(f"CREATE DATABASE {name}"))
    os.environ["HUB_DATABASE_URL"] = f"{SERVER}/{name}"
    command.upgrade(Config("alembic.ini"), "head")

    async def fill() -> None:
        database = Database(Settings(database_url=f"{SERVER}/{name}"))  # type: ignore[arg-type]
        async with database.write() as session:
            await load_registry(session)
        await database.dispose()

    asyncio.run(fill())
    yield name
    asyncio.run(_admin(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def database(template: str) -> AsyncIterator[Database]:
    name = f"ingest_{uuid.uuid4().hex[:8]}"
    await _admin(f"CREATE DATABASE {name} TEMPLATE {template}")
    found = Database(Settings(database_url=f"{SERVER}/{name}"))  # type: ignore[arg-type]
    yield found
    await found.dispose()
    await _admin(f"DROP DATABASE {name} WITH (FORCE)")
