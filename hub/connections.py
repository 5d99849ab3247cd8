"""Connections to Postgres: all of them are opened here, each with a name and a limit for every wait.

Nothing may wait without end: not for the server (`connect_seconds`, `statement_seconds`), not for a lock
(`lock_seconds`), and not for a client that stopped in the middle of a transaction or while it holds a session's locks
(`idle_transaction_seconds`, `transaction_seconds`, `idle_session_seconds`): the server ends it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from sqlalchemy import event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

CONNECT_SECONDS = 5.0
GRACE_SECONDS = 5.0
"""Seconds that the client waits longer than the server's limit of a statement: only a server that hangs gets there."""

_KEEPALIVE = {
    "client_connection_check_interval": "5000",
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "4",
    "tcp_user_timeout": "40000",
}
"""A server notices within seconds that its client's machine is gone, also while it computes or sends."""


@dataclass(frozen=True)
class ConnectionUse:
    """A use of connections: its name in `pg_stat_activity`, and its limits in seconds; 0 is none."""

    name: str
    statement_seconds: float = 15.0
    lock_seconds: float = 5.0
    idle_transaction_seconds: float = 10.0
    transaction_seconds: float = 60.0
    idle_session_seconds: float = 0.0
    connect_seconds: float = CONNECT_SECONDS
    settings: tuple[tuple[str, str], ...] = ()
    """More settings of the server's session."""

    def server_settings(self) -> dict[str, str]:
        """The settings of a session of this use."""
        return {
            "application_name": self.name,
            "timezone": "UTC",
            "statement_timeout": _milliseconds(self.statement_seconds),
            "lock_timeout": _milliseconds(self.lock_seconds),
            "idle_in_transaction_session_timeout": _milliseconds(self.idle_transaction_seconds),
            "transaction_timeout": _milliseconds(self.transaction_seconds),
            "idle_session_timeout": _milliseconds(self.idle_session_seconds),
            **_KEEPALIVE,
            **dict(self.settings),
        }

    def options(self) -> dict[str, Any]:
        """The options of `asyncpg.connect`."""
        command = self.statement_seconds + GRACE_SECONDS if self.statement_seconds else None
        return {
            "timeout": self.connect_seconds,
            "command_timeout": command,
            "server_settings": self.server_settings(),
        }


_READ_ONLY = (("default_transaction_read_only", "on"), ("jit", "off"))

READS = ConnectionUse("hub-read", settings=_READ_ONLY)
SEARCHES = ConnectionUse("hub-search", statement_seconds=10, settings=_READ_ONLY)
"""Searches, which take longer than all other reads: in a pool of their own they keep no list waiting."""
WRITES = ConnectionUse("hub-write", statement_seconds=30, lock_seconds=8)
"""Writes of requests: a person waits, so a lock that is not free soon is answered with 503."""
BACKGROUND = ConnectionUse(
    "hub-background", statement_seconds=600, lock_seconds=60, idle_transaction_seconds=20, transaction_seconds=1_800
)
"""Writes of the worker and of commands: they wait longer than the server lets a stopped client hold a lock."""
BACKGROUND_READS = ConnectionUse("hub-background-read", statement_seconds=120, lock_seconds=60, settings=_READ_ONLY)
LOOKS = ConnectionUse("hub-look", statement_seconds=5, lock_seconds=1, settings=_READ_ONLY)
"""The look at the versions of public state, for which requests wait that are answered from kept bytes."""
LISTEN = ConnectionUse("hub-listen")
LEASES = ConnectionUse("hub-lease", statement_seconds=5, lock_seconds=5, idle_session_seconds=30)
"""Session-level locks and leases. The holder sends a heartbeat; the server ends the session of one that stopped."""
PROBE = ConnectionUse("hub-probe", statement_seconds=10, lock_seconds=1, connect_seconds=10)
RATE_LIMITS = ConnectionUse(
    "hub-rate", statement_seconds=1, lock_seconds=1, connect_seconds=2, settings=(("synchronous_commit", "off"),)
)
MIGRATIONS = ConnectionUse(
    "hub-migrate", statement_seconds=0, lock_seconds=10, idle_transaction_seconds=60, transaction_seconds=0
)


class HubDialect(PGDialect_asyncpg):
    """PostgreSQL by asyncpg. All of one process are equal: what one pool compiled is compiled for every other one."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


registry.register("postgresql.hub", __name__, HubDialect.__name__)

_COMPILED: LRUCache[Any, Any] = LRUCache(1_500)
"""Compiled statements of all pools, as many as three pools would keep by themselves."""


ConnectionOpener = Callable[[ConnectionUse], Awaitable[asyncpg.Connection]]


async def open_connection(url: str, use: ConnectionUse) -> asyncpg.Connection:
    """Open one connection of asyncpg. Raises `ConnectionError` if the server does not answer in time."""
    try:
        return await asyncpg.connect(plain_url(url), **use.options())
    except TimeoutError as problem:
        raise ConnectionError("the database does not respond") from problem


def open_engine(url: str, use: ConnectionUse, *, opener: ConnectionOpener | None = None, **options: Any) -> AsyncEngine:
    """Create a pool of connections, by `opener` if one is given; `options` are those of `create_async_engine`.

    A connection that the server ended while it rested is replaced when it is taken, without a statement.
    """

    async def open_one() -> asyncpg.Connection:
        return await (opener(use) if opener is not None else open_connection(url, use))

    address = make_url(asyncpg_url(url)).set(drivername="postgresql+hub")
    shared = {"compiled_cache": _COMPILED}
    engine = create_async_engine(address, async_creator=open_one, execution_options=shared, **options)
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(connection: Any, *_: object) -> None:
    """Raise for a closed connection; the pool then opens another one in its place."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def asyncpg_url(url: str) -> str:
    """A database URL with the scheme of SQLAlchemy's asyncpg driver."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(scheme="postgresql+asyncpg"))


def plain_url(url: str) -> str:
    """A database URL with the scheme that asyncpg itself takes."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(scheme="postgresql"))


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1_000))
