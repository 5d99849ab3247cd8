"""The right to send, for everything that sends the log to others (webhooks, WebSub, channels).

It is kept twice: in the database, and in a file of the data folder, which a restore of the database does not touch.
Each says whose right it is, and up to which entry of the log and which outside call of a channel (`call_count`)
something may have been sent. Where they disagree, the
database was restored, copied or moved, and what was sent may not be in it. Then nothing is sent (*held*) until a person
releases it: receivers could not take back what they would get.
"""

import asyncio
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.db import Database, table
from hub.embedded.private_files import FileIdentity, identify_file
from hub.log.epochs import HEAD, EpochChain, epochs_column, parse_epochs
from hub.log.lease_file import (
    FILE,
    LeaseFile,
    LeaseFileDamaged,
    create_lease_file,
    read_lease_file,
    update_lease_file,
)
from hub.log.models import LogEntry, SendLease
from hub.settings import Settings

log = structlog.get_logger()

LEASE, ENTRY = table(SendLease), table(LogEntry)

CHECK_SECONDS = 1.0
"""Seconds for which a check of the right holds."""
RELEASE = "After making sure that no other hub sends for this one: `hub sending release`."
BEGIN = "First tell followers that entries were lost: `hub epoch begin --reason …`. " + RELEASE


class SendGate(Protocol):
    """Permission to send."""

    async def is_open(self) -> bool:
        """Return True if sending is allowed now."""
        ...

    async def covers(self, seq: int) -> bool:
        """Return True if the log up to a position may be sent now."""
        ...

    async def covers_call(self, number: int) -> bool:
        """Return True if the outside call of this number may be made now."""
        ...


@dataclass(frozen=True)
class LeaseFacts:
    """The right to send as the database, the file and the log show it."""

    instance: UUID | None
    """Owner of the right by the database; None if nothing was ever sent from it."""
    seq: int
    calls: int
    held: str | None
    file: LeaseFile | None
    file_identity: FileIdentity | None
    file_hash: str | None
    """Hash of the log's entry at the position of the file."""
    head_epoch: UUID
    head_seq: int
    head_hash: str
    chain: EpochChain

    @property
    def is_unclaimed(self) -> bool:
        """True if nothing was ever sent, by this database or from this data folder."""
        return self.instance is None and self.file is None


def find_hold_reason(facts: LeaseFacts) -> str | None:
    """Return the reason why nothing may be sent, and what to do; None if sending is allowed: pure."""
    file = facts.file
    if facts.is_unclaimed:
        return None
    if file is None or facts.file_identity is None:
        return (
            f"The data folder has no {FILE}, but this database was sent from before: it was restored or moved without "
            f"its data folder. {RELEASE}"
        )
    if facts.instance is None:
        return f"The database has never sent anything, but the data folder has a {FILE}: it is another one. {BEGIN}"
    if facts.instance != file.instance:
        return f"The {FILE} of the data folder is that of another hub, or the right was released elsewhere. {RELEASE}"
    if not file.identity.is_same(facts.file_identity):
        return f"The data folder is a copy, or was restored: another hub may send from the original. {RELEASE}"
    if not facts.chain.is_known(file.seq, file.epoch, file.hash, facts.file_hash, facts.head_seq):
        return (
            f"Entries up to position {file.seq} were sent, and the log of this database does not contain them: it was "
            f"restored from an earlier copy. {BEGIN}"
        )
    if facts.calls < file.calls:
        return (
            f"{file.calls} outside calls were made, and this database knows of {facts.calls}: it was restored from an "
            f"earlier copy. {RELEASE}"
        )
    if facts.seq not in (file.seq, file.database_seq):
        return (
            f"The database says that entries up to position {facts.seq} were sent, the data folder says {file.seq}: "
            f"one of them was restored. {RELEASE}"
        )
    return None


async def read_lease_facts(connection: AsyncConnection | AsyncSession, path: Path) -> LeaseFacts:
    """Read what decides about the right to send. Raises `LeaseFileDamaged`."""
    file = read_lease_file(path)
    identity = identify_file(path) if file is not None else None
    at_file = select(ENTRY.c.hash).where(ENTRY.c.seq == (file.seq if file else 0)).scalar_subquery()
    columns = (
        LEASE.c.instance,
        LEASE.c.seq,
        LEASE.c.calls,
        LEASE.c.held,
        HEAD.c.epoch,
        HEAD.c.seq.label("head"),
        HEAD.c.hash,
    )
    query = select(*columns, epochs_column().label("epochs"), at_file.label("at_file"))
    row = (await connection.execute(query.select_from(LEASE.join(HEAD, LEASE.c.id == HEAD.c.id)))).one()
    chain = parse_epochs(row.epochs, row.epoch)
    return LeaseFacts(
        row.instance, row.seq, row.calls, row.held, file, identity, row.at_file, row.epoch, row.head, row.hash, chain
    )


class SendingRight:
    """The right of this process to send; processes with the same data folder and database share it.

    Before anything is sent, the file and the database are moved to the head of the log and to the last outside call.
    """

    def __init__(self, database: Database, settings: Settings):
        self.database = database
        self.path = settings.data / FILE
        self._reason: str | None = None
        self._covered = -1
        self._covered_call = -1
        self._checked_at = 0.0
        self._is_first = True
        self._mutex = asyncio.Lock()

    async def is_open(self) -> bool:
        """Return True if sending is allowed now; checked at most once a second."""
        return await self.covers(0)

    async def covers(self, seq: int) -> bool:
        """Return True if the log up to a position may be sent now."""
        async with self._mutex:
            if time.monotonic() - self._checked_at > CHECK_SECONDS or (self._reason is None and seq > self._covered):
                await self._check()
            return self._reason is None and seq <= self._covered

    async def covers_call(self, number: int) -> bool:
        """Return True if the outside call of this number may be made now; checked each time, and on the disk then."""
        async with self._mutex:
            await self._check()
            return self._reason is None and number <= self._covered_call

    async def _check(self) -> None:
        """Check the right; what must be written is decided again under the lock of the database's row."""
        async with self.database.read() as connection:
            reason, facts = await self._judge(connection)
        file = facts.file if facts is not None else None
        is_settled = facts is not None and file is not None
        if facts is not None and file is not None:
            is_settled = file.seq >= facts.head_seq and file.calls >= facts.calls
        if facts is not None and facts.held is not None:
            is_settled = is_settled and not self._is_first and self._reason is None
        if reason is not None:
            is_settled = reason == self._reason
        if not is_settled:
            reason, facts = await self._settle()
        if reason is None and facts is not None and facts.file is not None:
            self._covered, self._covered_call = facts.file.seq, facts.file.calls
        self._reason, self._checked_at, self._is_first = reason, time.monotonic(), False

    async def _judge(self, connection: AsyncConnection | AsyncSession) -> tuple[str | None, LeaseFacts | None]:
        try:
            facts = await read_lease_facts(connection, self.path)
        except LeaseFileDamaged as problem:
            return f"{problem}. {RELEASE}", None
        return find_hold_reason(facts), facts

    async def _settle(self) -> tuple[str | None, LeaseFacts | None]:
        """Take the unclaimed right or move it to the head, before that may be sent; or note why nothing is sent."""
        async with self.database.write() as session:
            await session.execute(select(LEASE.c.id).with_for_update())
            reason, facts = await self._judge(session)
            if reason is not None or facts is None:
                log.error("sending_held", reason=reason)
                await session.execute(update(LEASE).values(held=reason, held_at=func.now()))
                return reason, facts
            epoch, seq, hash_, calls = facts.head_epoch, facts.head_seq, facts.head_hash, facts.calls
            if facts.file is None:
                file = await asyncio.to_thread(create_lease_file, self.path, uuid4(), epoch, seq, hash_, calls)
                log.info("sending_begins", instance=str(file.instance), position=seq)
            else:
                file = replace(facts.file, epoch=epoch, seq=seq, hash=hash_, database_seq=facts.seq, calls=calls)
                await asyncio.to_thread(update_lease_file, self.path, file)
            values = {"instance": file.instance, "seq": file.seq, "held": None, "held_at": None}
            await session.execute(update(LEASE).values(**values))
            return None, replace(facts, file=file)


async def release_sending(database: Database, settings: Settings) -> LeaseFile:
    """Give the right to send to this database and data folder, from the head of the log on."""
    async with database.write() as session:
        await session.execute(select(LEASE.c.id).with_for_update())
        head = (await session.execute(select(HEAD.c.epoch, HEAD.c.seq, HEAD.c.hash))).one()
        calls: int = (await session.execute(select(LEASE.c.calls))).scalar_one()
        file = create_lease_file(settings.data / FILE, uuid4(), head.epoch, head.seq, head.hash, calls)
        values = {"instance": file.instance, "seq": file.seq, "held": None, "held_at": None}
        await session.execute(update(LEASE).values(**values))
        return file


async def read_hold(connection: AsyncConnection) -> str | None:
    """Read the reason why nothing is sent, as the worker noted it; None if sending is allowed."""
    held: str | None = (await connection.execute(select(LEASE.c.held))).scalar_one()
    return held


async def read_sending_alarms(connection: AsyncConnection) -> dict[str, int]:
    """Return the alert of a held right to send, for health and metrics."""
    return {"sending_held": int(await read_hold(connection) is not None)}
