"""Keeping marks and conflicts equal to what was saved last; called inside the transaction that saves."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.models import Edition
from hub.db import table
from hub.domain.fingerprints import Mark, mark_of
from hub.domain.source_claims import conflicts_of
from hub.provenance.models import Provenance, TextMark

PROVENANCE, MARK = table(Provenance), table(TextMark)


async def keep_mark(
    session: AsyncSession, document_id: UUID, kind: str, lang: str, content: Mapping[str, Any], *, first: bool = False
) -> None:
    """Know the document again by this content, and judge anew what its sources say otherwise.

    `first` says that the document had nothing in this language, so that no source can have said anything.
    """
    row = _row(document_id, mark_of(kind, lang, content))
    statement = insert(MARK).values(row)
    changed = {name: statement.excluded[name] for name in row if name not in ("document_id", "lang")}
    await session.execute(statement.on_conflict_do_update(index_elements=list(MARK.primary_key), set_=changed))
    if not first:
        await _judge_anew(session, document_id, lang, content)


async def without_marks(session: AsyncSession, editions: Sequence[Edition]) -> list[Edition]:
    """Those of some editions whose documents are known by nothing in their language."""
    query = select(MARK.c.document_id, MARK.c.lang).where(MARK.c.document_id.in_([one.document_id for one in editions]))
    known = {tuple(row) for row in (await session.execute(query)).all()}
    return [one for one in editions if (one.document_id, one.lang) not in known]


async def drop_marks(session: AsyncSession, document_id: UUID, lang: str | None = None) -> None:
    """Forget what a document (in a language) is known by."""
    of_document = MARK.c.document_id == document_id
    await session.execute(delete(MARK).where(of_document if lang is None else of_document & (MARK.c.lang == lang)))


async def erase_claims(session: AsyncSession, document_id: UUID) -> None:
    """Forget marks and what sources say of the document's facts; that they brought it stays known."""
    await drop_marks(session, document_id)
    erased = {"claims": None, "conflicts": None, "url": None}
    await session.execute(update(PROVENANCE).where(PROVENANCE.c.document_id == document_id).values(**erased))


async def _judge_anew(session: AsyncSession, document_id: UUID, lang: str, content: Mapping[str, Any]) -> None:
    columns = PROVENANCE.c.source, PROVENANCE.c.source_id, PROVENANCE.c.claims, PROVENANCE.c.conflicts
    query = select(*columns).where(
        PROVENANCE.c.document_id == document_id, PROVENANCE.c.lang == lang, PROVENANCE.c.claims.is_not(None)
    )
    for row in (await session.execute(query)).all():
        found = [asdict(one) for one in conflicts_of(row.claims, content)] or None
        if found != row.conflicts:
            of_row = (PROVENANCE.c.source == row.source) & (PROVENANCE.c.source_id == row.source_id)
            await session.execute(update(PROVENANCE).where(of_row, PROVENANCE.c.lang == lang).values(conflicts=found))


def _row(document_id: UUID, mark: Mark) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "lang": mark.lang,
        "kind": mark.kind,
        "type": mark.type,
        "number": mark.number,
        "year": mark.year,
        "issuers": list(mark.issuers),
        "issued_on": mark.issued_on,
        "title": mark.title,
        "figures": mark.figures,
        "shingles": mark.text.count,
        "sketch": list(mark.text.lows),
        "numerals": mark.numerals.count,
        "numerals_sketch": list(mark.numerals.lows),
        "lows": mark.stored_lows(),
    }
