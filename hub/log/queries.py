"""What the public reads of the log: the changes behind a position."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.kinds import KINDS
from hub.db import table
from hub.errors import Resync
from hub.log.chain import public_members
from hub.log.models import LogEntry, LogHead

ENTRY, HEAD = table(LogEntry), table(LogHead)


@dataclass(frozen=True)
class Changes:
    """Entries behind a position, with the head they were read under."""

    items: list[dict[str, Any]]
    head: int
    epoch: UUID


async def read_changes(connection: AsyncConnection, *, after: int, limit: int, epoch: UUID | None = None) -> Changes:
    """The next entries and the head, in one statement.

    Raises `Resync` when the reader's epoch or position is not of this log: it was restored from a backup meanwhile.
    """
    entries = select(ENTRY).where(ENTRY.c.seq > after).order_by(ENTRY.c.seq).limit(limit).lateral("entries")
    query = (
        select(HEAD.c.epoch, HEAD.c.seq.label("head"), entries)
        .select_from(HEAD.outerjoin(entries, true()))
        .order_by(entries.c.seq)
    )
    rows = (await connection.execute(query)).mappings().all()
    head, found_epoch = rows[0]["head"], rows[0]["epoch"]
    if (epoch is not None and epoch != found_epoch) or after > head:
        raise Resync(
            "This position belongs to another log.",
            field="epoch" if epoch is not None and epoch != found_epoch else "after",
            expected=f"epoch {found_epoch}, a position up to {head}: read everything anew from 0",
            epoch=str(found_epoch),
            head=head,
        )
    return Changes([_public(row) for row in rows if row["seq"] is not None], head, found_epoch)


def _public(row: Any) -> dict[str, Any]:
    path = f"/api/v1/{KINDS[row['kind']].plural}/{row['document_id']}"
    return public_members(row) | {"path": path, "hash": row["hash"]}
