"""Back-pressure: whoever loads in bulk waits between its transactions while editors or readers would feel it.

Two things tell: sessions that wait for a lock (an editor for the log's head, say), and entries of the log that the
search index has still to take in. Nobody is waited for who does not move: a search follower that is down is not
overtaken by waiting.
"""

import asyncio
import time
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.db import Database

BACKLOG = 1_000
"""Entries that the search index may have still to take in while more is loaded."""
ALIVE = 20.0
"""Seconds since the follower moved within which it counts as working."""
LOOK_EVERY = 0.25
"""Seconds between two looks while nothing is wrong."""
PAUSE = 0.1
LONGEST = 10.0
"""Seconds that one batch is held back at most: slow is better than never."""

_LOOK = text(
    """
    SELECT (SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'hub-write' AND wait_event_type = 'Lock'
              AND wait_event <> 'advisory'),
           coalesce((SELECT h.seq - f.seq FROM follower f, log_head h
                     WHERE f.name = 'search' AND f.moved_at > now() - make_interval(secs => :alive)), 0)
    """
)


@dataclass(frozen=True)
class Strain:
    """How the hub stands: sessions that wait for a row, and entries a working search follower is behind."""

    waiting: int
    behind: int

    @property
    def is_felt(self) -> bool:
        """Whether somebody waits because of what is loaded."""
        return self.waiting > 0 or self.behind > BACKLOG


async def strain(connection: AsyncConnection) -> Strain:
    """How the hub stands now, in one statement."""
    return Strain(*(await connection.execute(_LOOK, {"alive": ALIVE})).one())


class Pressure:
    """One loader's sense for others."""

    def __init__(self, database: Database):
        self.database = database
        self._look_at = 0.0

    async def ease(self) -> None:
        """Wait until the next batch hurts nobody. Call it between transactions, never within one."""
        if time.monotonic() < self._look_at:
            return
        until = time.monotonic() + LONGEST
        while time.monotonic() < until:
            async with self.database.read() as connection:
                if not (await strain(connection)).is_felt:
                    break
            await asyncio.sleep(PAUSE)
        self._look_at = time.monotonic() + LOOK_EVERY
