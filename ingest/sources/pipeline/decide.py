"""What a delivery asks for, given what the hub holds, pure. What people did in the hub is never overwritten."""

from enum import StrEnum

from hub.domain.lifecycle import DocumentState, EditionState
from ingest.dedup import gone_reason
from ingest.plan import ExistingRecord
from ingest.records import ImportItem, Reason, RejectionCode

_REWRITABLE_STATES = (EditionState.drafting, EditionState.in_review)
"""States in which a working edition that a source wrote may be written anew: nobody has approved it yet."""


class PlannedAction(StrEnum):
    """What is done with a delivery. `adopt`: the hub has exactly this, and only where it came from is new."""

    nothing = "nothing"
    adopt = "adopt"
    create = "create"
    change = "change"


def plan(item: ImportItem, existing: ExistingRecord, *, publish: bool) -> PlannedAction | Reason:
    """What to do, or why it is set aside."""
    if existing.kind is None:
        return PlannedAction.create
    if existing.delivered_digest == item.digest:
        return PlannedAction.nothing
    if existing.kind != item.kind:
        detail = f"The document {existing.document_id} is a {existing.kind}; its kind never changes."
        return Reason(RejectionCode.other_kind, detail, "kind", existing.kind)
    if existing.owner != item.owner:
        detail = f"The document {existing.document_id} belongs to {existing.owner}."
        return Reason(RejectionCode.owned_by_another, detail, "agency", existing.owner)
    if any(edition.digest == item.digest for edition in (existing.working, existing.live) if edition is not None):
        return PlannedAction.adopt
    if existing.state == DocumentState.gone:
        return gone_reason(existing.document_id)
    if existing.state == DocumentState.redirected or (publish and existing.state == DocumentState.withdrawn):
        detail = f"The document {existing.document_id} is {existing.state}; a source does not bring it back."
        return Reason(RejectionCode.not_publishable, detail, "state", "an editor's decision")
    return _edit_conflict(existing) or PlannedAction.change


def _edit_conflict(known: ExistingRecord) -> Reason | None:
    """Why an editor has to decide first, if somebody worked on the document since the source last delivered it."""
    working, live = known.working, known.live
    if working is not None:
        if working.state not in _REWRITABLE_STATES or working.digest != known.delivered_digest:
            detail = f"An editor works on the document {known.document_id} ({working.state})."
            return Reason(
                RejectionCode.edited_in_hub, detail, None, "publish or discard the working edition, then retry"
            )
    elif live is not None and live.digest != known.delivered_digest:
        detail = f"The document {known.document_id} was edited in the hub since this source last delivered it."
        return Reason(RejectionCode.edited_in_hub, detail, None, "an editor's decision between the two")
    return None
