"""Public views of official answers, what editors see of them, and the bodies of editors' changes."""

from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from hub.consultation.answers.models import AnswerOutcome
from hub.consultation.comments.models import AuthorKind, Stance
from hub.domain.scalars import Moment, Text
from hub.domain.types import Content, View
from hub.web.parameters import PageParams

MAX_REASON = 10_000


class OfficialAnswerView(View):
    """The official answer to a comment or to a group of near copies (tiếp thu, giải trình)."""

    id: UUID = Field(description="UUID of the answer.")
    comment: UUID = Field(description="UUID of the comment; of a group, that of the text that stands for it.")
    number: int = Field(description="Number of this comment, by its arrival.")
    group: UUID | None = Field(None, description="UUID of the group that it answers; null if it answers one comment.")
    comments: int = Field(description="Number of public comments that it answers.")
    draft: int = Field(description="Version of the draft that the comment is about: `position` of the consultation.")
    ref: str | None = Field(None, description="Node of that version; null for the whole draft.")
    outcome: AnswerOutcome = Field(
        description="Outcome: `accepted` (tiếp thu), `partly`, `rejected` with the reason (giải trình), or `noted`."
    )
    reason: str = Field(description="Reason, in plain text.")
    changed_draft: int | None = Field(None, description="Later version that changed because of it: its `position`.")
    changed_ref: str | None = Field(None, description="Node of that version.")
    written_at: Moment = Field(description="Time at which it was last written, with the offset +07:00.")


class AnswerCountsView(View):
    """Comments of a consultation by answer and by state. `public` is the sum of `answered`, `missing` and `late`."""

    public: int = Field(description="Public comments.")
    answered: int = Field(description="Public comments with an answer, of their own or of their group.")
    missing: int = Field(
        description="Public comments that came in time and have no answer; once the answers are public, a breach."
    )
    late: int = Field(
        description="Public comments that came too late and have no answer; they need none. A letter of the Fatherland "
        "Front always needs one."
    )
    waiting: int = Field(description="Comments that wait for a moderator.")
    hidden: int = Field(description="Comments that were hidden by a moderator.")
    withdrawn: int = Field(description="Comments that their authors withdrew.")
    erased: int = Field(description="Comments that were erased.")


class OfficialAnswerPage(BaseModel):
    """A page of official answers."""

    items: list[OfficialAnswerView] = Field(description="Answers by version of the draft, article, and number.")
    next: str | None = Field(None, description="Cursor of the next page; null at the end.")
    counts: AnswerCountsView | None = Field(None, description="Counts; null until the answers are public.")


class ManagedAnswerView(View):
    """An official answer as its editors see it, also before it is public."""

    id: UUID = Field(description="UUID of the answer.")
    version: int = Field(description="Version for `If-Match`; incremented by every change.")
    consultation: UUID = Field(description="UUID of the consultation.")
    comment: UUID | None = Field(None, description="UUID of the comment that it answers.")
    group: UUID | None = Field(None, description="UUID of the group that it answers.")
    outcome: AnswerOutcome = Field(description="Outcome of the comment.")
    reason: str = Field(description="Reason, in plain text.")
    changed_draft: int | None = Field(None, description="Later version that changed because of it: its `position`.")
    changed_ref: str | None = Field(None, description="Node of that version.")
    by: str = Field(description="Principal that last wrote it.")
    written_at: Moment = Field(description="Time at which it was last written.")
    public: bool = Field(description="True once it is public: the consultation is answered or adopted.")


class AnswerSubjectView(View):
    """A public comment, or a group of near copies, with its answer (ý kiến cần giải trình)."""

    comment: UUID = Field(description="UUID of the comment; of a group, that of the text that stands for it.")
    number: int = Field(description="Number of this comment, by its arrival.")
    group: UUID | None = Field(None, description="UUID of the group; null for a comment that is answered by itself.")
    comments: int = Field(description="Number of public comments that one answer answers.")
    draft: int = Field(description="Version of the draft that the comment is about: `position` of the consultation.")
    ref: str | None = Field(None, description="Node of that version; null for the whole draft.")
    stance: Stance = Field(description="Stance of the comment (quan điểm).")
    author_kind: AuthorKind = Field(description="Kind of the author (chủ thể góp ý).")
    late: bool = Field(description="True if it came after the end; for the letter of a body, also after its own term.")
    answer: ManagedAnswerView | None = Field(None, description="The answer; null if it is missing.")
    changed_after_answer: bool = Field(
        description="True if comments joined or left the group after the answer was written: read it again."
    )


class AnswerSubjectPage(BaseModel):
    """A page of comments and groups with their answers."""

    items: list[AnswerSubjectView] = Field(description="By version of the draft, article, and number.")
    next: str | None = Field(None, description="Cursor of the next page; null at the end.")
    counts: AnswerCountsView = Field(description="Counts of the whole consultation.")


class AnswerListParams(PageParams):
    """Query of the list of official answers."""

    draft: int | None = Field(None, ge=1, le=10_000, description="Only comments on this version of the draft.")
    ref: str | None = Field(
        None, max_length=200, description="Only comments on this node and those below it.", examples=["dieu-5"]
    )
    outcome: AnswerOutcome | None = Field(None, description="Only answers with this outcome.")


class AnswerSubjectParams(AnswerListParams):
    """Query of the list of comments that need an answer."""

    missing: bool | None = Field(None, description="Only comments without an answer, or with `false` with one.")


class AnswerText(Content):
    """An official answer: outcome, reason, and what changed."""

    outcome: AnswerOutcome = Field(
        description="Outcome: `accepted` (tiếp thu), `partly`, `rejected` (giải trình), or `noted` (ghi nhận)."
    )
    reason: Text = Field(max_length=MAX_REASON, description="Public reason, in plain text.")
    changed_draft: int | None = Field(
        None,
        ge=1,
        le=10_000,
        description="Version that changed because of it, later than the one commented on: its `position`.",
    )
    changed_ref: str | None = Field(None, max_length=200, description="Node of that version.", examples=["dieu-5"])

    @model_validator(mode="after")
    def _check_change(self) -> "AnswerText":
        if (self.changed_draft is None) is not (self.changed_ref is None):
            raise ValueError("changed_ref: give `changed_draft` and `changed_ref` together, or none")
        if self.changed_ref is not None and self.outcome not in (AnswerOutcome.accepted, AnswerOutcome.partly):
            raise ValueError("changed_ref: only what was accepted, or partly, has changed the draft")
        return self


class NewAnswer(AnswerText):
    """A new official answer, to one comment or to one group of near copies."""

    comment: UUID | None = Field(None, description="UUID of the public comment that it answers.")
    group: UUID | None = Field(None, description="UUID of the group that it answers.")

    @model_validator(mode="after")
    def _check_target(self) -> "NewAnswer":
        if (self.comment is None) is (self.group is None):
            raise ValueError("comment: give one target, `comment` or `group`")
        return self
