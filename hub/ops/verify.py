"""Proof that the log is whole: no gap, an unbroken chain of hashes, and views with the bytes that were logged."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.models import PublishedView
from hub.db import table
from hub.log.chain import entry_hash, initial_hash, public_members
from hub.log.models import LogEntry, LogHead

ENTRY, HEAD, VIEW = table(LogEntry), table(LogHead), table(PublishedView)


@dataclass(frozen=True)
class Fault:
    """What is wrong, and at which position."""

    seq: int
    problem: str


async def verify(connection: AsyncConnection) -> AsyncIterator[tuple[int, list[Fault]]]:
    """Check the log from its first entry on; yields the position reached and the faults of each batch."""
    head = (await connection.execute(select(HEAD))).one()
    before, seq = initial_hash(head.epoch), 0
    while seq < head.seq:
        rows = (await connection.execute(_batch(seq, head.seq))).mappings().all()
        if not rows:
            yield seq, [Fault(seq + 1, "the log ends before its head")]
            return
        faults = []
        for row in rows:
            faults += [Fault(row["seq"], problem) for problem in _faults(row, seq + 1, before)]
            seq, before = row["seq"], row["hash"]
        yield seq, faults
    if before != head.hash:
        yield seq, [Fault(seq, "the head's hash is not that of the last entry")]


def _batch(after: int, until: int) -> Any:
    return (
        select(*ENTRY.c, VIEW.c.full, VIEW.c.sha256.label("stored"))
        .join(VIEW, VIEW.c.seq_from == ENTRY.c.seq, isouter=True)
        .where(ENTRY.c.seq > after, ENTRY.c.seq <= until)
        .order_by(ENTRY.c.seq)
        .limit(200)
    )


def _faults(row: Any, expected: int, before: str) -> list[str]:
    faults = []
    if row["seq"] != expected:
        faults.append(f"a gap: expected position {expected}")
    if entry_hash(before, public_members(row)) != row["hash"]:
        faults.append("the chain of hashes is broken")
    if row["stored"] is None:
        faults.append("the published view of this entry is missing")
    elif row["stored"] != row["view_sha256"]:
        faults.append("the view's hash is not the logged one")
    elif row["full"] is not None and sha256(row["full"]).hexdigest() != row["view_sha256"]:
        faults.append("the view's bytes were changed")
    return faults
