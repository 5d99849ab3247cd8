"""Query parameters of the queue of moderators."""

from enum import StrEnum

from pydantic import Field

from hub.consultation.comments.models import AuthorKind, HoldReason
from hub.consultation.moderation.views import ReasonCode
from hub.web.parameters import PageParams


class ModerationState(StrEnum):
    """State of a comment on which moderators can decide."""

    waiting = "waiting"
    public = "public"
    hidden = "hidden"


class ModerationParams(PageParams):
    """Parameters of the queue of moderators."""

    state: list[ModerationState] = Field(
        [], max_length=len(ModerationState), description="Only comments in one of these states (trạng thái)."
    )
    held_for: list[HoldReason] = Field(
        [], max_length=len(HoldReason), description="Only comments that wait for one of these reasons (lý do giữ lại)."
    )
    reason: ReasonCode | None = Field(None, description="Only comments that are hidden for this code (lý do ẩn).")
    ref: str | None = Field(
        None,
        max_length=200,
        description="Only comments on this node of a draft and those below it.",
        examples=["dieu-5"],
    )
    author_kind: list[AuthorKind] = Field(
        [], max_length=len(AuthorKind), description="Only comments by these kinds of authors (chủ thể góp ý)."
    )
