"""The hub's present state of the records in a batch, loaded by one statement before `ingest.plan` decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import String, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.checked_content import record_digest
from hub.domain.lifecycle import WORKING_STATES
from ingest.records import ImportItem

_WORKING = ", ".join(f"'{state}'" for state in sorted(WORKING_STATES))

# The provenance decides which document a source id means, if need be that of another language; without one, the id
# that the item itself has.
_EXISTING = text(
    f"""
    SELECT requested.document_id AS requested_id, coalesce(p.document_id, other.document_id) AS provenance_id,
           p.content_sha256 AS delivered_digest, p.leads,
           d.kind, d.owner, d.state,
           w.id AS working_id, w.state AS working_state, w.content_sha256 AS working_sha, w.change_note AS working_note,
           l.id AS live_id, l.state AS live_state, l.content_sha256 AS live_sha, l.change_note AS live_note
    FROM unnest(:ids, :sources, :source_ids, :langs)
         WITH ORDINALITY AS requested (document_id, source, source_id, lang, position)
    LEFT JOIN provenance p
        ON p.source = requested.source AND p.source_id = requested.source_id AND p.lang = requested.lang
    LEFT JOIN LATERAL (
        SELECT o.document_id FROM provenance o
        WHERE p.document_id IS NULL AND o.source = requested.source AND o.source_id = requested.source_id LIMIT 1
    ) other ON true
    LEFT JOIN document d ON d.id = coalesce(p.document_id, other.document_id, requested.document_id)
    LEFT JOIN edition w ON w.document_id = d.id AND w.lang = requested.lang AND w.state IN ({_WORKING})
    LEFT JOIN edition l ON l.document_id = d.id AND l.lang = requested.lang AND l.state = 'published'
    ORDER BY requested.position
    """  # noqa: S608 - only the states of the lifecycle are put in
).bindparams(
    bindparam("ids", type_=ARRAY(Uuid())),
    bindparam("sources", type_=ARRAY(String())),
    bindparam("source_ids", type_=ARRAY(String())),
    bindparam("langs", type_=ARRAY(String())),
)


@dataclass(frozen=True)
class ExistingEdition:
    """An edition, with what `ingest.plan` compares."""

    id: int
    state: str
    digest: str


@dataclass(frozen=True)
class ExistingRecord:
    """The provenance, document, working edition and live edition of one source id in one language."""

    document_id: UUID
    delivered_digest: str | None = None
    """Digest of the source's last delivery; None when it never delivered this record."""
    leads: bool = True
    """True when the source's deliveries become editions; False when another source leads and this one only joins."""
    kind: str | None = None
    """None when there is no such document."""
    owner: str | None = None
    state: str | None = None
    working: ExistingEdition | None = None
    live: ExistingEdition | None = None

    @property
    def editions(self) -> tuple[ExistingEdition, ...]:
        """The working and the live edition, as far as there are any."""
        return tuple(edition for edition in (self.working, self.live) if edition is not None)


async def load(session: AsyncSession, items: Sequence[ImportItem]) -> list[ExistingRecord]:
    """Load what the hub has of each item, in the order of the items, by one statement."""
    parameters = {
        "ids": [item.document_id for item in items],
        "sources": [item.source for item in items],
        "source_ids": [item.source_id for item in items],
        "langs": [item.lang for item in items],
    }
    return [
        ExistingRecord(
            document_id=row.provenance_id or row.requested_id,
            delivered_digest=row.delivered_digest,
            leads=row.leads is not False,
            kind=row.kind,
            owner=row.owner,
            state=row.state,
            working=_edition(row.working_id, row.working_state, row.working_sha, row.working_note),
            live=_edition(row.live_id, row.live_state, row.live_sha, row.live_note),
        )
        for row in (await session.execute(_EXISTING, parameters)).all()
    ]


def _edition(edition_id: int | None, state: str, sha: str, note: str | None) -> ExistingEdition | None:
    return None if edition_id is None else ExistingEdition(edition_id, state, record_digest(sha, note))
