"""What a delivery asks for, given what the hub holds, pure. What people did in the hub is never overwritten."""

from enum import StrEnum

from hub.domain.lifecycle import DocumentState, EditionState
from ingest.dedup import gone_reason
from ingest.plan import Held
from ingest.records import Item, Reason, Why

_OURS = (EditionState.drafting, EditionState.in_review)
"""States in which a working edition that a source wrote may be written anew: nobody has approved it yet."""


class Step(StrEnum):
    """What is done with a delivery. `adopt`: the hub has exactly this, and only where it came from is new."""

    nothing = "nothing"
    adopt = "adopt"
    create = "create"
    change = "change"


def decide(item: Item, known: Held, *, publish: bool) -> Step | Reason:
    """What to do, or why it is set aside."""
    if known.kind is None:
        return Step.create
    if known.from_source == item.digest:
        return Step.nothing
    if known.kind != item.kind:
        detail = f"The document {known.document_id} is a {known.kind}; its kind never changes."
        return Reason(Why.other_kind, detail, "kind", known.kind)
    if known.owner != item.owner:
        detail = f"The document {known.document_id} belongs to {known.owner}."
        return Reason(Why.owned_by_another, detail, "agency", known.owner)
    if any(edition.digest == item.digest for edition in (known.working, known.live) if edition is not None):
        return Step.adopt
    if known.state == DocumentState.gone:
        return gone_reason(known.document_id)
    if known.state == DocumentState.redirected or (publish and known.state == DocumentState.withdrawn):
        detail = f"The document {known.document_id} is {known.state}; a source does not bring it back."
        return Reason(Why.not_publishable, detail, "state", "an editor's decision")
    return _edited(known) or Step.change


def _edited(known: Held) -> Reason | None:
    """Why an editor has to decide first, if somebody worked on the document since the source last delivered it."""
    working, live = known.working, known.live
    if working is not None:
        if working.state not in _OURS or working.digest != known.from_source:
            detail = f"An editor works on the document {known.document_id} ({working.state})."
            return Reason(Why.edited_in_hub, detail, None, "publish or discard the working edition, then retry")
    elif live is not None and live.digest != known.from_source:
        detail = f"The document {known.document_id} was edited in the hub since this source last delivered it."
        return Reason(Why.edited_in_hub, detail, None, "an editor's decision between the two")
    return None
