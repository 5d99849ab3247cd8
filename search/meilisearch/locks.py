"""The lock on changes of the index."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hub.db import Database
from hub.locks.registry import LockClass, hold_lock


@asynccontextmanager
async def index_lock(database: Database) -> AsyncIterator[None]:
    """Hold the lock around each step of the follower and around a swap: between the two, no batch can get lost.

    No transaction is open meanwhile, because Meilisearch may take minutes. Raises `LockLost` if the lock was lost.
    """
    async with hold_lock(database.url, LockClass.search_index):
        yield
