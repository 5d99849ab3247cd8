"""Epochs of the publication log: the stretches between which a person declared that the log was restored.

An epoch follows the last entry of the one before it; the hash that precedes its first entry covers that one's last
hash. So one chain of hashes leads through all epochs to the first entry, and a log that went on elsewhere after a
restore (a fork) is known by its hashes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.db import table
from hub.log.append import CHANNEL, lock_head
from hub.log.chain import start_hash
from hub.log.models import LogEpoch, LogHead

EPOCH, HEAD = table(LogEpoch), table(LogHead)


@dataclass(frozen=True, slots=True)
class Epoch:
    """An epoch: its first position and the hash before it. The first epoch of a log has no previous hash."""

    id: UUID
    first_seq: int
    previous: UUID | None = None
    previous_hash: str | None = None

    @property
    def start_hash(self) -> str:
        """Hash that precedes the first entry."""
        return start_hash(self.id, self.previous_hash)


@dataclass(frozen=True, slots=True)
class EpochChain:
    """The epochs of a log, from the first to the current one: pure."""

    epochs: tuple[Epoch, ...]

    @classmethod
    def build(cls, stored: Iterable[Epoch], current: UUID) -> "EpochChain":
        """Follow the epochs back from the current one. An epoch that is not stored is a log of its own."""
        known = {epoch.id: epoch for epoch in stored}
        chain = [known.pop(current, Epoch(current, 1))]
        while (previous := chain[0].previous) is not None and previous in known:
            chain.insert(0, known.pop(previous))
        return cls(tuple(chain))

    @property
    def current(self) -> Epoch:
        """The epoch in which entries are appended now."""
        return self.epochs[-1]

    def epoch_of(self, seq: int) -> Epoch:
        """Return the epoch in which the entry at a position was appended; for 0, the first epoch."""
        return next((epoch for epoch in reversed(self.epochs) if epoch.first_seq <= seq), self.epochs[0])

    def is_known(self, seq: int, epoch: UUID, hash_start: str | None, entry_hash: str | None, head: int) -> bool:
        """Return True if this log contains everything that a reader at a position knows.

        `hash_start` is the start of a hash that the reader has (None: the reader does not have one); `entry_hash` is
        the hash of this log's entry at the position (None: there is no such entry).
        """
        ends = {each.id: later.first_seq - 1 for each, later in pairwise(self.epochs)} | {self.current.id: head}
        if epoch not in ends or seq > ends[epoch]:
            return False
        if hash_start is None:
            return True
        found = next(each for each in self.epochs if each.id == epoch)
        hashes = [entry_hash] if entry_hash is not None else []
        if seq == found.first_seq - 1:
            hashes.append(found.start_hash)
        return any(each.startswith(hash_start) for each in hashes)


def epochs_column() -> ColumnElement[Any]:
    """Build a scalar subquery of all stored epochs, which `parse_epochs` reads: for statements that read more."""
    row = func.jsonb_build_array(EPOCH.c.epoch, EPOCH.c.first_seq, EPOCH.c.previous_epoch, EPOCH.c.previous_hash)
    return select(func.jsonb_agg(row, type_=JSONB)).scalar_subquery()


def parse_epochs(stored: list[Any] | None, current: UUID) -> EpochChain:
    """Build the chain of epochs from a value of `epochs_column`."""
    epochs = (
        Epoch(UUID(epoch), first_seq, UUID(previous) if previous else None, previous_hash)
        for epoch, first_seq, previous, previous_hash in stored or ()
    )
    return EpochChain.build(epochs, current)


async def read_chain(connection: AsyncConnection | AsyncSession) -> tuple[LogHead, EpochChain]:
    """Read the head of the log and the chain of its epochs: one statement."""
    row = (await connection.execute(select(*HEAD.c, epochs_column().label("epochs")))).mappings().one()
    head = LogHead(**{name: row[name] for name in HEAD.c.keys()})  # noqa: SIM118 - columns by name
    return head, parse_epochs(row["epochs"], head.epoch)


async def read_epochs(connection: AsyncConnection) -> list[LogEpoch]:
    """Read the stored epochs, from the first to the current one."""
    rows = await connection.execute(select(EPOCH).order_by(EPOCH.c.first_seq, EPOCH.c.at))
    return [LogEpoch(**row) for row in rows.mappings()]


async def begin_epoch(session: AsyncSession, reason: str) -> LogEpoch:
    """Begin an epoch after the last entry of the log, and wake the followers when the transaction commits."""
    head = await lock_head(session)
    found = {
        "epoch": uuid4(),
        "first_seq": head.seq + 1,
        "previous_epoch": head.epoch,
        "previous_hash": head.hash,
        "reason": reason,
    }
    begun = (await session.execute(insert(EPOCH).values(**found).returning(EPOCH))).mappings().one()
    epoch = LogEpoch(**begun)
    changed = {"epoch": epoch.epoch, "hash": start_hash(epoch.epoch, head.hash)}
    await session.execute(update(type(head)).values(**changed).execution_options(synchronize_session=False))
    await session.execute(text("SELECT pg_notify(:channel, :seq)"), {"channel": CHANNEL, "seq": str(head.seq)})
    return epoch
