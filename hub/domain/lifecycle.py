"""Two state machines and the visibility matrix, as pure tables.

An edition (phiên bản) is edited, then published, then superseded. The state of the document (tài liệu) decides what the
public may see of it: `SHOWS` lists what each public surface shows in each document state; code and tests read it.
"""

from enum import StrEnum

from hub.errors import TransitionConflict
from hub.problem_texts.templates import fill, one_of


class EditionState(StrEnum):
    """State of an edition (trạng thái phiên bản).

    drafting (soạn thảo) → in_review (chờ duyệt) → approved (đã duyệt) → scheduled → published → superseded.
    """

    drafting = "drafting"
    in_review = "in_review"
    approved = "approved"
    scheduled = "scheduled"
    published = "published"
    superseded = "superseded"
    discarded = "discarded"


class DocumentState(StrEnum):
    """State of a document: unpublished, live, withdrawn (thu hồi, readable with the reason), gone (410), redirected."""

    unpublished = "unpublished"
    live = "live"
    withdrawn = "withdrawn"
    gone = "gone"
    redirected = "redirected"


class Verb(StrEnum):
    """Action on an edition."""

    save = "save"
    submit = "submit"
    send_back = "return"
    approve = "approve"
    schedule = "schedule"
    publish = "publish"
    publish_trusted = "publish_trusted"
    supersede = "supersede"
    discard = "discard"


WORKING_STATES = frozenset(
    {EditionState.drafting, EditionState.in_review, EditionState.approved, EditionState.scheduled}
)

EDITION_TRANSITIONS: dict[Verb, tuple[frozenset[EditionState], EditionState]] = {
    Verb.save: (frozenset({EditionState.drafting}), EditionState.drafting),
    Verb.submit: (frozenset({EditionState.drafting}), EditionState.in_review),
    Verb.send_back: (frozenset(WORKING_STATES - {EditionState.drafting}), EditionState.drafting),
    Verb.approve: (frozenset({EditionState.in_review}), EditionState.approved),
    Verb.schedule: (frozenset({EditionState.approved, EditionState.scheduled}), EditionState.scheduled),
    Verb.publish: (frozenset({EditionState.approved, EditionState.scheduled}), EditionState.published),
    # An import started with --publish: the operator's command replaces the review.
    Verb.publish_trusted: (frozenset({EditionState.drafting}), EditionState.published),
    Verb.supersede: (frozenset({EditionState.published}), EditionState.superseded),
    Verb.discard: (WORKING_STATES, EditionState.discarded),
}

PUBLISHABLE_STATES = frozenset({DocumentState.unpublished, DocumentState.live})
"""Document states in which an edition may be published. A withdrawn document must be restored first; gone and
redirected ones are final."""


class DocumentVerb(StrEnum):
    """Action on a document that was public."""

    withdraw = "withdraw"
    restore = "restore"
    redirect = "redirect"
    gone = "gone"


DOCUMENT_TRANSITIONS: dict[DocumentVerb, tuple[frozenset[DocumentState], DocumentState]] = {
    DocumentVerb.withdraw: (frozenset({DocumentState.live}), DocumentState.withdrawn),
    DocumentVerb.restore: (frozenset({DocumentState.withdrawn}), DocumentState.live),
    DocumentVerb.redirect: (frozenset({DocumentState.live, DocumentState.withdrawn}), DocumentState.redirected),
    DocumentVerb.gone: (
        frozenset({DocumentState.live, DocumentState.withdrawn, DocumentState.redirected}),
        DocumentState.gone,
    ),
}


def next_document_state(verb: DocumentVerb, state: DocumentState) -> DocumentState:
    """Return the state after an action. Raises `TransitionConflict` with the states that allow the action."""
    allowed, after = DOCUMENT_TRANSITIONS[verb]
    if state not in allowed:
        raise TransitionConflict(
            fill("The action `{verb}` is not allowed: the document is {state}.", verb=verb, state=state),
            field="state",
            expected=one_of(sorted(allowed)),
        )
    return after


def next_edition_state(verb: Verb, state: EditionState) -> EditionState:
    """Return the state after an action. Raises `TransitionConflict` with the states that allow the action."""
    allowed, after = EDITION_TRANSITIONS[verb]
    if state not in allowed:
        raise TransitionConflict(
            fill("The action `{verb}` is not allowed: the edition is {state}.", verb=verb, state=state),
            field="state",
            expected=one_of(sorted(allowed)),
        )
    return after


class Surface(StrEnum):
    """Public surface that can show a document."""

    detail = "detail"
    list = "list"
    search = "search"
    feed = "feed"
    changes = "changes"
    node = "node"
    as_of = "as_of"
    file = "file"
    copy = "copy"
    """Offline copies: the snapshot, and changes with their views."""


class Visibility(StrEnum):
    """Content of a surface: the text, the text with the reason, only the fact, a pointer elsewhere, or nothing."""

    text = "text"
    text_with_reason = "text_with_reason"
    fact = "fact"
    pointer = "pointer"
    nothing = "nothing"


_NOTHING = dict.fromkeys(Surface, Visibility.nothing)

SHOWS: dict[DocumentState, dict[Surface, Visibility]] = {
    DocumentState.unpublished: _NOTHING,
    DocumentState.live: dict.fromkeys(Surface, Visibility.text) | {Surface.changes: Visibility.fact},
    DocumentState.withdrawn: _NOTHING
    | {
        Surface.detail: Visibility.text_with_reason,
        Surface.node: Visibility.text_with_reason,
        Surface.as_of: Visibility.text,
        Surface.file: Visibility.text,
        Surface.copy: Visibility.text_with_reason,
        Surface.feed: Visibility.fact,
        Surface.changes: Visibility.fact,
    },
    DocumentState.gone: _NOTHING
    | {
        Surface.detail: Visibility.fact,
        Surface.node: Visibility.fact,
        Surface.feed: Visibility.fact,
        Surface.changes: Visibility.fact,
    },
    DocumentState.redirected: _NOTHING
    | {
        Surface.detail: Visibility.pointer,
        Surface.node: Visibility.pointer,
        Surface.feed: Visibility.fact,
        Surface.changes: Visibility.fact,
    },
}
