"""The two small state machines and the matrix of public surfaces, as pure tables.

An edition (phiên bản) is worked on, then published, then superseded. A document (tài liệu) is what the public may
know of it. `SHOWS` says what each public surface shows in each document state; code and tests read it.
"""

from enum import StrEnum

from hub.errors import TransitionConflict


class EditionState(StrEnum):
    """drafting (soạn thảo) → in_review (chờ duyệt) → approved (đã duyệt) → scheduled → published → superseded."""

    drafting = "drafting"
    in_review = "in_review"
    approved = "approved"
    scheduled = "scheduled"
    published = "published"
    superseded = "superseded"
    discarded = "discarded"


class DocumentState(StrEnum):
    """unpublished / live / withdrawn (thu hồi, readable with the reason) / gone (410) / redirected."""

    unpublished = "unpublished"
    live = "live"
    withdrawn = "withdrawn"
    gone = "gone"
    redirected = "redirected"


class Verb(StrEnum):
    """What can be done to an edition."""

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
    # An import that the operator started with --publish: the operator's command is the decision.
    Verb.publish_trusted: (frozenset({EditionState.drafting}), EditionState.published),
    Verb.supersede: (frozenset({EditionState.published}), EditionState.superseded),
    Verb.discard: (WORKING_STATES, EditionState.discarded),
}

PUBLISHABLE_STATES = frozenset({DocumentState.unpublished, DocumentState.live})
"""Documents whose edition may be made public; a withdrawn one is restored first, gone and redirected ones are final."""


class DocumentVerb(StrEnum):
    """What can be done to a document that was public."""

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
    """The state after a verb, or `TransitionConflict` naming the states it starts from."""
    allowed, after = DOCUMENT_TRANSITIONS[verb]
    if state not in allowed:
        raise TransitionConflict(
            f"A document that is {state} cannot be given the step {verb}.",
            field="state",
            expected=" or ".join(sorted(allowed)),
        )
    return after


def next_edition_state(verb: Verb, state: EditionState) -> EditionState:
    """The state after a verb, or `TransitionConflict` naming the states it starts from."""
    allowed, after = EDITION_TRANSITIONS[verb]
    if state not in allowed:
        raise TransitionConflict(
            f"An edition that is {state} cannot be given the step {verb}.",
            field="state",
            expected=" or ".join(sorted(allowed)),
        )
    return after


class Surface(StrEnum):
    """Where the public can meet a document."""

    detail = "detail"
    list = "list"
    search = "search"
    feed = "feed"
    changes = "changes"
    node = "node"
    as_of = "as_of"
    file = "file"
    copy = "copy"
    """What an offline copy holds: the snapshot, and changes with their views."""


class Visibility(StrEnum):
    """What a surface shows: the text, the text with the reason, only the fact, a pointer elsewhere, or nothing."""

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
