"""How an import lets others go first: in small transactions, with pauses, and never far ahead of those who follow.

An editor's publish waits for the transaction that holds the log's head, so a batch that took long makes the next one
smaller. Behind each one the import rests for a part of the time that it took. While a follower (the search index) is
far behind and moving, it waits: else what is published meanwhile would be long in coming, and the import, the follower
and the search engine would work for the same processors at once. A follower that does not move is not waited for.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlmodel import col

from hub.db import Database
from hub.log.models import Follower, LogHead
from ingest.records import Entry

LONG, SHORT = 0.75, 0.3
"""Seconds above which a transaction makes the next one half as large, and below which it makes it larger."""
LEAST, MOST = 10, 50
"""Records of one transaction."""
REST = 0.5
"""Of the time that a transaction took, how much is rested behind it."""
BEHIND = 400
"""Entries of the log that a follower may be behind before it is waited for: two of its batches."""
STILL = 5.0
"""Seconds after which a follower that has not moved is waited for no more."""
LOOK = 0.2
"""Seconds between two looks at the followers."""


class Pace:
    """The pace of one import."""

    def __init__(self, database: Database, *, behind: int = BEHIND, still: float = STILL):
        self.database = database
        self.size = MOST
        self._behind = behind
        self._still = still
        self._seen: dict[str, tuple[int, float]] = {}
        """Where each follower stood last, and since when it stands there."""

    def parts(self, entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
        """The entries in order, in parts that fit one transaction at the present pace."""
        while entries:
            part, entries = entries[: self.size], entries[self.size :]
            yield part

    async def rest(self, took: float) -> None:
        """Let others go first, behind a transaction that took so many seconds."""
        if took > LONG:
            self.size = max(LEAST, self.size // 2)
        elif took < SHORT:
            self.size = min(MOST, self.size + LEAST)
        await asyncio.sleep(took * REST)
        while await self._far_ahead():  # noqa: ASYNC110 - what it waits for happens in other processes
            await asyncio.sleep(LOOK)

    async def _far_ahead(self) -> bool:
        """Whether a follower that moves is far behind."""
        head = select(col(LogHead.seq)).scalar_subquery()
        async with self.database.read() as connection:
            rows = (await connection.execute(select(col(Follower.name), col(Follower.seq), head))).all()
        moment = time.monotonic()
        for name, seq, _ in rows:
            if name not in self._seen or self._seen[name][0] != seq:
                self._seen[name] = (seq, moment)
        return any(last - seq > self._behind and moment - self._seen[name][1] < self._still for name, seq, last in rows)
