"""The worker's look at the press: bursts follow the headlines, and old ones are forgotten."""

import asyncio
from contextlib import suppress
from datetime import date

import structlog
from sqlalchemy import func, select

from hub.db import Database
from hub.press.commands import ITEM, forget_old, read_again
from hub.press.detector import keep_bursts
from hub.press.lexicon import lexicon_of
from hub.registry.hierarchy import read
from hub.times import today

log = structlog.get_logger()

EVERY = 60.0
"""Seconds between two looks; without a new headline a look costs one index lookup."""
ROUNDS = 60
"""Every so many looks, headlines are read again if the lexicon or the registry changed, and old ones forgotten."""


class PressTicker:
    """Keeps the press watch current until told to stop."""

    name = "press"

    def __init__(self, database: Database, keep_days: int):
        self.database = database
        self.keep_days = keep_days
        self._known: tuple[date, int | None] | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """A look that fails is logged and tried again at the next one."""
        looks = 0
        while not stop.is_set():
            try:
                if looks % ROUNDS == 0:
                    await self.upkeep()
                await self.look()
                looks += 1
            except Exception as problem:
                log.warning("press_paused", problem=f"{type(problem).__name__}: {problem}"[:300])
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY)

    async def look(self) -> None:
        """Find bursts when there are headlines that were not looked at, or a day has passed."""
        async with self.database.read() as connection:
            last = (await connection.execute(select(func.max(ITEM.c.id)))).scalar()
        if (today(), last) == self._known:
            return
        async with self.database.write() as session:
            if new := await keep_bursts(session):
                log.info("press_bursts", new=new)
        self._known = (today(), last)

    async def upkeep(self) -> None:
        """Read again what an older lexicon read, and forget what is old."""
        lexicon = lexicon_of(await read(self.database), today())
        changed = 0
        while True:
            async with self.database.write() as session:
                done = await read_again(session, lexicon)
            changed += done
            if not done:
                break
        async with self.database.write() as session:
            forgotten = await forget_old(session, self.keep_days)
        if changed or forgotten:
            self._known = None
            log.info("press_upkeep", read_again=changed, forgotten=forgotten)
