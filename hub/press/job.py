"""The worker's look at the press: bursts follow the headlines, and old ones are forgotten."""

from datetime import date

import structlog
from sqlalchemy import func, select

from hub.db import Database
from hub.jobs.periodic import PeriodicJob
from hub.press.commands import ITEM, delete_expired, reclassify_items
from hub.press.detector import refresh_bursts
from hub.press.lexicon import build_lexicon
from hub.registry.hierarchy import read_registry
from hub.times import today

log = structlog.get_logger()

INTERVAL = 60.0
"""Seconds between two looks; without a new headline a look costs one index lookup."""
MAINTENANCE_ROUNDS = 60
"""Every so many looks, headlines are read again if the lexicon or the registry changed, and old ones forgotten."""


class PressJob(PeriodicJob):
    """Keeps the press watch current until told to stop."""

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
        """Find bursts when there are headlines that were not looked at, or a day has passed."""
        async with self.database.read() as connection:
            last = (await connection.execute(select(func.max(ITEM.c.id)))).scalar()
        if (today(), last) == self._last_state:
            return
        async with self.database.write() as session:
            if new := await refresh_bursts(session):
                log.info("press_bursts", new=new)
        self._last_state = (today(), last)

    async def maintain(self) -> None:
        """Read again what an older lexicon read, and forget what is old."""
        lexicon = build_lexicon(await read_registry(self.database), today())
        changed = 0
        while True:
            async with self.database.write() as session:
                done = await reclassify_items(session, lexicon)
            changed += done
            if not done:
                break
        async with self.database.write() as session:
            forgotten = await delete_expired(session, self.keep_days)
        if changed or forgotten:
            self._last_state = None
            log.info("press_upkeep", read_again=changed, forgotten=forgotten)
