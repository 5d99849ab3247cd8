"""Record the provenance of documents: which source delivered them, and where it contradicts the document."""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import case, exists, func, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.checked_content import record_digest
from hub.content.models import Edition
from hub.content.provenance_models import Provenance
from hub.db import table
from hub.domain.lifecycle import WORKING_STATES
from hub.domain.source_claims import Conflict, claims_of, conflicts_of
from ingest.dedup.candidate import DedupCandidate

PROVENANCE, EDITION = table(Provenance), table(Edition)


async def record_provenance(
    session: AsyncSession,
    document_id: UUID,
    candidate: DedupCandidate,
    *,
    source: str,
    source_id: str,
    url: str | None,
    sha256: str | None,
    fetched_at: datetime | None,
    change_note: str | None = None,
    pushed_by: str | None = None,
) -> tuple[Conflict, ...]:
    """Record that a source delivered a document; return the conflicts between its claims and the document.

    The source leads, so that its changes become editions, if the document's newest edition in this language has the
    delivered content and no other source leads. Later deliveries do not change which source leads.
    The caller has created or changed the document before, in the same transaction.
    """
    checked = candidate.checked
    edition = await _newest_edition(session, document_id, checked.lang)
    claims = claims_of(checked.stored)
    conflicts = conflicts_of(claims, edition.content) if edition is not None else ()
    row = {
        "source": source,
        "source_id": source_id,
        "lang": checked.lang,
        "document_id": document_id,
        "content_sha256": record_digest(checked.sha256, change_note),
        "leads": edition is not None
        and edition.content_sha256 == checked.sha256
        and not await _is_led(session, document_id, checked.lang),
        "pushed_by": pushed_by,
        "url": url,
        "fetched_at": fetched_at,
        "sha256": sha256,
        "claims": claims,
        "conflicts": [asdict(one) for one in conflicts] or None,
    }
    await upsert_provenance(session, [row])
    return conflicts


async def upsert_provenance(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Insert or update provenance rows. `leads` stays as it was while a row is about the same document."""
    await session.execute(_upsert(tuple(rows[0])), rows)


@lru_cache
def _upsert(names: tuple[str, ...]) -> Insert:
    """The statement for rows with these columns; making it takes longer than running it."""
    statement = insert(PROVENANCE)
    new = statement.excluded
    changed: dict[str, Any] = {
        name: new[name] for name in names if name not in ("source", "source_id", "lang", "leads")
    }
    as_before = PROVENANCE.c.document_id == new["document_id"]
    changed |= {"seen_at": func.now(), "leads": case((as_before, PROVENANCE.c.leads), else_=new["leads"])}
    return statement.on_conflict_do_update(index_elements=list(PROVENANCE.primary_key), set_=changed)


@dataclass(frozen=True)
class _EditionContent:
    content: dict[str, Any]
    content_sha256: str


async def _newest_edition(session: AsyncSession, document_id: UUID, lang: str) -> _EditionContent | None:
    """The working edition, or else the public one."""
    query = (
        select(EDITION.c.content, EDITION.c.content_sha256)
        .where(
            EDITION.c.document_id == document_id,
            EDITION.c.lang == lang,
            EDITION.c.state.in_([*WORKING_STATES, "published"]),
        )
        .order_by(EDITION.c.number.desc())
    )
    row = (await session.execute(query.limit(1))).mappings().one_or_none()
    return None if row is None else _EditionContent(**row)


async def _is_led(session: AsyncSession, document_id: UUID, lang: str) -> bool:
    leads = exists().where(PROVENANCE.c.document_id == document_id, PROVENANCE.c.lang == lang, PROVENANCE.c.leads)
    return bool((await session.execute(select(leads))).scalar_one())
