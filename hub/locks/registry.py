"""Registry of every advisory lock. No other module calls Postgres's advisory lock functions.

The key of a lock is its class in the high 15 bits of a bigint and a member of the class in the low 48. So locks of two
classes never collide, whatever the members are. A member is a number of the hub's own, never a name that a stranger
chooses: named work, such as the receivers of a queue, is leased by rows (`hub.locks.leases`).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import IntEnum, unique
from hashlib import sha256

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.connections import LEASES, open_connection

MEMBER_BITS = 48
HEARTBEAT_SECONDS = 5.0
"""Seconds between two statements on a connection that holds locks; the server ends a silent one after 30."""
POLL_SECONDS = 0.2


@unique
class LockClass(IntEnum):
    """Classes of advisory locks. Numbers are never used again for another purpose."""

    migrations = 1
    """One process migrates."""
    lease_holders = 2
    """Held by a process for as long as its leases are valid; the member is the number of the holder."""
    search_index = 3
    """Changes of the search index."""
    search_rebuild = 4
    search_terms = 5
    """Taken by workers of the release before, which count terms."""
    press_bursts = 6
    duplicates = 7
    """Deduplication of a kind in a language, see `trusted_member`."""
    persisted_queries = 8
    websub_requests = 9
    """The counting of unverified requests, which belong to strangers: one lock for all."""
    registry = 10
    """Changes of the registry: each sees the one before it."""
    clock_rules = 11
    """Changes of the rules of legal clocks and of the calendar."""
    comment_groups = 12
    """The writing of groups of near copies in a consultation, in several transactions."""
    zalo_tokens = 13
    """One process exchanges the tokens of the account: Zalo ends the whole family when one is used twice."""


ADVISORY_HOLDERS = (
    "SELECT l.classid::bigint << 32 | l.objid::bigint FROM pg_locks l JOIN pg_database d"
    " ON d.oid = l.database AND d.datname = current_database() WHERE l.locktype = 'advisory' AND l.objsubid = 1"
    " AND l.granted"
)
"""Keys of all advisory locks that are held in this database, one row each."""


class LockLost(Exception):
    """The connection that held the lock is lost, and with it the lock."""


def lock_key(lock: LockClass, member: int = 0) -> int:
    """The key of a member of a class. Raises `ValueError` for a member that does not fit."""
    if not 0 <= member < 1 << MEMBER_BITS:
        raise ValueError(f"{member} does not fit into {MEMBER_BITS} bits")
    return lock << MEMBER_BITS | member


def trusted_member(*names: str) -> int:
    """A member for names that the hub's own code and settings choose, such as kinds and languages."""
    return int.from_bytes(sha256("\n".join(names).encode()).digest()[: MEMBER_BITS // 8])


async def lock_until_commit(session: AsyncSession | AsyncConnection, lock: LockClass, member: int = 0) -> None:
    """Take a lock until the transaction ends. It waits as long as the connection's `lock_timeout` allows."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock_key(lock, member)})


class SessionLocks:
    """Locks of one dedicated connection, which a heartbeat keeps alive.

    They end with the process. If the process hangs, the heartbeat stops and the server ends the session.
    """

    def __init__(self, connection: asyncpg.Connection):
        self.connection = connection
        self.lost = asyncio.Event()
        """Set when the connection, and with it every lock, is lost."""
        self._mutex = asyncio.Lock()
        connection.add_termination_listener(lambda _: self.lost.set())

    async def fetch(self, statement: str, *values: object) -> object:
        """Run a statement on the connection. A connection that does not answer is lost. Raises `LockLost`."""
        async with self._mutex:
            if self.lost.is_set():
                raise LockLost
            try:
                return await self.connection.fetchval(statement, *values)
            except TimeoutError:
                self.connection.terminate()
                self.lost.set()
                raise

    async def try_acquire(self, lock: LockClass, member: int = 0) -> bool:
        """Try to take a lock until the session ends; returns False if another session holds it."""
        return bool(await self.fetch("SELECT pg_try_advisory_lock($1)", lock_key(lock, member)))

    async def beat(self) -> None:
        """Send heartbeats until the connection is lost."""
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, LockLost):
            while not self.lost.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.lost.wait(), HEARTBEAT_SECONDS)
                    return
                await self.fetch("SELECT 1")
        self.lost.set()


@asynccontextmanager
async def open_session_locks(url: str) -> AsyncIterator[SessionLocks]:
    """Open a connection for locks; they are released at the end of the block, or of the process."""
    connection = await open_connection(url, LEASES)
    locks = SessionLocks(connection)
    heart = asyncio.create_task(locks.beat())
    try:
        yield locks
    finally:
        heart.cancel()
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await connection.close(timeout=2)


@asynccontextmanager
async def hold_lock(
    url: str, lock: LockClass, member: int = 0, *, stop: asyncio.Event | None = None, wait: bool = True
) -> AsyncIterator[SessionLocks | None]:
    """Hold a lock for as long as the block runs, without a transaction.

    Yields None if it is not free and `wait` is false, or if `stop` is set first. Raises `LockLost` at the end of a
    block in which the lock was lost.
    """
    async with open_session_locks(url) as locks:
        while not await locks.try_acquire(lock, member):
            if not wait or (stop is not None and stop.is_set()):
                yield None
                return
            await asyncio.sleep(POLL_SECONDS)
        yield locks
        if locks.lost.is_set():
            raise LockLost
