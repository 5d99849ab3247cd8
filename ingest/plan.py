"""The plan for an incoming record: from the record and the hub's state of it, an action or a reason for rejection.

Pure. Both ways into the hub are planned here: `IMPORT_POLICY` for files that an operator imports, `SOURCE_POLICY` for
what sources deliver. A policy is a list of rules; the first rule that returns something decides. No rule overwrites
what people did in the hub: digests tell whose work an edition is (docs/decisions/069, 088).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from hub.domain.lifecycle import PUBLISHABLE_STATES, DocumentState, EditionState
from hub.problem_texts.templates import as_words, fill
from ingest.dedup import gone_reason
from ingest.existing import ExistingRecord
from ingest.records import ImportItem, Reason, RejectionCode

_UNREVIEWED_STATES = (EditionState.drafting, EditionState.in_review)
"""States in which a source's own working edition may be replaced: nobody has approved it yet."""


class PlannedAction(StrEnum):
    """The action that a record leads to."""

    nothing = "nothing"
    create = "create"
    change = "change"
    publish = "publish"
    """The hub has the record as a draft, and the import is to publish."""
    adopt = "adopt"
    """The hub has exactly this content from elsewhere; only the provenance is new."""
    attach = "attach"
    """The hub has the document from elsewhere in other words: what this source says differently is kept as claims, and
    the document stays as it is."""


@dataclass(frozen=True)
class PlanInput:
    """A record, with all that the rules look at."""

    item: ImportItem
    existing: ExistingRecord
    publish: bool
    """True when the record may become public without an editor."""

    @property
    def is_redelivery(self) -> bool:
        """True when the source has delivered this record before."""
        return self.existing.delivered_digest is not None

    @property
    def is_unchanged(self) -> bool:
        """True when the source's last delivery was the same."""
        return self.existing.delivered_digest in self.item.digests

    @property
    def has_same_content(self) -> bool:
        """True when an edition of the hub has the record's content."""
        return any(edition.digest in self.item.digests for edition in self.existing.editions)


Rule = Callable[[PlanInput], PlannedAction | Reason | None]


@dataclass(frozen=True)
class PlanPolicy:
    """The rules of one way into the hub, in the order in which they apply. The last one always decides."""

    leading: tuple[Rule, ...]
    """For a source whose deliveries become editions of the document."""
    joining: tuple[Rule, ...]
    """For a source that joins a document which another source leads or an editor wrote."""


def plan(
    item: ImportItem, existing: ExistingRecord, policy: PlanPolicy, *, publish: bool, is_match: bool = False
) -> PlannedAction | Reason:
    """Plan the action for an item, or return the reason for its rejection.

    `is_match`: deduplication found that the item is this document, and its source is new for it.
    """
    given = PlanInput(item, existing, publish)
    rules = policy.joining if is_match or not existing.leads else policy.leading
    for rule in rules:
        decision = rule(given)
        if decision is not None:
            return decision
    raise AssertionError("the last rule of a policy always decides")


def _ignore_unchanged(given: PlanInput) -> PlannedAction | None:
    return PlannedAction.nothing if given.is_unchanged else None


def _publish_draft(given: PlanInput) -> PlannedAction | None:
    """Publish the draft that an earlier import without `--publish` made of the same record."""
    working = given.existing.working
    if not given.is_unchanged or not given.publish or given.existing.state not in PUBLISHABLE_STATES:
        return None
    is_draft = working is not None and working.state == EditionState.drafting and working.digest in given.item.digests
    return PlannedAction.publish if is_draft else None


def _adopt(given: PlanInput) -> PlannedAction | None:
    return PlannedAction.adopt if given.has_same_content else None


def _adopt_new(given: PlanInput) -> PlannedAction | None:
    return None if given.is_redelivery else _adopt(given)


def _attach(_: PlanInput) -> PlannedAction:
    return PlannedAction.attach


def _create(given: PlanInput) -> PlannedAction | None:
    """Create a document that the hub does not have."""
    return PlannedAction.create if given.existing.kind is None else None


def _create_undelivered(given: PlanInput) -> PlannedAction | None:
    """Create what no source has delivered: a document, or an existing document's first edition in this language."""
    return None if given.is_redelivery else PlannedAction.create


def _change(_: PlanInput) -> PlannedAction:
    return PlannedAction.change


def _reject_other_document(given: PlanInput) -> Reason | None:
    known = given.existing.document_id
    if not given.item.id_is_given or known == given.item.document_id:
        return None
    return Reason(
        RejectionCode.other_document,
        fill("This source_id already means the document {known}.", known=known),
        "id",
        str(known),
    )


def _reject_other_kind(given: PlanInput) -> Reason | None:
    known = given.existing
    if known.kind is None or known.kind == given.item.kind:
        return None
    detail = fill("The document {id} is a {kind}; its kind never changes.", id=known.document_id, kind=known.kind)
    return Reason(RejectionCode.other_kind, detail, "kind", known.kind)


def _reject_other_owner(given: PlanInput) -> Reason | None:
    known = given.existing
    if known.kind is None or known.owner == given.item.owner:
        return None
    detail = fill("The document {id} belongs to {owner}.", id=known.document_id, owner=known.owner)
    return Reason(RejectionCode.owned_by_another, detail, "agency", known.owner)


def _reject_held_from_elsewhere(given: PlanInput) -> Reason | None:
    """Reject a first delivery where the hub has this language of the document already, with other content."""
    known = given.existing
    if given.is_redelivery or not known.editions:
        return None
    detail = fill(
        "The hub holds the document {id} in this language from elsewhere, with other content.", id=known.document_id
    )
    return Reason(
        RejectionCode.held_from_elsewhere, detail, "source_id", as_words("an editor's decision between the two")
    )


def _reject_duplicate_line(given: PlanInput) -> Reason | None:
    line = given.item.duplicate_of_line
    if line is None:
        return None
    detail = fill("Line {line} has the same source_id and language with other content; that one was taken.", line=line)
    return Reason(
        RejectionCode.duplicate_source_id, detail, "source_id", as_words("each source_id once for a language")
    )


def _reject_gone(given: PlanInput) -> Reason | None:
    return gone_reason(given.existing.document_id) if given.existing.state == DocumentState.gone else None


def _reject_final(given: PlanInput) -> Reason | None:
    """Reject what joins a document that is gone or redirected."""
    known = given.existing
    if known.state not in (DocumentState.gone, DocumentState.redirected):
        return None
    return _reject_gone(given) or _final_state_reason(known)


def _reject_unpublishable(given: PlanInput) -> Reason | None:
    """Reject a change of a document that is gone, redirected or withdrawn."""
    known = given.existing
    if known.kind is None or known.state in PUBLISHABLE_STATES:
        return None
    return _reject_gone(given) or _final_state_reason(known)


def _final_state_reason(known: ExistingRecord) -> Reason:
    return Reason(
        RejectionCode.not_publishable, fill("The document is {state}; that is final.", state=known.state), "state"
    )


def _reject_revival(given: PlanInput) -> Reason | None:
    """Reject what would bring back a redirected document, or make a withdrawn one public."""
    known = given.existing
    is_final = known.state == DocumentState.redirected or (given.publish and known.state == DocumentState.withdrawn)
    if not is_final:
        return None
    detail = fill(
        "The document {id} is {state}; a source does not bring it back.", id=known.document_id, state=known.state
    )
    return Reason(RejectionCode.not_publishable, detail, "state", as_words("an editor's decision"))


def _reject_edited_since_import(given: PlanInput) -> Reason | None:
    """Reject a changed record where an edition is not the source's last delivery as an untouched draft."""
    known = given.existing
    working, live = known.working, known.live
    expected = None
    if working is not None:
        if working.state != EditionState.drafting or working.digest != known.delivered_digest:
            expected = as_words("finish or discard the working edition first")
    elif live is not None and live.digest != known.delivered_digest and given.publish:
        expected = as_words("import without --publish, then review")
    if expected is None:
        return None
    return Reason(RejectionCode.edited_in_hub, _edited_detail(known), None, expected)


def _reject_edited_since_delivery(given: PlanInput) -> Reason | None:
    """Reject a changed delivery where an editor worked on the document since the source's last one."""
    known = given.existing
    working, live = known.working, known.live
    if working is not None:
        if working.state in _UNREVIEWED_STATES and working.digest == known.delivered_digest:
            return None
        detail = fill("An editor works on the document {id} ({state}).", id=known.document_id, state=working.state)
        return Reason(
            RejectionCode.edited_in_hub, detail, None, as_words("publish or discard the working edition, then retry")
        )
    if live is None or live.digest == known.delivered_digest:
        return None
    return Reason(
        RejectionCode.edited_in_hub, _edited_detail(known), None, as_words("an editor's decision between the two")
    )


def _edited_detail(known: ExistingRecord) -> str:
    return fill("The document {id} was edited in the hub since this source last delivered it.", id=known.document_id)


IMPORT_POLICY = PlanPolicy(
    leading=(
        _reject_other_document,
        _reject_other_kind,
        _reject_other_owner,
        _adopt_new,
        _reject_held_from_elsewhere,
        _publish_draft,
        _ignore_unchanged,
        _reject_edited_since_import,
        _reject_duplicate_line,
        _reject_unpublishable,
        _create_undelivered,
        _change,
    ),
    joining=(_ignore_unchanged, _adopt_new, _reject_duplicate_line, _reject_final, _attach),
)
"""Files that an operator imports. They are loaded as drafts, or public at once with `--publish`."""

SOURCE_POLICY = PlanPolicy(
    leading=(
        _create,
        _ignore_unchanged,
        _reject_other_kind,
        _reject_other_owner,
        _adopt,
        _reject_gone,
        _reject_revival,
        _reject_edited_since_delivery,
        _change,
    ),
    joining=(_ignore_unchanged, _attach),
)
"""Deliveries of sources. They wait for review, or are public at once when the source is trusted (`publish`)."""
