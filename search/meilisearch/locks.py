"""The advisory lock on changes of the index."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hub.db import Database


@asynccontextmanager
async def index_lock(database: Database, name: str = "hub:search-index") -> AsyncIterator[AsyncSession]:
    """Take a transaction-level advisory lock around each step of the follower and around a swap.

    Between the two, no batch can get lost. The lock lives in an open transaction, so it ends with its process.
    """
    async with database.write() as session:
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})
        yield session
