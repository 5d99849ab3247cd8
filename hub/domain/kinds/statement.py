"""Statements (phát ngôn): announcements by an agency's spokesperson to the press and the public."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from hub.domain.kinds.absent_members import MissingMember, missing_field, settle_missing
from hub.domain.scalars import Code, Line, Moment, Text
from hub.domain.types import (
    Attachment,
    BaseContent,
    Card,
    Content,
    Full,
    Kind,
    LaterMember,
    View,
    ViewIndex,
    ViewNames,
    is_absent,
)
from hub.problem_texts.templates import as_words, fill, list_names
from hub.times import VIETNAM


class StatementForm(StrEnum):
    """Form of a statement (hình thức phát ngôn): one of the six forms of Nghị định 09/2017/NĐ-CP."""

    press_conference = "press_conference"
    portal_post = "portal_post"
    direct_answer = "direct_answer"
    release = "release"
    meeting = "meeting"
    correction_request = "correction_request"


class SpokespersonRef(View):
    """A spokesperson (người phát ngôn) with the contact details that are public by law."""

    code: str = Field(description="Code in the registry; see `/api/v1/spokespersons`.")
    name: str = Field(description="Full name.")
    title: str = Field(description="Position (chức vụ).")
    phone: str | None = Field(None, description="Public telephone number.")
    email: str | None = Field(None, description="Public e-mail address.")


class Answer(View, Content):
    """A question and its answer (hỏi – đáp)."""

    question: Text = Field(description="Question.")
    asked_by: Line | None = Field(None, description="Newsroom that asked the question; never a private person.")
    answer: Text = Field(description="Answer.")


class StatementCard(Card):
    """A statement as lists show it (phát ngôn)."""

    kind: Literal["statement"] = Field("statement", description="Always `statement`.")
    spokesperson: SpokespersonRef = Field(description="Spokesperson (người phát ngôn).")
    form: StatementForm = Field(description="Form of the statement (hình thức).")
    occasion: str = Field(description="Occasion (bối cảnh).")
    asked_at: Moment | None = Field(
        None, description="Time at which the question was received, with the offset +07:00."
    )
    said_at: Moment = Field(description="Time of the statement, with the offset +07:00.")
    issued_on: date = Field(description="Day of the statement (ngày phát ngôn).")


class StatementFull(StatementCard, Full):
    """A full statement."""

    text: str | None = Field(
        None, description="Text of the statement, if it was not given as questions and answers (nội dung)."
    )
    answers: list[Answer] = Field(description="Questions and answers (hỏi – đáp).")
    attachments: Annotated[list[Attachment], LaterMember()] = Field(
        default_factory=list, description="Attached files (tệp đính kèm); views stored before December 2026 have none."
    )


_REQUIRED = {
    MissingMember.spokesperson: as_words("a statement needs the code of its spokesperson"),
    MissingMember.form: fill("a statement needs its form: {forms}", forms=list_names(StatementForm)),
    MissingMember.said_at: as_words("a statement needs the time at which it was said"),
}


class StatementContent(BaseContent):
    """Fields that editors write for a statement."""

    spokesperson: Code | None = Field(None, description="Code of the spokesperson; required, unless it is `missing`.")
    form: StatementForm | None = Field(None, description="Form of the statement; required, unless it is `missing`.")
    occasion: Line = Field(description="Occasion.")
    asked_at: Moment | None = Field(None, description="Time at which the question was received, with an offset.")
    said_at: Moment | None = Field(
        None, description="Time of the statement, with an offset; required, unless it is `missing`."
    )
    missing: tuple[MissingMember, ...] = missing_field(*_REQUIRED)
    text: Text | None = Field(None, description="Text of the statement.")
    answers: tuple[Answer, ...] = Field((), max_length=200, description="Questions and answers.")
    attachments: tuple[Attachment, ...] = Field((), max_length=100, description="Attached files.", exclude_if=is_absent)

    @model_validator(mode="after")
    def _check_has_text(self) -> "StatementContent":
        if self.text is None and not self.answers:
            raise ValueError("text: a statement needs `text` or `answers`")
        if self.asked_at is not None and self.said_at is not None and self.said_at < self.asked_at:
            raise ValueError(
                fill("said_at: {said_at} is before asked_at {asked_at}", said_at=self.said_at, asked_at=self.asked_at)
            )
        return settle_missing(self, _REQUIRED)

    @property
    def absent_members(self) -> frozenset[MissingMember]:
        """Members that a publication needs and this content does not have."""
        return frozenset(name for name in _REQUIRED if getattr(self, name) is None)

    @property
    def said_on(self) -> date:
        """Day of the statement in Việt Nam, of a content that has its time."""
        assert self.said_at is not None  # noqa: S101 - a content that misses it is not published
        return self.said_at.astimezone(VIETNAM).date()


def _facts(content: StatementContent, names: ViewNames) -> dict[str, Any]:
    own = ("form", "occasion", "asked_at", "said_at", "text", "answers", "attachments")
    assert content.spokesperson is not None  # noqa: S101 - a content that misses it is not published
    return {field: getattr(content, field) for field in own} | {
        "spokesperson": names.spokespersons[content.spokesperson],
        "issued_on": content.said_on,
    }


def _index(content: StatementContent, _day: date) -> ViewIndex:
    return ViewIndex(issued_on=content.said_on)


def _plain_text(full: dict[str, Any]) -> str:
    parts = [part for a in full["answers"] for part in (a["question"], a["answer"])]
    return "\n".join(part for part in (full["occasion"], full["text"], *parts) if part)


STATEMENT = Kind(
    "statement",
    "statements",
    "phát ngôn",
    StatementContent,
    StatementCard,
    StatementFull,
    _facts,
    _index,
    _plain_text,
)
