"""The state of the publication log as an index needs it: how far it must have followed, and what it may contain."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from hub.db import Database, table
from hub.log.epochs import EpochChain, read_chain
from hub.log.models import LogEntry, LogHead

HEAD, ENTRY = table(LogHead), table(LogEntry)

MAX_LAG_SECONDS = 3.0
"""Seconds that an index may be behind the log; after that it does not answer, because Postgres is never behind."""


@dataclass(frozen=True)
class LogState:
    """The state of the database's log: its epoch, its last position, and the last one that an index should contain."""

    epoch: UUID
    seq: int
    required_seq: int
    hash: str = ""


async def read_log_state(database: Database, *, grace: float = 0.0) -> LogState:
    """Read the head of the log; an index should contain the entries older than `grace` seconds."""
    required = (
        select(ENTRY.c.seq)
        .where(ENTRY.c.at < func.now() - timedelta(seconds=grace))
        .order_by(ENTRY.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    async with database.read() as connection:
        row = (
            await connection.execute(select(HEAD.c.epoch, HEAD.c.seq, func.coalesce(required, 0), HEAD.c.hash))
        ).one()
        return LogState(*row)


async def read_required_state(database: Database) -> LogState:
    """Read the log's head, and the position that an index must have reached to answer."""
    return await read_log_state(database, grace=MAX_LAG_SECONDS)


async def read_entry_hash(database: Database, seq: int) -> tuple[int, EpochChain, str | None]:
    """Read the head's position, the epochs of the log, and the hash of the entry at a position, if there is one."""
    async with database.read() as connection:
        head, chain = await read_chain(connection)
        found = (await connection.execute(select(ENTRY.c.hash).where(ENTRY.c.seq == seq))).scalar_one_or_none()
    return head.seq, chain, found
