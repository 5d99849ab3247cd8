"""Reads of persisted queries, with a cache in each process."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from hub.db import Database
from hub.public_state.versions import seen_versions
from hub.times import now
from schema.persisted.commands import AUTOMATIC, QUERY, touch_query

CACHE_SIZE = 256
CACHE_SECONDS = 60.0
"""Seconds for which a process uses its cache: a removed query may be answered for that long."""
_TOUCH_INTERVAL = timedelta(days=1)


class StoredQuery(NamedTuple):
    """The text of a persisted query; `registered` if it does not expire."""

    text: str
    registered: bool


class QueryCache:
    """LRU cache of the persisted queries in one process, by hash.

    A query holds for the version that the request has seen, else for `CACHE_SECONDS`.
    """

    def __init__(self, most: int = CACHE_SIZE) -> None:
        self._max_size = most
        self._cache: OrderedDict[str, tuple[StoredQuery, float, tuple[UUID, int] | None]] = OrderedDict()

    async def read(self, database: Database, sha256: str) -> StoredQuery | None:
        """Read a persisted query; None if it is not stored. One statement, or none if it is cached."""
        cached, seen = self._cache.get(sha256), seen_versions()
        version = None if seen is None else (seen.epoch, seen.queries)
        if cached is not None and (time.monotonic() < cached[1] if version is None else version == cached[2]):
            self._cache.move_to_end(sha256)
            return cached[0]
        async with database.read() as connection:
            row = (await connection.execute(select(QUERY).where(QUERY.c.sha256 == sha256))).one_or_none()
        if row is None:
            self._cache.pop(sha256, None)
            return None
        if row.used_at < now() - _TOUCH_INTERVAL:
            async with database.write() as session:
                await touch_query(session, sha256)
        found = StoredQuery(row.text, row.registered_at is not None)
        self._cache[sha256] = found, time.monotonic() + CACHE_SECONDS, version
        self._cache.move_to_end(sha256)
        if len(self._cache) > self._max_size:
            self._cache.popitem(last=False)
        return found


class RegisteredQuery(NamedTuple):
    """A registered query in the list of `hub queries list`."""

    sha256: str
    names: str
    registered_at: datetime
    used_at: datetime


async def list_registered(database: Database) -> Sequence[RegisteredQuery]:
    """List the registered queries, sorted by their names."""
    columns = (QUERY.c.sha256, QUERY.c.names, QUERY.c.registered_at, QUERY.c.used_at)
    statement = select(*columns).where(~AUTOMATIC).order_by(QUERY.c.names, QUERY.c.sha256)
    async with database.read() as connection:
        return [RegisteredQuery(*row) for row in (await connection.execute(statement)).all()]
