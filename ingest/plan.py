"""What the hub already holds of a batch and what each item therefore asks for: one question, pure answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, String, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from hub.domain.lifecycle import PUBLISHABLE_STATES, WORKING_STATES, DocumentState, EditionState
from ingest.dedup import gone_reason
from ingest.records import ImportItem, Reason, RejectionCode, record_digest

_WORKING = ", ".join(f"'{state}'" for state in sorted(WORKING_STATES))

# The provenance decides which document a source id means, if need be that of another language; without one, the id
# that the item brings.
_EXISTING = text(
    f"""
    SELECT asked.document_id AS wanted, coalesce(p.document_id, other.document_id) AS known,
           p.content_sha256 AS from_source, p.leads,
           d.id AS document_id, d.kind, d.owner, d.state,
           w.id AS working_id, w.state AS working_state, w.content_sha256 AS working_sha, w.change_note AS working_note,
           l.id AS live_id, l.state AS live_state, l.content_sha256 AS live_sha, l.change_note AS live_note
    FROM unnest(:ids, :sources, :source_ids, :langs)
         WITH ORDINALITY AS asked (document_id, source, source_id, lang, place)
    LEFT JOIN provenance p ON p.source = asked.source AND p.source_id = asked.source_id AND p.lang = asked.lang
    LEFT JOIN LATERAL (
        SELECT o.document_id FROM provenance o
        WHERE p.document_id IS NULL AND o.source = asked.source AND o.source_id = asked.source_id LIMIT 1
    ) other ON true
    LEFT JOIN document d ON d.id = coalesce(p.document_id, other.document_id, asked.document_id)
    LEFT JOIN edition w ON w.document_id = d.id AND w.lang = asked.lang AND w.state IN ({_WORKING})
    LEFT JOIN edition l ON l.document_id = d.id AND l.lang = asked.lang AND l.state = 'published'
    ORDER BY asked.place
    """  # noqa: S608 - only the states of the lifecycle are put in
).bindparams(
    bindparam("ids", type_=ARRAY(Uuid())),
    bindparam("sources", type_=ARRAY(String())),
    bindparam("source_ids", type_=ARRAY(String())),
    bindparam("langs", type_=ARRAY(String())),
)


@dataclass(frozen=True)
class ExistingEdition:
    """An edition as far as an import needs to know it."""

    id: int
    state: str
    digest: str


@dataclass(frozen=True)
class ExistingRecord:
    """What the hub holds of one source id and language: provenance, document, working and live edition."""

    document_id: UUID
    delivered_digest: str | None = None
    """Digest of what this source delivered last; None when it never delivered this."""
    leads: bool = True
    """Whether what this source delivers becomes editions; else it only joins what another source leads."""
    kind: str | None = None
    """None when there is no such document."""
    owner: str | None = None
    state: str | None = None
    working: ExistingEdition | None = None
    live: ExistingEdition | None = None


class PlannedAction(StrEnum):
    """What an item asks for.

    `adopt`: the hub has exactly this from elsewhere, and only the provenance is new. `attach`: it is a document that
    the hub has from elsewhere in other words; what the source says otherwise is kept, and the document stays as it is.
    """

    nothing = "nothing"
    create = "create"
    change = "change"
    publish = "publish"
    adopt = "adopt"
    attach = "attach"


async def load_existing(session: AsyncSession, items: Sequence[ImportItem]) -> list[ExistingRecord]:
    """The state of each item, in their order, by one statement."""
    asked = {
        "ids": [item.document_id for item in items],
        "sources": [item.source for item in items],
        "source_ids": [item.source_id for item in items],
        "langs": [item.lang for item in items],
    }
    return [_existing_record(row) for row in (await session.execute(_EXISTING, asked)).all()]


def _existing_record(row: Row[Any]) -> ExistingRecord:
    return ExistingRecord(
        document_id=row.known or row.wanted,
        delivered_digest=row.from_source,
        leads=row.leads is not False,
        kind=row.kind,
        owner=row.owner,
        state=row.state,
        working=_edition(row.working_id, row.working_state, row.working_sha, row.working_note),
        live=_edition(row.live_id, row.live_state, row.live_sha, row.live_note),
    )


def _edition(edition_id: int | None, state: str, sha: str, note: str | None) -> ExistingEdition | None:
    return None if edition_id is None else ExistingEdition(edition_id, state, record_digest(sha, note))


def plan(
    item: ImportItem, existing: ExistingRecord, *, publish: bool, is_match: bool = False
) -> PlannedAction | Reason:
    """What to do with an item, or why it is refused. What people did in the hub is never overwritten.

    `same`: the source is new for this document, which was found to be the item's.
    """
    if is_match or not existing.leads:
        return _plan_join(item, existing)
    reason = _identity_mismatch(item, existing)
    if reason is not None:
        return reason
    action = (
        _plan_first_delivery(item, existing)
        if existing.delivered_digest is None
        else _plan_redelivery(item, existing, publish=publish)
    )
    if isinstance(action, Reason) or action in (PlannedAction.nothing, PlannedAction.adopt, PlannedAction.publish):
        return action
    if item.duplicate_of_line is not None:
        return _duplicate_reason(item.duplicate_of_line)
    if existing.kind is not None and existing.state not in PUBLISHABLE_STATES:
        return _final_state_reason(existing)
    if publish and existing.state == DocumentState.withdrawn:
        detail = "The document was withdrawn; an import does not bring it back."
        return Reason(RejectionCode.not_publishable, detail, "state", "import without --publish, then review")
    return action


def _plan_join(item: ImportItem, known: ExistingRecord) -> PlannedAction | Reason:
    if known.delivered_digest == item.digest:
        return PlannedAction.nothing
    if known.delivered_digest is None and _has_same_content(item, known):
        return PlannedAction.adopt
    if item.duplicate_of_line is not None:
        return _duplicate_reason(item.duplicate_of_line)
    return (
        _final_state_reason(known)
        if known.state in (DocumentState.gone, DocumentState.redirected)
        else PlannedAction.attach
    )


def _duplicate_reason(line: int) -> Reason:
    detail = f"Line {line} has the same source_id and language with other content; that one was taken."
    return Reason(RejectionCode.duplicate_source_id, detail, "source_id", "each source_id once for a language")


def _final_state_reason(known: ExistingRecord) -> Reason:
    if known.state == DocumentState.gone:
        return gone_reason(known.document_id)
    return Reason(RejectionCode.not_publishable, f"The document is {known.state}; that is final.", "state")


def _identity_mismatch(item: ImportItem, known: ExistingRecord) -> Reason | None:
    if item.id_is_given and known.document_id != item.document_id:
        detail = f"This source_id already means the document {known.document_id}."
        return Reason(RejectionCode.other_document, detail, "id", str(known.document_id))
    if known.kind is None:
        return None
    if known.kind != item.kind:
        detail = f"The document {known.document_id} is a {known.kind}; its kind never changes."
        return Reason(RejectionCode.other_kind, detail, "kind", known.kind)
    if known.owner != item.owner:
        detail = f"The document {known.document_id} belongs to {known.owner}."
        return Reason(RejectionCode.owned_by_another, detail, "agency", known.owner)
    return None


def _plan_first_delivery(item: ImportItem, known: ExistingRecord) -> PlannedAction | Reason:
    if _has_same_content(item, known):
        return PlannedAction.adopt
    if known.working is not None or known.live is not None:
        detail = f"The hub holds the document {known.document_id} in this language from elsewhere, with other content."
        return Reason(RejectionCode.held_from_elsewhere, detail, "source_id", "an editor's decision between the two")
    return PlannedAction.create


def _has_same_content(item: ImportItem, known: ExistingRecord) -> bool:
    return item.digest in [edition.digest for edition in (known.working, known.live) if edition is not None]


def _plan_redelivery(item: ImportItem, known: ExistingRecord, *, publish: bool) -> PlannedAction | Reason:
    working, live = known.working, known.live
    if known.delivered_digest == item.digest:
        ready = working is not None and working.state == EditionState.drafting and working.digest == item.digest
        may = known.state in (DocumentState.unpublished, DocumentState.live)
        return PlannedAction.publish if publish and ready and may else PlannedAction.nothing
    if working is not None and (working.state != EditionState.drafting or working.digest != known.delivered_digest):
        return _edit_conflict(known, "finish or discard the working edition first")
    if working is None and live is not None and live.digest != known.delivered_digest and publish:
        return _edit_conflict(known, "import without --publish, then review")
    return PlannedAction.change


def _edit_conflict(known: ExistingRecord, expected: str) -> Reason:
    detail = f"The document {known.document_id} was edited in the hub since this source last delivered it."
    return Reason(RejectionCode.edited_in_hub, detail, None, expected)
