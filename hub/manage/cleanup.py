"""The worker's hourly round: answers kept for idempotency keys end after a day."""

import asyncio
from contextlib import suppress

import structlog

from hub.db import Database
from hub.manage.idempotency import delete_expired

log = structlog.get_logger()

INTERVAL = 3_600.0
"""Seconds between two rounds."""


class IdempotencyCleanup:
    """Runs the round until told to stop; the first one at once."""

    name = "keeper"

    def __init__(self, database: Database):
        self.database = database

    async def run(self, stop: asyncio.Event) -> None:
        """A round that fails is logged and tried again at the next one."""
        while not stop.is_set():
            try:
                async with self.database.write() as session:
                    await delete_expired(session)
            except Exception as problem:
                log.warning("keeper_paused", problem=f"{type(problem).__name__}: {problem}"[:300])
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), INTERVAL)
