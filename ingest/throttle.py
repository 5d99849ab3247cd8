"""Back-pressure: whoever loads in bulk gives way to editors and readers, between its transactions.

An editor's publish waits for the transaction that holds the log's head, so one that took long makes the next one
smaller; behind each is rested for a part of the time that it took, since all work for the same processors. Two things
tell that somebody waits nevertheless: sessions that wait for a row's lock, and entries of the log that the search index
has still to take in. Nobody is waited for who does not move.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.db import Database
from ingest.records import BatchEntry

SLOW_SECONDS, FAST_SECONDS = 0.75, 0.3
"""Seconds above which a transaction makes the next one half as large, and below which it makes it larger."""
MIN_RECORDS, MAX_RECORDS = 10, 50
"""Records of one transaction."""
REST_RATIO = 0.5
"""Of the time that a transaction took, how much is rested behind it."""
MAX_BACKLOG = 1_000
"""Entries that the search index may have still to take in while more is loaded."""
ALIVE_SECONDS = 20.0
"""Seconds since the follower moved within which it counts as working."""
CHECK_SECONDS = 0.25
"""Seconds between two looks while nothing is wrong."""
POLL_SECONDS = 0.1
MAX_WAIT_SECONDS = 10.0
"""Seconds that one transaction is held back at most: slow is better than never."""

_LOAD_QUERY = text(
    """
    SELECT (SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'hub-write' AND wait_event_type = 'Lock'
              AND wait_event <> 'advisory'),
           coalesce((SELECT h.seq - f.seq FROM follower f, log_head h
                     WHERE f.name = 'search' AND f.moved_at > now() - make_interval(secs => :alive)), 0)
    """
)


@dataclass(frozen=True)
class SystemLoad:
    """How the hub stands: sessions that wait for a row, and entries a working search follower is behind."""

    waiting: int
    behind: int

    @property
    def is_high(self) -> bool:
        """Whether somebody waits because of what is loaded."""
        return self.waiting > 0 or self.behind > MAX_BACKLOG


async def measure_load(connection: AsyncConnection) -> SystemLoad:
    """How the hub stands now, in one statement."""
    return SystemLoad(*(await connection.execute(_LOAD_QUERY, {"alive": ALIVE_SECONDS})).one())


class Throttle:
    """One loader's sense for others."""

    def __init__(self, database: Database):
        self.database = database
        self.size = MAX_RECORDS
        self._next_check_at = 0.0

    def split(self, entries: Sequence[BatchEntry]) -> Iterator[Sequence[BatchEntry]]:
        """The entries in order, in parts that fit one transaction at the present pace."""
        while entries:
            part, entries = entries[: self.size], entries[self.size :]
            yield part

    async def adapt(self, seconds: float) -> None:
        """Leave the processors to others, behind a transaction that took so many seconds."""
        if seconds > SLOW_SECONDS:
            self.size = max(MIN_RECORDS, self.size // 2)
        elif seconds < FAST_SECONDS:
            self.size = min(MAX_RECORDS, self.size + MIN_RECORDS)
        await asyncio.sleep(seconds * REST_RATIO)

    async def wait(self) -> None:
        """Wait until the next transaction hurts nobody. Call it between transactions, never within one."""
        if time.monotonic() < self._next_check_at:
            return
        until = time.monotonic() + MAX_WAIT_SECONDS
        while time.monotonic() < until:
            async with self.database.read() as connection:
                if not (await measure_load(connection)).is_high:
                    break
            await asyncio.sleep(POLL_SECONDS)
        self._next_check_at = time.monotonic() + CHECK_SECONDS
