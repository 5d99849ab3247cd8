"""Back-pressure: bulk loads give way to editors and readers between their transactions.

An editor's publish waits for the transaction that holds the log's head lock, so a slow transaction makes the next one
smaller. While requests use the database, the loader sleeps after each transaction for a part of the time that it took,
since all share the same processors; on a hub that nobody uses it does not. Two measurements show that somebody waits
nevertheless: sessions that wait for a row lock, and log entries that the search index has not taken in yet. A search
index that has stopped moving is not waited for.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ARRAY, String, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.connections import READS, SEARCHES, WRITES
from hub.db import Database
from ingest.records import BatchEntry

SLOW_SECONDS, FAST_SECONDS = 0.75, 0.3
"""Seconds above which a transaction makes the next one half as large, and below which it makes it larger."""
MIN_RECORDS, MAX_RECORDS = 10, 50
"""The smallest and the largest number of records in one transaction."""
REST_RATIO = 0.5
"""Time slept after a transaction while requests are answered, as a part of the time that it took."""
RECENT_SECONDS = 2.0
"""A request that used the database within so many seconds counts as being answered: readers ask one thing after
another."""
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
                     WHERE f.name = 'search' AND f.moved_at > now() - make_interval(secs => :alive)), 0),
           EXISTS (SELECT 1 FROM pg_stat_activity
                   WHERE datname = current_database() AND application_name = ANY (:requests) AND pid <> pg_backend_pid()
                     AND coalesce(state <> 'idle' OR state_change > now() - make_interval(secs => :recent), true))
    """
).bindparams(bindparam("requests", type_=ARRAY(String())))
_REQUESTS = [use.name for use in (READS, SEARCHES, WRITES)]


@dataclass(frozen=True)
class SystemLoad:
    """The load of the hub: sessions that wait for a row lock, entries that a working search follower is behind, and
    True while requests are answered. Sessions of a role whose activity is hidden count as requests."""

    waiting: int
    behind: int
    has_requests: bool

    @property
    def is_high(self) -> bool:
        """True when somebody waits because of bulk loads."""
        return self.waiting > 0 or self.behind > MAX_BACKLOG


async def measure_load(connection: AsyncConnection) -> SystemLoad:
    """Measure the load by one statement."""
    parameters = {"alive": ALIVE_SECONDS, "recent": RECENT_SECONDS, "requests": _REQUESTS}
    return SystemLoad(*(await connection.execute(_LOAD_QUERY, parameters)).one())


class Throttle:
    """Transaction size and pauses of one bulk load, adapted to the load of the hub."""

    def __init__(self, database: Database):
        self.database = database
        self.size = MAX_RECORDS
        self._next_check_at = 0.0
        self._has_requests = True

    def split(self, entries: Sequence[BatchEntry]) -> Iterator[Sequence[BatchEntry]]:
        """Split entries, in their order, into parts of the present transaction size."""
        while entries:
            part, entries = entries[: self.size], entries[self.size :]
            yield part

    async def adapt(self, seconds: float) -> None:
        """Adapt the transaction size to a transaction that took so many seconds, then rest."""
        if seconds > SLOW_SECONDS:
            self.size = max(MIN_RECORDS, self.size // 2)
        elif seconds < FAST_SECONDS:
            self.size = min(MAX_RECORDS, self.size + MIN_RECORDS)
        await asyncio.sleep(self.rest_after(seconds))

    def rest_after(self, seconds: float) -> float:
        """Seconds to sleep after a transaction that took so many: none while no requests are answered."""
        return seconds * REST_RATIO if self._has_requests else 0.0

    async def wait(self) -> None:
        """Wait until the load is low, at most `MAX_WAIT_SECONDS`. Call it between transactions, never within one."""
        if time.monotonic() < self._next_check_at:
            return
        until = time.monotonic() + MAX_WAIT_SECONDS
        while time.monotonic() < until:
            async with self.database.read() as connection:
                load = await measure_load(connection)
            self._has_requests = load.has_requests
            if not load.is_high:
                break
            await asyncio.sleep(POLL_SECONDS)
        self._next_check_at = time.monotonic() + CHECK_SECONDS
