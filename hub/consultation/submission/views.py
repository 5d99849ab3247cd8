"""Comments as everybody reads them, and as their authors do."""

from uuid import UUID

from pydantic import BaseModel, Field

from hub.consultation.answers.models import AnswerOutcome
from hub.consultation.campaigns.views import AuthorKindCount, CommentGroupRef
from hub.consultation.carryover.views import CommentPlaceView, PlacedQuoteView
from hub.consultation.comments.file_views import CommentFileView
from hub.consultation.comments.models import AuthorKind, AuthorShown, CommentState, HoldReason, Stance
from hub.domain.scalars import DerivedMoment, Moment
from hub.domain.types import View

_DRAFT = "Version of the draft: the `position` among the consultation's drafts."
_REF = "Node of that version; null: the whole draft."
_SHA256 = "SHA-256 of the stored text in UTF-8, in hexadecimal digits."


class PublicAuthorView(View):
    """The author of a comment (người góp ý), as far as they want to be shown."""

    kind: AuthorKind | None = Field(description="Kind of the author; null if they do not want to be shown at all.")
    name: str | None = Field(description="Name of the person, organisation or business, if they want to be named.")


class PublicCommentFileView(View):
    """A file of a comment that a scanner found clean (tệp kèm theo)."""

    position: int = Field(description="Position among the files of the comment.")
    media_type: str = Field(description="Media type.", examples=["application/pdf"])
    size: int = Field(description="Size in bytes.")


class CommentAnswerView(View):
    """The official answer to a comment or to its group (tiếp thu, giải trình)."""

    outcome: AnswerOutcome = Field(description="Outcome: accepted, partly, rejected, or noted.")
    reason: str = Field(description="Reason.")
    changed_draft: int | None = Field(description="Version of the draft that changed because of it, by `position`.")
    changed_ref: str | None = Field(description="Node of that version.")


class OpinionView(View):
    """A public comment on a draft (góp ý)."""

    id: UUID = Field(description="UUID of the comment.")
    number: int = Field(description="Order of arrival; not without gaps.")
    draft: int = Field(description=_DRAFT)
    ref: str | None = Field(description=_REF)
    quote: PlacedQuoteView | None = Field(description="Quoted words of the node.")
    stance: Stance = Field(description="Stance (quan điểm).")
    text: str = Field(description="Text, as it was stored.")
    author: PublicAuthorView = Field(description="The author, as far as they want to be shown.")
    received_at: Moment = Field(description="Arrival, with the offset +07:00.")
    changed_at: Moment | None = Field(description="Time of the author's last change.")
    group: CommentGroupRef | None = Field(description="Its group of near copies.")
    files: list[PublicCommentFileView] = Field(description="Its files.")
    answer: CommentAnswerView | None = Field(description="Official answer, once the consultation is answered.")
    place: CommentPlaceView | None = Field(description="Its place in the latest version it was carried to.")


class StanceCount(View):
    """Number of comments with a stance."""

    stance: Stance = Field(description="Stance.")
    count: int = Field(description="Number of public comments.")


class NodeCount(View):
    """Number of comments on a node of a version."""

    draft: int = Field(description=_DRAFT)
    ref: str | None = Field(description=_REF)
    count: int = Field(description="Number of public comments.")


class OpinionCounts(View):
    """Numbers of the public comments of a consultation, without filters."""

    total: int = Field(description="Public comments.")
    stances: list[StanceCount] = Field(description="By stance.")
    author_kinds: list[AuthorKindCount] = Field(
        description="By kind of author, the most first; kinds with fewer than five are left out."
    )
    other_kinds: int = Field(description="Comments by the kinds of author that are left out.")
    kinds_not_shown: int = Field(description="Comments whose author is not shown, not by kind either.")
    nodes: list[NodeCount] = Field(description="By node, the most first; up to 1,000 nodes.")
    groups: int = Field(description="Groups of near copies.")
    group_members: int = Field(description="Comments in these groups.")


class CommentPage(BaseModel):
    """A page of public comments, with the numbers of all."""

    items: list[OpinionView] = Field(description="Comments, the newest first.")
    next: str | None = Field(description="Cursor of the next page; null at the end.")
    counts: OpinionCounts = Field(description="Numbers of all public comments of the consultation.")


class OpinionReceiptView(View):
    """The answer to a comment that was submitted. The code is shown here only, and to its author only."""

    id: UUID = Field(description="UUID of the comment.")
    code: str = Field(description="Code with which its author reads, changes or erases it. Keep it: the hub cannot.")
    state: CommentState = Field(description="`public`, or `waiting` for a moderator.")
    held_for: list[HoldReason] = Field(description="Reasons for which it waits.")
    text: str = Field(description="Text, as it was stored.")
    received_at: Moment = Field(description="Arrival, by which it was judged, with the offset +07:00.")
    sha256: str = Field(description=_SHA256)
    changeable_until: DerivedMoment = Field(description="End of the consultation, until which it may be changed.")


class OwnOpinionView(View):
    """A comment, as its author reads it by its code."""

    id: UUID = Field(description="UUID of the comment.")
    number: int = Field(description="Order of arrival.")
    draft: int = Field(description=_DRAFT)
    ref: str | None = Field(description=_REF)
    quote: PlacedQuoteView | None = Field(description="Quoted words of the node.")
    stance: Stance = Field(description="Stance (quan điểm).")
    text: str = Field(description="Text, as it was stored.")
    author_kind: AuthorKind = Field(description="Kind of the author.")
    name: str | None = Field(description="Name, as it was given.")
    organisation: str | None = Field(description="Organisation, as it was given.")
    shown: AuthorShown = Field(description="Display of the author.")
    has_contact: bool = Field(description="True if a contact is stored.")
    state: CommentState = Field(description="State.")
    held_for: list[HoldReason] = Field(description="Reasons for which it waits for a moderator.")
    hidden_reason: str | None = Field(description="The moderator's reason, a code of the public list of reasons.")
    received_at: Moment = Field(description="Arrival.")
    changed_at: Moment | None = Field(description="Time of the last change.")
    sha256: str = Field(description=_SHA256)
    changeable_until: DerivedMoment = Field(description="End of the consultation, until which it may be changed.")
    files: list[CommentFileView] = Field(
        description="Its files with their names, also those that wait for a scan or were refused."
    )
    answer: CommentAnswerView | None = Field(description="Official answer, once the consultation is answered.")
    place: CommentPlaceView | None = Field(description="Its place in the latest version it was carried to.")


class ErasedOpinionView(View):
    """The erasure of a comment and of all personal data in it."""

    consultation: UUID = Field(description="UUID of the consultation; of the comment, nothing is left to name.")


class ConsentReceiptView(View):
    """Receipt of a consent."""

    wording: str = Field(description="Code of the wording.")
    version: int = Field(description="Version of the wording.")
    lang: str = Field(description="Language in which it was shown.")
    accepted_at: Moment = Field(description="Time of the consent.")


class PersonalCopyView(View):
    """All that the hub stores of a comment and its author: the copy of one's own data."""

    comment: OwnOpinionView = Field(description="The comment.")
    email: str | None = Field(description="E-mail address of the contact.")
    phone: str | None = Field(description="Telephone number of the contact.")
    consents: list[ConsentReceiptView] = Field(description="Receipts of consent.")
    copied_at: Moment = Field(description="Time of this copy.")


class CountProofView(View):
    """Proof that a comment was counted at the end: it leads from the author's copy to the root in the log.

    The leaf is SHA-256(0x00 ‖ SHA-256(salt ‖ id ‖ sha256)) over bytes; on the way up, SHA-256(0x01 ‖ left ‖ right).
    """

    consultation: UUID = Field(description="UUID of the consultation.")
    id: UUID = Field(description="UUID of the comment: its 16 bytes are hashed.")
    sha256: str = Field(description=_SHA256)
    salt: str = Field(description="Salt of the commitment, 32 bytes in hexadecimal digits. It is erased with the data.")
    index: int = Field(description="Number of leaves before it.")
    size: int = Field(description="Number of all leaves: the comments that were counted.")
    path: list[str] = Field(description="Hashes beside its way, from the leaf on, in hexadecimal digits.")
    root: str = Field(description="Root, as in the entry `closed` of the log.")
