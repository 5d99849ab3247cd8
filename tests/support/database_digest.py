"""A digest of everything in a database, to show that a refusal changed nothing."""

import asyncpg

from hub.connections import plain_url

COUNTED_AWAY = frozenset(
    {
        "alembic_version",
        "api_key",  # the time of last use
        "comment_quota",  # a wrong code is counted, in a transaction of its own
        "file_blob",  # with those of exports, which a reader orders and the background builds
        "heartbeat",
        "made_file",
        "quota_key",  # made by the first count of a day
        "persisted_query",  # a query that is refused may have been registered by its hash before
        "rate_window",
    }
)
"""Tables that a refused request may write: what counts requests and failures, not what anybody sent."""
SNAPSHOT = "SELECT pg_current_snapshot()::text"
"""Differs once a transaction of the server that has written ends, whether it was committed or not."""


class DatabaseDigest:
    """Digests of one database, on a connection of its own."""

    def __init__(self, connection: asyncpg.Connection, statement: str) -> None:
        self.connection = connection
        self.statement = statement
        self._taken: dict[str, str | None] = {}
        self._snapshot = ""

    @classmethod
    async def open(cls, url: str) -> "DatabaseDigest":
        """Connect, and list the tables."""
        connection = await asyncpg.connect(plain_url(url))
        names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        parts = [
            f"SELECT '{name}' AS name, md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) AS digest FROM {name} t"
            for (name,) in names
            if name not in COUNTED_AWAY
        ]
        return cls(connection, " UNION ALL ".join(parts))

    async def take(self) -> dict[str, str | None]:
        """The digest of the rows of each table; the last one where no transaction has written anything since."""
        snapshot = await self.connection.fetchval(SNAPSHOT)
        if snapshot != self._snapshot:
            self._taken = dict(await self.connection.fetch(self.statement))
            self._snapshot = snapshot
        return self._taken
