"""Verification of the log: no gaps, nothing after its head, an unbroken hash chain, and views with the logged bytes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.content.models import PublishedView
from hub.db import table
from hub.log.chain import entry_hash, public_members
from hub.log.epochs import Epoch, read_chain
from hub.log.models import LogEntry, LogHead, LogVerification

ENTRY, HEAD, VIEW, VERIFICATION = table(LogEntry), table(LogHead), table(PublishedView), table(LogVerification)

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


@dataclass(frozen=True, slots=True)
class VerifiedPosition:
    """A position up to which a log was found intact, with the epoch and the hash of its entry."""

    epoch: UUID
    seq: int
    hash: str


async def read_verified_position(connection: AsyncConnection) -> VerifiedPosition | None:
    """Read the position of the last verification, if this log still has its entry: otherwise everything counts anew."""
    query = select(VERIFICATION, ENTRY.c.hash.label("found")).outerjoin(ENTRY, ENTRY.c.seq == VERIFICATION.c.seq)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    head, chain = await read_chain(connection)
    is_known = chain.is_known(row.seq, row.epoch, row.hash, row.found, head.seq)
    return VerifiedPosition(row.epoch, row.seq, row.hash) if is_known and row.found == row.hash else None


async def save_verified_position(session: AsyncSession, seq: int) -> None:
    """Keep a position that was reached without a fault, for the next verification. The caller commits."""
    _, chain = await read_chain(session)
    hash_ = (await session.execute(select(ENTRY.c.hash).where(ENTRY.c.seq == seq))).scalar_one_or_none()
    if hash_ is not None:
        values = {"epoch": chain.epoch_of(seq).id, "seq": seq, "hash": hash_, "at": func.now()}
        statement = insert(VERIFICATION).values(id=1, **values)
        await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


async def verify(
    connection: AsyncConnection, *, after: VerifiedPosition | None = None
) -> AsyncIterator[tuple[int, list[Fault]]]:
    """Verify the log through all its epochs; yields the reached position and the faults of each batch.

    With `after`, entries up to that position and their views are taken as verified.
    """
    head, chain = await read_chain(connection)
    epochs = list(chain.epochs)
    before, seq = None, 0
    if after is not None:
        epochs = [epoch for epoch in epochs if epoch.first_seq > after.seq]
        before, seq = after.hash, after.seq
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
        # By the columns of an index: there is none by the position alone.
        .join(
            VIEW,
            (VIEW.c.document_id == ENTRY.c.document_id)
            & (VIEW.c.lang == ENTRY.c.lang)
            & (VIEW.c.seq_from == ENTRY.c.seq),
            isouter=True,
        )
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
