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
from ingest.records import Item, Reason, Why, record_digest

_WORKING = ", ".join(f"'{state}'" for state in sorted(WORKING_STATES))

# The provenance decides which document a source id means, if need be that of another language; without one, the id
# that the item brings.
_HELD = text(
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
class HeldEdition:
    """An edition as far as an import needs to know it."""

    id: int
    state: str
    digest: str


@dataclass(frozen=True)
class Held:
    """What the hub holds of one source id and language: provenance, document, working and live edition."""

    document_id: UUID
    from_source: str | None = None
    """Digest of what this source delivered last; None when it never delivered this."""
    leads: bool = True
    """Whether what this source delivers becomes editions; else it only joins what another source leads."""
    kind: str | None = None
    """None when there is no such document."""
    owner: str | None = None
    state: str | None = None
    working: HeldEdition | None = None
    live: HeldEdition | None = None


class Action(StrEnum):
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


async def held(session: AsyncSession, items: Sequence[Item]) -> list[Held]:
    """The state of each item, in their order, by one statement."""
    asked = {
        "ids": [item.document_id for item in items],
        "sources": [item.source for item in items],
        "source_ids": [item.source_id for item in items],
        "langs": [item.lang for item in items],
    }
    return [_held(row) for row in (await session.execute(_HELD, asked)).all()]


def _held(row: Row[Any]) -> Held:
    return Held(
        document_id=row.known or row.wanted,
        from_source=row.from_source,
        leads=row.leads is not False,
        kind=row.kind,
        owner=row.owner,
        state=row.state,
        working=_edition(row.working_id, row.working_state, row.working_sha, row.working_note),
        live=_edition(row.live_id, row.live_state, row.live_sha, row.live_note),
    )


def _edition(edition_id: int | None, state: str, sha: str, note: str | None) -> HeldEdition | None:
    return None if edition_id is None else HeldEdition(edition_id, state, record_digest(sha, note))


def decide(item: Item, known: Held, *, publish: bool, same: bool = False) -> Action | Reason:
    """What to do with an item, or why it is refused. What people did in the hub is never overwritten.

    `same`: the source is new for this document, which was found to be the item's.
    """
    if same or not known.leads:
        return _joining(item, known)
    reason = _stranger(item, known)
    if reason is not None:
        return reason
    action = _first_time(item, known) if known.from_source is None else _again(item, known, publish=publish)
    if isinstance(action, Reason) or action in (Action.nothing, Action.adopt, Action.publish):
        return action
    if item.repeats is not None:
        return _repeated(item.repeats)
    if known.kind is not None and known.state not in PUBLISHABLE_STATES:
        return _final(known)
    if publish and known.state == DocumentState.withdrawn:
        detail = "The document was withdrawn; an import does not bring it back."
        return Reason(Why.not_publishable, detail, "state", "import without --publish, then review")
    return action


def _joining(item: Item, known: Held) -> Action | Reason:
    if known.from_source == item.digest:
        return Action.nothing
    if known.from_source is None and _holds(item, known):
        return Action.adopt
    if item.repeats is not None:
        return _repeated(item.repeats)
    return _final(known) if known.state in (DocumentState.gone, DocumentState.redirected) else Action.attach


def _repeated(line: int) -> Reason:
    detail = f"Line {line} has the same source_id and language with other content; that one was taken."
    return Reason(Why.duplicate_source_id, detail, "source_id", "each source_id once for a language")


def _final(known: Held) -> Reason:
    if known.state == DocumentState.gone:
        return gone_reason(known.document_id)
    return Reason(Why.not_publishable, f"The document is {known.state}; that is final.", "state")


def _stranger(item: Item, known: Held) -> Reason | None:
    if item.id_is_given and known.document_id != item.document_id:
        detail = f"This source_id already means the document {known.document_id}."
        return Reason(Why.other_document, detail, "id", str(known.document_id))
    if known.kind is None:
        return None
    if known.kind != item.kind:
        detail = f"The document {known.document_id} is a {known.kind}; its kind never changes."
        return Reason(Why.other_kind, detail, "kind", known.kind)
    if known.owner != item.owner:
        detail = f"The document {known.document_id} belongs to {known.owner}."
        return Reason(Why.owned_by_another, detail, "agency", known.owner)
    return None


def _first_time(item: Item, known: Held) -> Action | Reason:
    if _holds(item, known):
        return Action.adopt
    if known.working is not None or known.live is not None:
        detail = f"The hub holds the document {known.document_id} in this language from elsewhere, with other content."
        return Reason(Why.held_from_elsewhere, detail, "source_id", "an editor's decision between the two")
    return Action.create


def _holds(item: Item, known: Held) -> bool:
    return item.digest in [edition.digest for edition in (known.working, known.live) if edition is not None]


def _again(item: Item, known: Held, *, publish: bool) -> Action | Reason:
    working, live = known.working, known.live
    if known.from_source == item.digest:
        ready = working is not None and working.state == EditionState.drafting and working.digest == item.digest
        may = known.state in (DocumentState.unpublished, DocumentState.live)
        return Action.publish if publish and ready and may else Action.nothing
    if working is not None and (working.state != EditionState.drafting or working.digest != known.from_source):
        return _edited(known, "finish or discard the working edition first")
    if working is None and live is not None and live.digest != known.from_source and publish:
        return _edited(known, "import without --publish, then review")
    return Action.change


def _edited(known: Held, expected: str) -> Reason:
    detail = f"The document {known.document_id} was edited in the hub since this source last delivered it."
    return Reason(Why.edited_in_hub, detail, None, expected)
