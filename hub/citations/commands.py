"""Keep citations equal to the public views: extract mentions, resolve them, replace the rows, re-resolve dependents.

Everything may be repeated. A batch is extracted and resolved outside of any transaction; the writing transaction locks
the open views and skips documents that changed meanwhile: a later log entry covers those, and a transaction that
removes a document waits for the lock and then deletes the rows that were written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, insert, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.citations.dependents import refresh_dependents
from hub.citations.eraser import CITABLE, CITATION
from hub.citations.extraction import LANG, catalogue_entry
from hub.citations.mention_reader import extract_from_views
from hub.citations.resolution import resolve_mentions
from hub.citations.rows import CitableRow, CitingView
from hub.content.as_of import currently_open
from hub.content.visibility import LISTED_STATES, VIEW
from hub.db import Database
from hub.domain.kinds.policy import POLICY
from hub.legal.citations.resolver import document_keys


@dataclass(frozen=True)
class RefreshResult:
    """Number of documents and citations in a batch."""

    documents: int
    citations: int


async def refresh_citations(database: Database, documents: Sequence[UUID]) -> RefreshResult:
    """Update the citations of these documents, and of all documents that mention them, to the public views of now."""
    async with database.read() as connection:
        views = await _live_views(connection, documents)
    await _sync_citables(database, documents, views)
    vietnamese = [view for view in views if view.lang == LANG]
    extracted = await extract_from_views(vietnamese)
    async with database.read() as connection:
        rows = await resolve_mentions(connection, extracted)
    return RefreshResult(len(documents), await _replace_citations(database, documents, vietnamese, rows))


async def _live_views(connection: AsyncConnection, documents: Sequence[UUID]) -> list[CitingView]:
    query = select(*(VIEW.c[field.name] for field in fields(CitingView))).where(
        VIEW.c.document_id.in_(documents), currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES)
    )
    rows = await connection.execute(query.order_by(VIEW.c.document_id))
    return [CitingView(**row) for row in rows.mappings()]


async def _lock_unchanged(session: AsyncSession, views: Iterable[CitingView]) -> set[UUID]:
    """Lock those views that are still open and live, and return their documents.

    None of them can be closed before this transaction ends.
    """
    read = [(view.document_id, view.lang, view.seq_from) for view in views]
    if not read:
        return set()
    keys = tuple_(VIEW.c.document_id, VIEW.c.lang, VIEW.c.seq_from)
    query = select(VIEW.c.document_id).where(keys.in_(read), currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES))
    # Always in the same order, so that two of these transactions never deadlock.
    locked = query.order_by(VIEW.c.document_id, VIEW.c.lang).with_for_update(key_share=True)
    return set((await session.execute(locked)).scalars())


async def _sync_citables(database: Database, documents: Sequence[UUID], views: Sequence[CitingView]) -> None:
    """Upsert the lookup keys of policies; where they changed, re-resolve dependents in the same transaction."""
    policies = {view.document_id: view for view in views if view.kind == POLICY.name}
    policies |= {view.document_id: view for view in views if view.lang == LANG and view.document_id in policies}
    current = {id_: _citable_row(orjson.loads(view.full)) for id_, view in policies.items()}
    ended = select(VIEW.c.document_id).where(
        VIEW.c.document_id.in_(documents),
        VIEW.c.kind == POLICY.name,
        currently_open(VIEW),
        VIEW.c.state.not_in(LISTED_STATES),
    )
    async with database.write() as session:
        opened = await _lock_unchanged(session, policies.values())
        gone = set((await session.execute(ended)).scalars()) - opened
        query = select(CITABLE).where(CITABLE.c.document_id.in_(documents))
        before = {row["document_id"]: CitableRow(**row) for row in (await session.execute(query)).mappings()}
        changed = [current[id_] for id_ in sorted(opened) if before.get(id_) != current[id_]]
        if gone:
            await session.execute(delete(CITABLE).where(CITABLE.c.document_id.in_(gone)))
        if changed:
            await session.execute(_UPSERT_CITABLE, [asdict(row) for row in changed])
        touched = gone | {row.document_id for row in changed}
        if touched:
            old_and_new = [*changed, *(row for id_, row in before.items() if id_ in touched)]
            await refresh_dependents(session, {key for row in old_and_new for key in row.lookup}, touched, documents)


_INSERT_CITABLE = upsert(CITABLE)
_UPSERT_CITABLE = _INSERT_CITABLE.on_conflict_do_update(
    index_elements=[CITABLE.c.document_id],
    set_={column.name: _INSERT_CITABLE.excluded[column.name] for column in CITABLE.c if not column.primary_key},
)


def _citable_row(full: dict[str, Any]) -> CitableRow:
    entry = catalogue_entry(full)
    return CitableRow(
        document_id=UUID(entry.id),
        number=entry.number,
        type=entry.type,
        title=entry.title,
        issuers=list(entry.issuers),
        issued_on=entry.issued_on,
        lookup=list(dict.fromkeys(document_keys(entry))),
        refs=[node["ref"] for node in full["nodes"]],
    )


async def _replace_citations(
    database: Database, documents: Sequence[UUID], views: Sequence[CitingView], rows: Sequence[dict[str, Any]]
) -> int:
    """Replace the citations of documents, except of those that changed since they were read. Returns the new rows."""
    async with database.write() as session:
        opened = await _lock_unchanged(session, views)
        changed = {view.document_id for view in views} - opened
        replaced = [id_ for id_ in documents if id_ not in changed]
        current = [row for row in rows if row["document_id"] in opened]
        await session.execute(delete(CITATION).where(CITATION.c.document_id.in_(replaced)))
        if current:
            await session.execute(insert(CITATION), current)
    return len(current)
