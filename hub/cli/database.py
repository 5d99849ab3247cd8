"""What commands share that work on the database of the settings."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from hub.db import Database
from hub.settings import load_settings

T = TypeVar("T")


def run_with_database(work: Callable[[Database], Awaitable[T]]) -> T:
    """Run some work with the database of the settings."""

    async def run() -> T:
        database = Database(load_settings())
        try:
            return await work(database)
        finally:
            await database.dispose()

    return asyncio.run(run())
