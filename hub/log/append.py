"""Appending to the publication log: the only way anything becomes public.

The head row's lock is taken last in the transaction and held for two round trips, so entries are numbered without
a gap and in commit order; a rollback takes its numbers back with it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.log.chain import entry_hash, public_members
from hub.log.models import LogEntry, LogHead

CHANNEL = "hub_log"
"""The NOTIFY channel that wakes followers."""


class Event(StrEnum):
    """What happened to a document in public (sự kiện)."""

    published = "published"
    republished = "republished"
    corrected = "corrected"
    withdrawn = "withdrawn"
    restored = "restored"
    gone = "gone"
    redirected = "redirected"
    in_force = "in_force"
    expired = "expired"
    consultation_opened = "consultation_opened"
    consultation_closed = "consultation_closed"


@dataclass(frozen=True)
class NewEntry:
    """An entry before it has a position."""

    event: Event
    at: datetime
    kind: str
    document_id: UUID
    lang: str
    edition: int
    view_sha256: str
    due: datetime | None = None


async def lock_head(session: AsyncSession) -> LogHead:
    """The head, locked until the transaction ends. Call it as late as can be."""
    return (await session.execute(select(LogHead).with_for_update())).scalar_one()


async def append_entries(session: AsyncSession, head: LogHead, entries: Sequence[NewEntry]) -> None:
    """Write entries behind a locked head and wake the followers when the transaction commits."""
    seq, before = head.seq, head.hash
    rows = []
    for happening in entries:
        seq += 1
        row = {"seq": seq, **asdict(happening)}
        before = entry_hash(before, public_members(row))
        rows.append({**row, "hash": before})
    await session.execute(insert(LogEntry), rows)
    await session.execute(update(LogHead).values(seq=seq, hash=before).execution_options(synchronize_session=False))
    await session.execute(text("SELECT pg_notify(:channel, :seq)"), {"channel": CHANNEL, "seq": str(seq)})
