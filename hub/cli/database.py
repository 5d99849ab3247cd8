"""Shared helper of the commands that use the database."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from hub.channels.port import ChannelParts
from hub.channels.registry import build_channels
from hub.clock_subjects import register_clock_subjects
from hub.db import Database
from hub.outgoing.client import OutgoingClient
from hub.rooms import register_rooms
from hub.settings import Settings, load_settings

T = TypeVar("T")


def run_with_database(work: Callable[[Database], Awaitable[T]], settings: Settings | None = None) -> T:
    """Run a coroutine with an open database and dispose of its pools afterwards. `settings` default to the loaded."""

    register_rooms()
    register_clock_subjects()

    async def run() -> T:
        loaded = settings or load_settings()
        database = Database(loaded, background=True)
        outgoing = OutgoingClient(loaded)
        build_channels(ChannelParts(loaded, database, outgoing))
        try:
            return await work(database)
        finally:
            await outgoing.close()
            await database.dispose()

    return asyncio.run(run())
