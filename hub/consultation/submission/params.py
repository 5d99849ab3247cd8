"""Query parameters of the list of public comments."""

from uuid import UUID

from pydantic import Field, model_validator

from hub.consultation.comments.models import AuthorKind, Stance
from hub.consultation.submission.inputs import MAX_POSITION
from hub.web.parameters import PageParams


class CommentListParams(PageParams):
    """Parameters of the list of public comments."""

    draft: int | None = Field(
        None,
        ge=1,
        le=MAX_POSITION,
        description="Only comments on this version of the draft, or carried to it (`position` in `drafts`, not the "
        "number of the draft, lần dự thảo).",
    )
    ref: str | None = Field(
        None,
        max_length=200,
        description="Only comments on this node and those below it; with `draft`, also comments on other versions that "
        "were carried to such a node.",
        examples=["dieu-5"],
    )
    whole: bool | None = Field(
        None,
        description="True: only comments on the whole draft. False: only those on a node. With `draft`, as they were "
        "carried to it.",
    )
    stance: list[Stance] = Field([], max_length=len(Stance), description="Only comments with one of these stances.")
    author_kind: list[AuthorKind] = Field(
        [],
        max_length=len(AuthorKind),
        description="Only comments by one of these kinds of authors. Authors who are not shown are never among them.",
    )
    group: UUID | None = Field(None, description="Only comments of this group of near copies.")

    @model_validator(mode="after")
    def _check_node(self) -> "CommentListParams":
        if self.whole and self.ref is not None:
            raise ValueError("whole: a comment on a node is not on the whole draft; give `ref` or `whole`")
        return self
