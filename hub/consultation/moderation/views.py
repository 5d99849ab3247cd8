"""Bodies and views of moderation: those of moderators, and those that everybody may read."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, field_validator

from hub.consultation.carryover.views import PlacedQuoteView
from hub.consultation.comments.models import AuthorKind, AuthorShown, CommentState, HoldReason, Stance
from hub.consultation.moderation.private_data import PrivateKind
from hub.domain.scalars import Flag, Moment
from hub.domain.types import Content, View

MAX_BATCH = 500
"""Comments of one decision."""
MAX_VERSION = 2**31 - 1

_UNANSWERED = (
    "Public comments without an answer although the consultation is answered or adopted: a breach, until they are "
    "answered (chưa được giải trình)."
)
ReasonCode = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class ModerationDecision(StrEnum):
    """Decision of a moderator (quyết định kiểm duyệt)."""

    publish = "publish"
    hide = "hide"
    hold = "hold"


class DecisionResult(StrEnum):
    """Result of a decision, or of its undoing, for one comment."""

    decided = "decided"
    """The comment was changed."""
    restored = "restored"
    """The comment is again as it was before the batch."""
    unchanged = "unchanged"
    """It was so already."""
    changed_since = "changed_since"
    """Somebody else, or its author, changed it since it was read; nothing was done."""
    ended = "ended"
    """Its author withdrew or erased it."""
    unknown = "unknown"
    """The consultation has no such comment."""


class CommentVersion(Content):
    """A comment as the moderator has read it."""

    id: UUID = Field(description="UUID of the comment.")
    version: int = Field(ge=1, le=MAX_VERSION, description="`version` of the comment that was read (phiên bản đã đọc).")


class CommentDecisions(Content):
    """One decision on up to 500 comments."""

    decision: ModerationDecision = Field(
        description="`publish` (công khai), `hide` with a reason (ẩn), or `hold` until somebody decides (giữ lại)."
    )
    reason: ReasonCode | None = Field(
        None,
        description="Code of the public list of reasons, `hidden_reason` in `/api/v1/consultations/wordings`; "
        "required to hide (lý do ẩn).",
    )
    comments: list[CommentVersion] = Field(
        min_length=1, max_length=MAX_BATCH, description="The comments with the versions that were read."
    )

    @field_validator("comments")
    @classmethod
    def _check_ids(cls, comments: list[CommentVersion]) -> list[CommentVersion]:
        if len({comment.id for comment in comments}) < len(comments):
            raise ValueError("a comment is listed twice")
        return comments


class ReviewSetting(Content):
    """The setting whether comments wait for a moderator before they are public."""

    review_first: Flag = Field(description="True: each new comment waits for a moderator (duyệt trước).")


class DecidedCommentView(View):
    """The result for one comment of a batch."""

    id: UUID = Field(description="UUID of the comment.")
    result: DecisionResult = Field(
        description="`decided`, `restored`, `unchanged`, `changed_since`, `ended` or `unknown` (kết quả)."
    )
    state: CommentState | None = Field(description="Its state now; null if it is unknown.")
    reason: str | None = Field(description="Code for which it is hidden.")
    version: int | None = Field(description="Its version now; null if it is unknown.")


class DecidedBatchView(View):
    """The result of a decision, or of its undoing, for each comment in the order of the request."""

    batch: UUID | None = Field(description="UUID with which the decisions are undone together; null if none was made.")
    decided: int = Field(description="Comments that were changed.")
    comments: list[DecidedCommentView] = Field(description="The comments.")
    unanswered: int = Field(description=_UNANSWERED)


class FindingPart(StrEnum):
    """Part of a comment in which private data was found."""

    text = "text"
    name = "name"


class PrivateFindingView(View):
    """Private data that was found in a comment (dữ liệu cá nhân)."""

    kind: PrivateKind = Field(description="`phone`, `citizen_id`, `email` or `address`.")
    part: FindingPart = Field(description="Part in which it stands: `text`, or the `name` that would be shown.")
    start: int = Field(description="Place of its first character, in code points.")
    end: int = Field(description="Place behind its last character.")


class ModeratedAuthorView(View):
    """The author of a comment, as far as they would be shown."""

    kind: AuthorKind = Field(description="Kind of the author.")
    shown: AuthorShown = Field(description="As the author wants to be shown: `name`, `kind` or `nothing`.")
    name: str | None = Field(description="Name that would be shown; null if the author does not want that.")


class ModeratedGroupView(View):
    """The group of near copies that a comment belongs to (nhóm ý kiến giống nhau)."""

    id: UUID = Field(description="UUID of the group.")
    count: int = Field(description="Its comments that wait, are public or hidden.")


class ModeratedCommentView(View):
    """A comment as moderators see it (góp ý cần duyệt)."""

    id: UUID = Field(description="UUID of the comment.")
    number: int = Field(description="Order of arrival.")
    version: int = Field(description="Version to send with a decision.")
    state: CommentState = Field(description="`waiting`, `public` or `hidden`.")
    held_for: list[HoldReason] = Field(description="Reasons for which it waits (lý do giữ lại).")
    reason: str | None = Field(description="Code of the public list for which it is hidden.")
    draft: int = Field(description="Version of the draft: the `position` among the consultation's drafts.")
    ref: str | None = Field(description="Node of that version; null: the whole draft.")
    quote: PlacedQuoteView | None = Field(description="Quoted words of the node.")
    stance: Stance = Field(description="Stance (quan điểm).")
    author: ModeratedAuthorView = Field(description="The author, as far as they would be shown.")
    text: str | None = Field(description="Text; null if it can be read no more.")
    findings: list[PrivateFindingView] = Field(description="Private data that was found in text and name.")
    received_at: Moment = Field(description="Arrival, with the offset +07:00.")
    changed_at: Moment | None = Field(description="Time of the author's last change.")
    group: ModeratedGroupView | None = Field(description="Its group of near copies.")
    batch: UUID | None = Field(description="Batch of the last decision on it that was not undone.")


class HeldCount(View):
    """Number of comments that wait for a reason."""

    held_for: HoldReason = Field(description="Reason for which they wait.")
    count: int = Field(description="Number; a comment may wait for several reasons.")


class HiddenCount(View):
    """Number of comments that are hidden for a reason."""

    reason: str = Field(description="Code of the public list.")
    count: int = Field(description="Number of hidden comments.")


class ModerationCounts(View):
    """Numbers of the comments of a consultation, without filters."""

    review_first: bool = Field(description="True if each new comment waits for a moderator.")
    waiting: int = Field(description="Comments that wait.")
    public: int = Field(description="Public comments.")
    hidden: int = Field(description="Hidden comments.")
    unanswered: int = Field(description=_UNANSWERED)
    held_for: list[HeldCount] = Field(description="Waiting comments by reason.")
    reasons: list[HiddenCount] = Field(description="Hidden comments by reason.")


class ModerationPage(BaseModel):
    """A page of the queue of moderators, with the numbers of all."""

    items: list[ModeratedCommentView] = Field(description="Comments: those that wait first, the oldest first.")
    next: str | None = Field(description="Cursor of the next page; null at the end.")
    counts: ModerationCounts = Field(description="Numbers of all comments of the consultation.")


class HiddenReasonView(View):
    """A reason of the public list, with the number of comments that are hidden for it (lý do ẩn)."""

    reason: str = Field(description="Code.")
    wording: str = Field(description="Wording in the language of the answer.")
    approved: bool = Field(description="False while the wording is still to be approved.")
    count: int = Field(description="Number of comments that are hidden for it.")


class ConsultationModerationView(View):
    """Public numbers of the moderation of a consultation (công khai việc kiểm duyệt)."""

    id: UUID = Field(description="UUID of the consultation.")
    review_first: bool = Field(description="True if each new comment waits for a moderator before it is public.")
    public: int = Field(description="Public comments.")
    waiting: int = Field(description="Comments that wait for a moderator.")
    hidden: int = Field(description="Hidden comments.")
    unanswered: int = Field(description=_UNANSWERED)
    reasons: list[HiddenReasonView] = Field(
        description="The whole list of reasons, also those for which nothing is hidden."
    )
