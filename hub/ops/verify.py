"""Verification of the log: no gaps, nothing after its head, an unbroken hash chain, and views with the logged bytes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.models import PublishedView
from hub.db import table
from hub.log.chain import entry_hash, public_members
from hub.log.epochs import Epoch, read_chain
from hub.log.models import LogEntry, LogHead

ENTRY, HEAD, VIEW = table(LogEntry), table(LogHead), table(PublishedView)

MAX_BEYOND = 100
"""Entries beyond the head that are named."""


@dataclass(frozen=True)
class Fault:
    """A fault of the log at a position."""

    seq: int
    problem: str


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A log entry with the view that it published."""

    seq: int
    members: dict[str, Any]
    """Public members, which the hash covers."""
    hash: str
    view_sha256: str | None
    """Hash of the view; None for another subject than a document."""
    stored_sha256: str | None
    """Hash stored with the view; None if there is no view."""
    full: bytes | None
    """Bytes of the view; None if they are erased."""


async def verify(connection: AsyncConnection) -> AsyncIterator[tuple[int, list[Fault]]]:
    """Verify the log through all its epochs; yields the reached position and the faults of each batch."""
    head, chain = await read_chain(connection)
    epochs = list(chain.epochs)
    before, seq = None, 0
    while seq < head.seq:
        entries = await _read_batch(connection, seq, head.seq)
        if not entries:
            yield seq, [Fault(seq + 1, "the log ends before its head")]
            return
        faults = []
        for entry in entries:
            before, broken = _begin_epochs(epochs, entry.seq, before)
            faults += [Fault(entry.seq, problem) for problem in broken + _find_faults(entry, seq + 1, before)]
            seq, before = entry.seq, entry.hash
        yield seq, faults
    before, broken = _begin_epochs(epochs, head.seq + 1, before)
    faults = [Fault(seq, problem) for problem in broken]
    faults += [Fault(epoch.first_seq, f"epoch {epoch.id} begins after the head") for epoch in epochs]
    if before != head.hash:
        faults.append(Fault(seq, "the head's hash is not that of the last entry"))
    faults += [Fault(beyond, "an entry beyond the head") for beyond in await _read_beyond_head(connection)]
    if faults:
        yield seq, faults


def _begin_epochs(epochs: list[Epoch], seq: int, before: str | None) -> tuple[str, list[str]]:
    """Take the epochs that begin up to a position from the list; return the hash before its entry, and the faults."""
    faults = []
    while epochs and epochs[0].first_seq <= seq:
        epoch = epochs.pop(0)
        if epoch.first_seq != seq and before is not None:
            faults.append(f"epoch {epoch.id} does not begin at its position {epoch.first_seq}")
        if epoch.previous_hash != before:
            faults.append(f"epoch {epoch.id} does not follow the entry before it")
        before = epoch.start_hash
    return before or "", faults


async def _read_batch(connection: AsyncConnection, after: int, until: int) -> list[StoredEntry]:
    query = (
        select(*ENTRY.c, VIEW.c.full, VIEW.c.sha256.label("stored"))
        .join(VIEW, VIEW.c.seq_from == ENTRY.c.seq, isouter=True)
        .where(ENTRY.c.seq > after, ENTRY.c.seq <= until)
        .order_by(ENTRY.c.seq)
        .limit(200)
    )
    return [
        StoredEntry(row["seq"], public_members(dict(row)), row["hash"], row["view_sha256"], row["stored"], row["full"])
        for row in (await connection.execute(query)).mappings()
    ]


async def _read_beyond_head(connection: AsyncConnection) -> list[int]:
    """Positions of entries after the present head: none, because an entry and the head are written together."""
    query = select(ENTRY.c.seq).where(ENTRY.c.seq > select(HEAD.c.seq).scalar_subquery())
    return list((await connection.execute(query.order_by(ENTRY.c.seq).limit(MAX_BEYOND))).scalars())


def _find_faults(entry: StoredEntry, expected: int, before: str) -> list[str]:
    faults = []
    if entry.seq != expected:
        faults.append(f"a gap: expected position {expected}")
    if entry_hash(before, entry.members) != entry.hash:
        faults.append("the chain of hashes is broken")
    if entry.view_sha256 is None:
        return faults
    if entry.stored_sha256 is None:
        faults.append("the published view of this entry is missing")
    elif entry.stored_sha256 != entry.view_sha256:
        faults.append("the view's hash is not the logged one")
    elif entry.full is not None and sha256(entry.full).hexdigest() != entry.view_sha256:
        faults.append("the view's bytes were changed")
    return faults
