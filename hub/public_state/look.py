"""The look at the versions of public state: one statement, shared by all requests that wait for one.

A request may take the result of a look only if the look began after the request arrived: whatever was committed before
the request is then seen by it. So a request never joins a look that runs; it waits for the next one.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg

from hub.connections import LOOKS
from hub.db import Database
from hub.public_state.touches import Touch, Touches
from hub.public_state.versions import PublicVersions
from hub.times import now

LOOK = """
SELECT h.epoch, h.seq, v.registry_entries, v.files, v.views, v.consultations, v.citations, v.queries,
  coalesce((SELECT min(coalesce(f.seq, -1)) FROM unnest($1::text[]) AS name LEFT JOIN follower f USING (name)), -1)
FROM log_head h, public_version v
"""
ENTRIES = """
SELECT seq, kind, document_id, event = 'published' AND edition = 1, at,
  ARRAY(SELECT target_id FROM published_relation r WHERE r.document_id = e.document_id),
  ARRAY(SELECT agency FROM published_view v WHERE v.document_id = e.document_id),
  ARRAY(SELECT unnest(topics) FROM published_view v WHERE v.document_id = e.document_id),
  ARRAY(SELECT unnest(places) FROM published_view v WHERE v.document_id = e.document_id)
FROM log_entry e WHERE seq > $1 AND seq <= $2 ORDER BY seq
"""
MAX_NEW_ENTRIES = 500
"""Entries since the last look that are read; with more of them, nothing that was kept before holds."""
NEXT_INSTANT = """
SELECT least(
  (SELECT least(min(opens_at) FILTER (WHERE opens_at > $1), min(closes_at)) FROM consultation WHERE closes_at > $1),
  (SELECT least(min(opens_at) FILTER (WHERE opens_at > $1), min(closes_at)) FROM published_view
   WHERE seq_to IS NULL AND state = 'live' AND kind = 'draft'
     AND coalesce(closes_at, '9999-12-31 00:00:00+00') > $1
     AND coalesce(closes_at, '9999-12-31 00:00:00+00') < '9999-12-31 00:00:00+00'))
"""
"""The next moment at which time alone opens or closes the window of a consultation."""


def _to_touch(row: asyncpg.Record) -> Touch:
    seq, kind, document_id, is_addition, at, targets, agencies, topics, places = row
    codes = {"agency": frozenset(agencies), "topic": frozenset(topics), "place": frozenset(places)}
    return Touch(seq, kind, document_id, bool(is_addition), at, frozenset(targets), codes)


class VersionLook:
    """Shared looks at one database, on a connection of their own: no slow read keeps them waiting."""

    def __init__(self, database: Database, followers: Sequence[str] = ()):
        self.database = database
        self.followers = list(followers)
        """Names of the followers that fill the indexes of searches."""
        self.touches: Touches | None = None
        self.ended_at = now()
        """When the last look ended."""
        self.looks = 0
        """Looks that were made, for tests and figures."""
        self._epoch: object = None
        self._waiting: list[asyncio.Future[PublicVersions]] = []
        self._runner: asyncio.Task[None] | None = None
        self._connection: asyncpg.Connection | None = None

    async def close(self) -> None:
        """Close the connection."""
        if self._runner is not None:
            self._runner.cancel()
        if self._connection is not None:
            self._connection.terminate()

    async def read(self) -> PublicVersions:
        """Return the versions as a look that begins after this call finds them. Raises what the statement raises."""
        found: asyncio.Future[PublicVersions] = asyncio.get_running_loop().create_future()
        self._waiting.append(found)
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())
        return await found

    async def _run(self) -> None:
        waiting: list[asyncio.Future[PublicVersions]] = []
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, []  # whoever arrives from now on waits for the next look
                try:
                    found = await self._look()
                except Exception as problem:
                    for each in waiting:
                        if not each.done():
                            each.set_exception(problem)
                else:
                    for each in waiting:
                        if not each.done():
                            each.set_result(found)
        finally:
            self._runner = None
            for each in (*waiting, *self._waiting):
                each.cancel()
            self._waiting = []

    async def _look(self) -> PublicVersions:
        self.looks += 1
        async with self._open() as connection:
            found = PublicVersions(*await connection.fetchrow(LOOK, self.followers))
            touches = self.touches
            if touches is None or self._epoch != found.epoch or not 0 <= found.seq - touches.head <= MAX_NEW_ENTRIES:
                self.touches, self._epoch = Touches(found.seq), found.epoch
            elif found.seq > touches.head:
                rows = await connection.fetch(ENTRIES, touches.head, found.seq)
                touches.add(map(_to_touch, rows))
        self.ended_at = now()
        return found

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[asyncpg.Connection]:
        """The connection of the looks, opened anew after a failure."""
        with self.database.pulse.watch():
            connection = self._connection
            if connection is None or connection.is_closed():
                connection = self._connection = await self.database.pulse.connect(LOOKS)
            try:
                yield connection
            except BaseException:
                self._connection = None
                connection.terminate()
                raise

    async def read_next_instant(self, after: datetime) -> datetime | None:
        """Return the first moment after another at which time alone changes what is public; None if none is known."""
        async with self.database.driver() as connection:
            found: datetime | None = await connection.fetchval(NEXT_INSTANT, after)
        return found
