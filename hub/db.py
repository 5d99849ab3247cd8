"""The database: one kind of connection for reading, another for writing; only the edges commit.

`Database.read()` gives an autocommitting read-only connection, so one query is one statement on the wire.
`Database.driver()` gives asyncpg's own connection of that kind, for the few statements that every search waits for.
`Database.write()` gives a session in a transaction that commits when the block ends without an exception.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import Column, DateTime, Table, event, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlmodel import SQLModel

from hub.connections import BACKGROUND, BACKGROUND_READS, READS, SEARCHES, WRITES, open_engine
from hub.errors import ServiceUnavailable
from hub.pulse import PATIENCE_SECONDS, DatabasePulse
from hub.settings import Settings


def table(model: type[SQLModel]) -> Table:
    """The SQLAlchemy Core table of a model, with which reads and bulk writes are written."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found


def timestamp_column(*, nullable: bool = False, now: bool = False, index: bool | None = None) -> Any:
    """A `timestamptz` column of a model; with `now` the database fills it with the time of the transaction."""
    default = func.now() if now else None
    return Column(DateTime(timezone=True), nullable=nullable, server_default=default, index=index)


async def database_now(connection: AsyncConnection | AsyncSession) -> datetime:
    """The present by the database's clock, truncated to milliseconds: it decides what becomes public, on every host."""
    clock = func.date_trunc("milliseconds", func.clock_timestamp())
    found: datetime = (await connection.execute(select(clock))).scalar_one()
    return found


_CONNECTION_ENDED = (asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError, asyncpg.CrashShutdownError)
"""Exceptions of a running statement when the server closes its connection."""


async def _cancel_statement(connection: asyncpg.Connection) -> None:
    """Close a connection after its statement was cancelled in the database as well.

    A server whose client is just gone notices it when the statement ends, and holds its locks until then.
    """
    with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        await asyncio.shield(connection.close(timeout=CLOSE_SECONDS))


CLOSE_SECONDS = 2.0
"""Seconds that the end of a cancelled statement may take; SQLAlchemy gives its own connections as long."""
POOL_SECONDS = 15.0
"""Seconds that a request waits for a free connection of a pool."""
BACKGROUND_POOL_SECONDS = 60.0
BACKGROUND_PATIENCE = 10.0
"""Seconds of silence that background work takes for a server that hangs; see `hub.pulse`."""


WAITING_SEARCHES = 30
"""Reads of searches that may wait for each connection of their pool; more are refused.

When Meilisearch freezes, all searches of one time-out come to Postgres at once: they must find room. How long each of
them waits is limited by `POOL_SECONDS`.
"""

_SEARCHING: ContextVar[bool] = ContextVar("searching", default=False)


@contextmanager
def in_search_pool() -> Iterator[None]:
    """Take the connections of the block's reads from the pool of the searches."""
    token = _SEARCHING.set(True)
    try:
        yield
    finally:
        _SEARCHING.reset(token)


class Database:
    """Three connection pools on one database: lists, searches, writes. Create one per process; `dispose` it at the end.

    Requests wait shortly and fail in words; with `background`, the work of the worker and of commands waits longer.
    """

    def __init__(self, settings: Settings, *, background: bool = False):
        self.url = settings.require_database_url()
        options: dict[str, Any] = {
            "pool_size": settings.database_pool_size,
            "max_overflow": 0,
            "pool_timeout": BACKGROUND_POOL_SECONDS if background else POOL_SECONDS,
            "pool_pre_ping": False,
        }
        patience = BACKGROUND_PATIENCE if background else PATIENCE_SECONDS
        self.pulse = DatabasePulse(self.url, self._discard_connections, patience=patience)
        options["opener"] = self.pulse.connect
        self.writer: AsyncEngine = open_engine(self.url, BACKGROUND if background else WRITES, **options)
        self.reader: AsyncEngine = open_engine(
            self.url,
            BACKGROUND_READS if background else READS,
            isolation_level="AUTOCOMMIT",
            pool_reset_on_return=None,
            **options,
        )
        size = max(2, settings.database_pool_size // 2)
        self.searcher: AsyncEngine = open_engine(
            self.url,
            BACKGROUND_READS if background else SEARCHES,
            isolation_level="AUTOCOMMIT",
            pool_reset_on_return=None,
            **(options | {"pool_size": size}),
        )
        self.searches = 0
        """Reads of searches that run or wait."""
        self.max_searches = size * (1 + WAITING_SEARCHES)
        self.statements = 0
        for engine in (self.reader, self.searcher):
            event.listen(engine.sync_engine, "before_cursor_execute", self._count_statement)
        for engine in (self.reader, self.searcher, self.writer):
            self.pulse.hear(engine)

    async def _discard_connections(self) -> None:
        for engine in (self.reader, self.searcher, self.writer):
            await engine.dispose(close=False)

    @contextmanager
    def _pool(self) -> Iterator[AsyncEngine]:
        """The pool for a read. Raises `ServiceUnavailable` if too many searches wait already."""
        if not _SEARCHING.get():
            yield self.reader
            return
        if self.searches >= self.max_searches:
            raise ServiceUnavailable("Too many searches are waiting.", expected="the same search a few seconds later")
        self.searches += 1
        try:
            yield self.searcher
        finally:
            self.searches -= 1

    def _count_statement(self, *_: object) -> None:
        self.statements += 1

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A read-only connection outside any transaction."""
        with self.pulse.watch(), self._pool() as pool:
            async with pool.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction: committed when the block ends, rolled back if it raises."""
        with self.pulse.watch():
            async with AsyncSession(self.writer, expire_on_commit=False) as session, session.begin():
                yield session

    @asynccontextmanager
    async def driver(self) -> AsyncIterator[asyncpg.Connection]:
        """asyncpg's own connection from the pool of the readers, for statements that every search waits for.

        SQLAlchemy adds half a millisecond to a statement. Raises `ConnectionError` if the connection is lost.
        """
        with self.pulse.watch(), self._pool() as pool:
            pooled = await pool.raw_connection()
            connection: asyncpg.Connection = pooled.driver_connection
            self.statements += 1
            try:
                yield connection
            except BaseException as problem:
                gone = connection.is_closed() or isinstance(problem, _CONNECTION_ENDED)
                try:
                    if isinstance(problem, asyncio.CancelledError) and not gone:
                        await _cancel_statement(connection)
                finally:
                    pooled.invalidate()
                if gone and isinstance(problem, Exception):
                    raise ConnectionError("the database does not respond") from problem
                raise
            pooled.close()

    async def dispose(self) -> None:
        await self.pulse.close()
        for engine in (self.reader, self.searcher, self.writer):
            await engine.dispose()
