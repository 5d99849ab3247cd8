"""Groups of near copies: as the public sees them, and as editors do."""

from uuid import UUID

from pydantic import BaseModel, Field

from hub.consultation.comments.models import AuthorKind
from hub.domain.scalars import Moment
from hub.domain.types import View


class CommentGroupRef(View):
    """The group of near copies that a comment belongs to (nhóm ý kiến giống nhau)."""

    id: UUID = Field(description="UUID of the group: `group` in the list of comments returns all its texts.")
    count: int = Field(description="Number of public comments in it.")


class AuthorKindCount(View):
    """Number of authors of one kind."""

    kind: AuthorKind = Field(description="Kind of the authors (chủ thể góp ý).")
    count: int = Field(description="Number of comments; five at least.")


class CommentGroupView(CommentGroupRef):
    """Comments that are near copies of one another, with the text that stands for them (nhóm ý kiến giống nhau)."""

    comment: UUID = Field(description="UUID of the comment whose text stands for the group.")
    text: str | None = Field(None, description="Its text; null if it cannot be read.")
    kinds: list[AuthorKindCount] = Field(description="Authors by kind, the most first.")
    others: int = Field(
        description="Authors of all other kinds: kinds with fewer than five authors are not broken down."
    )
    kinds_not_shown: int = Field(description="Authors who are not shown, not by kind either.")
    changed_at: Moment = Field(description="Time at which comments last joined it, or moved to another group.")
    answered: bool = Field(description="True if the group has an answer, which covers all its comments.")
    changed_after_answer: bool = Field(
        description="True if comments joined or moved after the answer was written: it stays with the group that kept "
        "most of its comments."
    )


class ManagedGroupView(CommentGroupView):
    """A group of near copies for editors, also with an answer that is not public yet."""

    answer: UUID | None = Field(None, description="UUID of its answer.")


class CommentCountsView(View):
    """Public comments of a consultation: those that stand alone, and groups of near copies, counted apart."""

    comments: int = Field(description="Number of public comments.")
    alone: int = Field(description="Number of those that are near copies of no other.")
    groups: int = Field(description="Number of groups.")
    in_groups: int = Field(description="Number of comments in groups.")


class CommentGroupPage(BaseModel):
    """A page of groups."""

    items: list[CommentGroupView] = Field(description="Groups, the largest first.")
    next: str | None = Field(description="Cursor of the next page; null at the end.")
    counts: CommentCountsView = Field(description="Counts of all public comments.")


class ManagedGroupPage(BaseModel):
    """A page of groups for editors."""

    items: list[ManagedGroupView] = Field(description="Groups, the largest first.")
    next: str | None = Field(description="Cursor of the next page; null at the end.")
    counts: CommentCountsView = Field(description="Counts of all public comments.")
