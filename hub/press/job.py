"""Periodic job of the worker that detects bursts in new headlines and deletes expired headlines."""

from datetime import date

import structlog
from sqlalchemy import func, select

from hub.db import Database
from hub.jobs.periodic import PeriodicJob
from hub.press.burst_refresh import refresh_bursts
from hub.press.commands import ITEM, delete_expired, reclassify_items
from hub.press.lexicon import build_lexicon
from hub.registry.hierarchy import read_registry
from hub.times import today

log = structlog.get_logger()

INTERVAL = 60.0
"""Seconds between two rounds; without a new headline, a round costs one index lookup."""
MAINTENANCE_ROUNDS = 60
"""Number of rounds between two that also classify headlines again, if lexicon or registry changed, and delete expired
ones."""


class PressJob(PeriodicJob):
    """Keeps bursts and classification of headlines current."""

    name = "press"
    interval = INTERVAL
    failure_event = "press_paused"

    def __init__(self, database: Database, keep_days: int):
        self.database = database
        self.keep_days = keep_days
        self._rounds = 0
        self._last_state: tuple[date, int | None] | None = None

    async def run_once(self) -> None:
        """Detect bursts; in every `MAINTENANCE_ROUNDS`-th run, do maintenance first."""
        if self._rounds % MAINTENANCE_ROUNDS == 0:
            await self.maintain()
        await self.detect()
        self._rounds += 1

    async def detect(self) -> None:
        """Detect bursts if there are new headlines, or a new day has begun."""
        async with self.database.read() as connection:
            last = (await connection.execute(select(func.max(ITEM.c.id)))).scalar()
        if (today(), last) == self._last_state:
            return
        async with self.database.write() as session:
            if new := await refresh_bursts(session):
                log.info("press_bursts", new=new)
        self._last_state = (today(), last)

    async def maintain(self) -> None:
        """Classify again the headlines with tags of an older lexicon, and delete expired headlines."""
        lexicon = build_lexicon(await read_registry(self.database), today())
        changed = 0
        while True:
            async with self.database.write() as session:
                count = await reclassify_items(session, lexicon)
            changed += count
            if not count:
                break
        async with self.database.write() as session:
            deleted = await delete_expired(session, self.keep_days)
        if changed or deleted:
            self._last_state = None
            log.info("press_upkeep", read_again=changed, forgotten=deleted)
