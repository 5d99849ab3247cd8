"""Rebuild of published views from their editions, after a change of the structure of views or of indexed columns.
Documents without a fingerprint get one.

If the bytes of a view stay the same, only its indexed columns and passages are rewritten. If they differ, the view is
never changed in place: it is republished with a log entry, so that the log stays proof of everything that was public.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.content.commands import lock_documents
from hub.content.fingerprint_store import list_without_fingerprint, save_fingerprint
from hub.content.models import Edition
from hub.content.passages import replace_passages
from hub.content.publishing import (
    EDITION,
    VIEW,
    NewView,
    append_views,
    build_named_view,
    load_view_sources,
    passage_source,
    searchable_text,
)
from hub.content.view_names import CodeSet, NameLookup
from hub.db import Database, database_now
from hub.domain.fingerprints import fingerprint
from hub.domain.lifecycle import DocumentState
from hub.log.append import Event

BATCH = 50


@dataclass(frozen=True)
class RebuildProgress:
    """Progress of a rebuild."""

    checked: int
    republished: int


async def rebuild_published_views(database: Database) -> AsyncIterator[RebuildProgress]:
    """Rebuild every live view in batches, one transaction each. It can be stopped and restarted at any time."""
    checked = republished = 0
    last = 0
    while True:
        async with database.write() as session:
            live = select(VIEW.c.edition_id).where(VIEW.c.seq_to.is_(None), VIEW.c.state == DocumentState.live)
            query = live.where(VIEW.c.edition_id > last).order_by(VIEW.c.edition_id).limit(BATCH)
            ids = list((await session.execute(query)).scalars())
            if not ids:
                return
            republished += await _rebuild_batch(session, ids)
            checked, last = checked + len(ids), ids[-1]
        yield RebuildProgress(checked, republished)


async def _rebuild_batch(session: AsyncSession, edition_ids: list[int]) -> int:
    named = select(EDITION.c.document_id).where(EDITION.c.id.in_(edition_ids))
    documents = await lock_documents(session, list((await session.execute(named)).scalars()))
    # Read again under the lock: an edition that was superseded in the meantime is not public any more.
    stored = {
        row.edition_id: row.sha256
        for row in await session.execute(
            select(VIEW.c.edition_id, VIEW.c.sha256).where(
                VIEW.c.edition_id.in_(edition_ids), VIEW.c.seq_to.is_(None), VIEW.c.state == DocumentState.live
            )
        )
    }
    editions = list((await session.execute(select(Edition).where(col(Edition.id).in_(stored)))).scalars())
    moment = await database_now(session)
    sources = await load_view_sources(session, editions, documents, as_of=moment)
    codes = CodeSet()
    for source in sources:
        codes.add(source.owner, source.content)
    registry = await NameLookup.load(session, codes)
    different, same = [], []
    for edition, source in zip(editions, sources, strict=True):
        view = build_named_view(source, registry)
        if view.sha256 != stored[edition.id or 0]:
            different.append(NewView(edition, source, Event.republished, moment))
            continue
        same.append(passage_source(source, view))
        words = func.hub_words(*searchable_text(source, view))
        await session.execute(
            update(VIEW)
            .where(VIEW.c.edition_id == edition.id, VIEW.c.seq_to.is_(None))
            .values(**view.columns(source), words=words)
        )
    await replace_passages(session, same)
    for edition in await list_without_fingerprint(session, editions):
        known = fingerprint(documents[edition.document_id].kind, edition.lang, edition.content)
        await save_fingerprint(session, edition.document_id, known, edition.content)
    if different:
        await append_views(session, different)
    return len(different)
