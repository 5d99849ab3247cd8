"""The worker's clock: looks every second whether something is due."""

import asyncio
from contextlib import suppress

import structlog

from hub.content.scheduler import append_due_events, publish_due
from hub.db import Database

log = structlog.get_logger()

POLL_SECONDS = 1.0
"""Seconds between two looks; a look that finds nothing costs two index lookups."""


class Scheduler:
    """Runs the clock until told to stop."""

    name = "clock"

    def __init__(self, database: Database):
        self.database = database

    async def run(self, stop: asyncio.Event) -> None:
        """A look that fails is logged and tried again at the next one."""
        while not stop.is_set():
            try:
                if published := await publish_due(self.database):
                    log.info("scheduled_published", editions=published)
                if told := await append_due_events(self.database):
                    log.info("time_told", entries=told)
            except Exception as problem:
                log.warning("clock_paused", problem=f"{type(problem).__name__}: {problem}"[:300])
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), POLL_SECONDS)
