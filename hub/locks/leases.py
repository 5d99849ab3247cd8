"""Leases: the right of one process to do named work, such as serving a receiver or following the log.

A lease is a row with the number of its holder. A holder keeps one advisory lock of its own on a connection with a
heartbeat: when the process is killed, or hangs for half a minute, the lock ends and all its leases are free. Names
never become keys of locks, so nobody can choose a name that blocks another one.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hub.locks.registry import (
    ADVISORY_HOLDERS,
    MEMBER_BITS,
    LockClass,
    LockLost,
    SessionLocks,
    lock_key,
    open_session_locks,
)

VALID = f"EXISTS (SELECT FROM ({ADVISORY_HOLDERS}) held (key) WHERE held.key = lease.holder)"
"""Condition for rows of `lease` whose holder is alive."""

_ACQUIRE = f"""
    INSERT INTO lease (queue, key, holder) VALUES ($1, $2, $3)
    ON CONFLICT (queue, key) DO UPDATE SET holder = excluded.holder, at = now()
        WHERE lease.holder = excluded.holder OR NOT {VALID}
    RETURNING true
"""  # noqa: S608 - fixed words
_RELEASE = "DELETE FROM lease WHERE queue = $1 AND key = $2 AND holder = $3"
_SWEEP = f"DELETE FROM lease WHERE queue = $1 AND NOT {VALID}"  # noqa: S608 - fixed words


class Leases:
    """The leases of one process in one queue."""

    def __init__(self, queue: str, locks: SessionLocks, holder: int):
        self.queue = queue
        self.holder = holder
        self.lost = locks.lost
        """Set when all leases are lost."""
        self._locks = locks

    async def try_acquire(self, key: str) -> bool:
        """Try to lease the work of this name; returns False if another process has it."""
        return bool(await self._locks.fetch(_ACQUIRE, self.queue, key, self.holder))

    async def release(self, key: str) -> None:
        """Give a lease back."""
        await self._locks.fetch(_RELEASE, self.queue, key, self.holder)

    def check(self) -> None:
        """Raise `LockLost` if the leases are lost."""
        if self.lost.is_set():
            raise LockLost


@asynccontextmanager
async def open_leases(url: str, queue: str) -> AsyncIterator[Leases]:
    """Open the leases of a process in a queue; they end with the block, or with the process."""
    async with open_session_locks(url) as locks:
        member = secrets.randbits(MEMBER_BITS)
        if not await locks.try_acquire(LockClass.lease_holders, member):
            raise LockLost
        await locks.fetch(_SWEEP, queue)
        yield Leases(queue, locks, lock_key(LockClass.lease_holders, member))
