"""The database: one kind of connection for reading, another for writing; only the edges commit.

`Database.read()` gives an autocommitting read-only connection, so one query is one statement on the wire.
`Database.driver()` gives asyncpg's own connection of that kind, for the few statements that every search waits for.
`Database.write()` gives a session in a transaction that commits when the block ends without an exception.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from sqlalchemy import Column, DateTime, Table, event, func
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlmodel import SQLModel

from hub.settings import Settings


def table(model: type[SQLModel]) -> Table:
    """The SQLAlchemy Core table of a model, with which reads and bulk writes are written."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found


def timestamp_column(*, nullable: bool = False, now: bool = False, index: bool | None = None) -> Any:
    """A `timestamptz` column of a model; with `now` the database fills it with the time of the transaction."""
    default = func.now() if now else None
    return Column(DateTime(timezone=True), nullable=nullable, server_default=default, index=index)


def asyncpg_url(url: str) -> str:
    """A database URL with the scheme of SQLAlchemy's asyncpg driver."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(scheme="postgresql+asyncpg"))


def plain_url(url: str) -> str:
    """A database URL with the scheme that asyncpg itself takes."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(scheme="postgresql"))


_CONNECTION_ENDED = (asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError, asyncpg.CrashShutdownError)
"""Exceptions of a running statement when the server closes its connection."""


class Database:
    """Two connection pools on one database. Create one per process; `dispose` it at the end."""

    def __init__(self, settings: Settings):
        self.url = settings.require_database_url()
        options = {
            "pool_size": settings.database_pool_size,
            "max_overflow": 0,
            "pool_timeout": 30,
            "pool_pre_ping": False,
        }
        self.writer: AsyncEngine = create_async_engine(
            asyncpg_url(self.url),
            **options,
            connect_args={"server_settings": {"application_name": "hub-write", "timezone": "UTC"}},
        )
        self.reader: AsyncEngine = create_async_engine(
            asyncpg_url(self.url),
            **options,
            isolation_level="AUTOCOMMIT",
            pool_reset_on_return=None,
            connect_args={
                "server_settings": {
                    "application_name": "hub-read",
                    "timezone": "UTC",
                    "default_transaction_read_only": "on",
                    "statement_timeout": "15000",
                    "jit": "off",
                }
            },
        )
        self.statements = 0
        event.listen(self.reader.sync_engine, "before_cursor_execute", self._count_statement)

    def _count_statement(self, *_: object) -> None:
        self.statements += 1

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A read-only connection outside any transaction."""
        async with self.reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction: committed when the block ends, rolled back if it raises."""
        async with AsyncSession(self.writer, expire_on_commit=False) as session, session.begin():
            yield session

    @asynccontextmanager
    async def driver(self) -> AsyncIterator[asyncpg.Connection]:
        """asyncpg's own connection from the pool of the readers, for statements that every search waits for.

        SQLAlchemy adds half a millisecond to a statement. Raises `ConnectionError` if the connection is lost.
        """
        pooled = await self.reader.raw_connection()
        connection: asyncpg.Connection = pooled.driver_connection
        self.statements += 1
        try:
            yield connection
        except BaseException as problem:
            gone = connection.is_closed() or isinstance(problem, _CONNECTION_ENDED)
            pooled.invalidate()
            if gone and isinstance(problem, Exception):
                raise ConnectionError("the database does not respond") from problem
            raise
        pooled.close()

    async def dispose(self) -> None:
        await self.reader.dispose()
        await self.writer.dispose()
