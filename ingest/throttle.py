"""Back-pressure: bulk loads give way to editors and readers between their transactions.

An editor's publish waits for the transaction that holds the log's head lock, so a slow transaction makes the next one
smaller. After each transaction the loader sleeps for a part of the time that it took, since all share the same
processors. Two measurements show that somebody waits nevertheless: sessions that wait for a row lock, and log entries
that the search index has not taken in yet. A search index that has stopped moving is not waited for.
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
"""The smallest and the largest number of records in one transaction."""
REST_RATIO = 0.5
"""Time slept after a transaction, as a part of the time that it took."""
MAX_BACKLOG = 1_000
"""Log entries that the search index may be behind while more is loaded."""
ALIVE_SECONDS = 20.0
"""A follower that moved within so many seconds counts as working."""
CHECK_SECONDS = 0.25
"""Seconds between two measurements while the load is low."""
POLL_SECONDS = 0.1
"""Seconds between two measurements while the load is high."""
MAX_WAIT_SECONDS = 10.0
"""Longest delay of one transaction in seconds: slow progress is better than none."""

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
    """The load of the hub: sessions that wait for a row lock, and entries that a working search follower is behind."""

    waiting: int
    behind: int

    @property
    def is_high(self) -> bool:
        """True when somebody waits because of bulk loads."""
        return self.waiting > 0 or self.behind > MAX_BACKLOG


async def measure_load(connection: AsyncConnection) -> SystemLoad:
    """Measure the load by one statement."""
    return SystemLoad(*(await connection.execute(_LOAD_QUERY, {"alive": ALIVE_SECONDS})).one())


class Throttle:
    """Transaction size and pauses of one bulk load, adapted to the load of the hub."""

    def __init__(self, database: Database):
        self.database = database
        self.size = MAX_RECORDS
        self._next_check_at = 0.0

    def split(self, entries: Sequence[BatchEntry]) -> Iterator[Sequence[BatchEntry]]:
        """Split entries, in their order, into parts of the present transaction size."""
        while entries:
            part, entries = entries[: self.size], entries[self.size :]
            yield part

    async def adapt(self, seconds: float) -> None:
        """Adapt the transaction size to a transaction that took so many seconds, then sleep for a part of that time."""
        if seconds > SLOW_SECONDS:
            self.size = max(MIN_RECORDS, self.size // 2)
        elif seconds < FAST_SECONDS:
            self.size = min(MAX_RECORDS, self.size + MIN_RECORDS)
        await asyncio.sleep(seconds * REST_RATIO)

    async def wait(self) -> None:
        """Wait until the load is low, at most `MAX_WAIT_SECONDS`. Call it between transactions, never within one."""
        if time.monotonic() < self._next_check_at:
            return
        until = time.monotonic() + MAX_WAIT_SECONDS
        while time.monotonic() < until:
            async with self.database.read() as connection:
                if not (await measure_load(connection)).is_high:
                    break
            await asyncio.sleep(POLL_SECONDS)
        self._next_check_at = time.monotonic() + CHECK_SECONDS
