"""Entries that a follower failed to process: set aside, retried with growing pauses, parked at last, removed when done.

The follower goes on meanwhile. That loses nothing and breaks no order, because the work of a follower on an entry is to
bring a document to its present state, whichever entry it is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, literal, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.db import table
from hub.log.entries import DocumentEntry, parse_entry
from hub.log.models import FollowerFailure, LogEntry

FAILURE, ENTRY = table(FollowerFailure), table(LogEntry)

MAX_ATTEMPTS = 8
FIRST_RETRY_SECONDS = 5.0
"""Seconds until the first retry; each later pause is three times as long."""
RETRIES_PER_ROUND = 20


@dataclass(frozen=True, slots=True)
class FailedEntry:
    """An entry that a follower could not process yet."""

    follower: str
    seq: int
    attempts: int
    problem: str
    first_at: datetime
    next_at: datetime
    parked_at: datetime | None


async def record_failure(session: AsyncSession, follower: str, seq: int, problem: str) -> int:
    """Count a failed attempt and schedule the next, or park the entry; return the number of attempts."""
    attempts = FAILURE.c.attempts + 1
    pause = func.least(func.power(3.0, attempts - 1) * FIRST_RETRY_SECONDS, 43_200.0)
    parked = case((attempts >= MAX_ATTEMPTS, func.now()), else_=null())
    next_at = func.now() + func.make_interval(0, 0, 0, 0, 0, 0, pause)
    first_retry = func.now() + timedelta(seconds=FIRST_RETRY_SECONDS)
    row = {"follower": follower, "seq": seq, "attempts": 1, "problem": problem, "next_at": first_retry}
    statement = (
        insert(FAILURE)
        .values(**row)
        .on_conflict_do_update(
            index_elements=["follower", "seq"],
            set_={"attempts": attempts, "problem": problem, "next_at": next_at, "parked_at": parked},
        )
    )
    count: int = (await session.execute(statement.returning(FAILURE.c.attempts))).scalar_one()
    return count


async def read_due(connection: AsyncConnection, follower: str) -> list[DocumentEntry]:
    """Read the entries of a follower whose retry is due, longest due first: one statement."""
    query = (
        select(ENTRY)
        .join(FAILURE, FAILURE.c.seq == ENTRY.c.seq)
        .where(FAILURE.c.follower == follower, FAILURE.c.parked_at.is_(None), FAILURE.c.next_at <= func.now())
        .order_by(FAILURE.c.next_at, FAILURE.c.seq)
        .limit(RETRIES_PER_ROUND)
    )
    found = (parse_entry(dict(row)) for row in (await connection.execute(query)).mappings())
    return [entry for entry in found if isinstance(entry, DocumentEntry)]


async def remove(session: AsyncSession, follower: str, seqs: Sequence[int]) -> None:
    """Remove entries that are processed now."""
    await session.execute(delete(FAILURE).where(FAILURE.c.follower == follower, FAILURE.c.seq.in_(seqs)))


async def list_failures(connection: AsyncConnection, limit: int = 1_000) -> list[FailedEntry]:
    """List the failed entries of all followers, parked ones first."""
    query = select(FAILURE).order_by(FAILURE.c.parked_at.nulls_last(), FAILURE.c.follower, FAILURE.c.seq).limit(limit)
    return [FailedEntry(**row) for row in (await connection.execute(query)).mappings()]


async def requeue(session: AsyncSession, follower: str | None = None, seq: int | None = None) -> int:
    """Let the followers retry failed entries at once, with all attempts anew; return the number of entries."""
    statement = update(FAILURE).values(attempts=0, next_at=func.now(), parked_at=None)
    if follower is not None:
        statement = statement.where(FAILURE.c.follower == follower)
    if seq is not None:
        statement = statement.where(FAILURE.c.seq == seq)
    return len((await session.execute(statement.returning(literal(1)))).all())


async def read_follower_alarms(connection: AsyncConnection) -> dict[str, int]:
    """Count the parked entries, which need a person."""
    query = select(func.count()).select_from(FAILURE).where(FAILURE.c.parked_at.is_not(None))
    return {"follower_entries_parked": (await connection.execute(query)).scalar_one()}
