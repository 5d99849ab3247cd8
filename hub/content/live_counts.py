"""Numbers of live documents by kind, kept by the database itself: counting a million rows takes a second.

Triggers on `published_view` change them in the transaction that opens or closes a view, under the lock of the log's
head, whichever version of the hub publishes. `recount` corrects what somebody changed with triggers off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.content.as_of import currently_open
from hub.content.models import LiveCount
from hub.content.visibility import LISTED_STATES, VIEW
from hub.db import table
from hub.log.append import lock_head

COUNT = table(LiveCount)


@dataclass(frozen=True, slots=True)
class LiveDocuments:
    """A kind with its live documents, and the time of the last publication among them."""

    kind: str
    documents: int
    changed: datetime


def select_live_counts() -> Select[tuple[str, int, datetime]]:
    """Select the columns of `LiveDocuments` for the kinds that have live documents, sorted by kind.

    What it reads does not depend on how many documents there are.
    """
    last = (
        select(VIEW.c.modified_at)
        .where(VIEW.c.kind == COUNT.c.kind, currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES))
        .order_by(VIEW.c.modified_at.desc())
        .limit(1)
        .correlate(COUNT)
        .scalar_subquery()
    )
    # A kind without a live view has none, whatever number is kept.
    query = select(COUNT.c.kind, COUNT.c.documents, last.label("changed"))
    return query.where(COUNT.c.documents > 0, last.is_not(None)).order_by(COUNT.c.kind)


async def read_live_counts(connection: AsyncConnection) -> Sequence[LiveDocuments]:
    """Read the kinds that have live documents, with their numbers: one statement."""
    rows = (await connection.execute(select_live_counts())).all()
    return [LiveDocuments(row.kind, row.documents, row.changed) for row in rows]


def _select_true_counts() -> Select[tuple[str, int]]:
    return (
        select(VIEW.c.kind, func.count(VIEW.c.document_id.distinct()).label("documents"))
        .where(currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES))
        .group_by(VIEW.c.kind)
    )


async def recount(session: AsyncSession) -> dict[str, tuple[int, int]]:
    """Count again while nothing is published; return each kind that differed, with its kept and its true number."""
    await lock_head(session)
    kept = {row.kind: row.documents for row in await session.execute(select(COUNT.c.kind, COUNT.c.documents))}
    true = {row.kind: row.documents for row in await session.execute(_select_true_counts())}
    found = {kind: (kept.get(kind, 0), true.get(kind, 0)) for kind in sorted({*kept, *true})}
    differences = {kind: numbers for kind, numbers in found.items() if numbers[0] != numbers[1]}
    if differences:
        upsert = text(
            "INSERT INTO live_count (kind, documents) VALUES (:kind, :documents)"
            " ON CONFLICT (kind) DO UPDATE SET documents = excluded.documents"
        )
        await session.execute(upsert, [{"kind": kind, "documents": now} for kind, (_, now) in differences.items()])
    return differences
