"""Appending to the publication log, the only way to make anything public.

The lock on the head row is taken last in the transaction and held for two round trips, so entries are numbered without
gaps and in commit order; a rollback also undoes its numbers.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.db import table
from hub.log.chain import entry_hash, public_members
from hub.log.models import LogEntry, LogHead
from hub.log.subjects import DOCUMENT_VERSION, SUBJECT_VERSION, LogSubject, SubjectEvent

CHANNEL = "hub_log"
"""NOTIFY channel that wakes followers."""


class Event(StrEnum):
    """Public event of a document (sự kiện)."""

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
    """An entry of a document without a position yet."""

    event: Event
    at: datetime
    kind: str
    document_id: UUID
    lang: str
    edition: int
    view_sha256: str
    due: datetime | None = None
    version: int = field(default=DOCUMENT_VERSION, init=False)
    subject: LogSubject = field(default=LogSubject.document, init=False)


@dataclass(frozen=True)
class NewSubjectEntry:
    """An entry of another subject without a position yet; `data` is public, and the hash covers it."""

    event: SubjectEvent
    at: datetime
    subject: LogSubject
    subject_id: str
    data: dict[str, Any]
    due: datetime | None = None
    version: int = field(default=SUBJECT_VERSION, init=False)


_COLUMNS = tuple(table(LogEntry).c.keys())


async def lock_head(session: AsyncSession) -> LogHead:
    """Lock the head row until the transaction ends. Call this as late as possible: it serializes all appends."""
    query = select(LogHead).with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one()


async def append_entries(session: AsyncSession, head: LogHead, entries: Sequence[NewEntry | NewSubjectEntry]) -> None:
    """Append entries after a locked head, and wake the followers when the transaction commits.

    An entry is never earlier than the one before it: a transaction that waited for the head gets the head's time.
    """
    seq, before, at = head.seq, head.hash, head.at
    rows = []
    for entry in entries:
        seq += 1
        at = entry.at if at is None else max(at, entry.at)
        row: dict[str, Any] = dict.fromkeys(_COLUMNS) | {"seq": seq, **asdict(entry), "at": at}
        before = entry_hash(before, public_members(row))
        rows.append({**row, "hash": before})
    await session.execute(insert(LogEntry), rows)
    await session.execute(
        update(LogHead).values(seq=seq, hash=before, at=at).execution_options(synchronize_session=False)
    )
    await session.execute(text("SELECT pg_notify(:channel, :seq)"), {"channel": CHANNEL, "seq": str(seq)})
