"""Storage of fingerprints and conflicts, kept in step with the last saved content inside the saving transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.models import Edition
from hub.content.provenance_models import Provenance, TextFingerprint
from hub.db import table
from hub.domain.fingerprints import Fingerprint
from hub.domain.source_claims import conflicts_of

PROVENANCE, FINGERPRINT = table(Provenance), table(TextFingerprint)


def _upsert_fingerprint() -> Insert:
    statement = insert(FINGERPRINT)
    key = list(FINGERPRINT.primary_key)
    changed = {name: each for name, each in statement.excluded.items() if name not in FINGERPRINT.primary_key.columns}
    return statement.on_conflict_do_update(index_elements=key, set_=changed)


_UPSERT = _upsert_fingerprint()
"""Made once: making it takes longer than running it."""


async def save_fingerprint(
    session: AsyncSession, document_id: UUID, known: Fingerprint, content: Mapping[str, Any]
) -> None:
    """Store the fingerprint of a content (upsert), and recompute the conflicts with the claims of its sources."""
    await save_fingerprints(session, [(document_id, known)])
    await refresh_conflicts(session, document_id, known.lang, content)


async def save_fingerprints(session: AsyncSession, fingerprints: Sequence[tuple[UUID, Fingerprint]]) -> None:
    """Store the fingerprints of contents (upsert), given with their documents."""
    await session.execute(_UPSERT, [_row(document_id, known) for document_id, known in fingerprints])


async def list_without_fingerprint(session: AsyncSession, editions: Sequence[Edition]) -> list[Edition]:
    """Return those of the editions whose documents have no fingerprint in their language."""
    query = select(FINGERPRINT.c.document_id, FINGERPRINT.c.lang).where(
        FINGERPRINT.c.document_id.in_([one.document_id for one in editions])
    )
    known = {tuple(row) for row in (await session.execute(query)).all()}
    return [one for one in editions if (one.document_id, one.lang) not in known]


async def delete_fingerprints(session: AsyncSession, document_id: UUID, lang: str | None = None) -> None:
    """Delete the fingerprints of a document, in one language or in all."""
    of_document = FINGERPRINT.c.document_id == document_id
    await session.execute(
        delete(FINGERPRINT).where(of_document if lang is None else of_document & (FINGERPRINT.c.lang == lang))
    )


async def erase_claims(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Delete fingerprints and erase the claims of sources; that a source delivered the document stays known."""
    await session.execute(delete(FINGERPRINT).where(FINGERPRINT.c.document_id.in_(documents)))
    erased = {"claims": None, "conflicts": None, "url": None}
    await session.execute(update(PROVENANCE).where(PROVENANCE.c.document_id.in_(documents)).values(**erased))


async def refresh_conflicts(session: AsyncSession, document_id: UUID, lang: str, content: Mapping[str, Any]) -> None:
    """Recompute the conflicts of a content with the claims of its sources."""
    columns = PROVENANCE.c.source, PROVENANCE.c.source_id, PROVENANCE.c.claims, PROVENANCE.c.conflicts
    query = select(*columns).where(
        PROVENANCE.c.document_id == document_id, PROVENANCE.c.lang == lang, PROVENANCE.c.claims.is_not(None)
    )
    for row in (await session.execute(query)).all():
        found = [asdict(one) for one in conflicts_of(row.claims, content)] or None
        if found != row.conflicts:
            of_row = (PROVENANCE.c.source == row.source) & (PROVENANCE.c.source_id == row.source_id)
            await session.execute(update(PROVENANCE).where(of_row, PROVENANCE.c.lang == lang).values(conflicts=found))


def _row(document_id: UUID, fingerprint: Fingerprint) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "lang": fingerprint.lang,
        "kind": fingerprint.kind,
        "type": fingerprint.type,
        "number": fingerprint.number,
        "year": fingerprint.year,
        "issuers": list(fingerprint.issuers),
        "issued_on": fingerprint.issued_on,
        "title": fingerprint.title,
        "figures": fingerprint.figures,
        "shingles": fingerprint.text.count,
        "sketch": list(fingerprint.text.lows),
        "numerals": fingerprint.numerals.count,
        "numerals_sketch": list(fingerprint.numerals.lows),
        "lows": fingerprint.stored_hashes(),
    }
