"""Statements (phát ngôn): what an agency's spokesperson says to the press and to people."""

from datetime import date
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, model_validator

from hub.domain.types import (
    BaseContent,
    Card,
    Code,
    Content,
    Full,
    Kind,
    Line,
    Moment,
    Text,
    View,
    ViewIndex,
    ViewNames,
)
from hub.times import VIETNAM


class StatementForm(StrEnum):
    """The six forms of a statement (hình thức phát ngôn). Source: Nghị định 09/2017/NĐ-CP."""

    press_conference = "press_conference"
    portal_post = "portal_post"
    direct_answer = "direct_answer"
    release = "release"
    meeting = "meeting"
    correction_request = "correction_request"


class SpokespersonRef(View):
    """The spokesperson (người phát ngôn) with the contact that the law makes public."""

    code: str = Field(description="Code in the registry; see `/api/v1/spokespersons`.")
    name: str = Field(description="Full name.")
    title: str = Field(description="Position (chức vụ).")
    phone: str | None = Field(None, description="Public telephone number.")
    email: str | None = Field(None, description="Public e-mail address.")


class Answer(View, Content):
    """One question and its answer (hỏi – đáp)."""

    question: Text = Field(description="What was asked.")
    asked_by: Line | None = Field(None, description="Newsroom that asked; never a private person.")
    answer: Text = Field(description="What was answered.")


class StatementCard(Card):
    """A statement as lists show it (phát ngôn)."""

    kind: Literal["statement"] = Field("statement", description="Always `statement`.")
    spokesperson: SpokespersonRef = Field(description="Who speaks (người phát ngôn).")
    form: StatementForm = Field(description="In which of the six forms (hình thức).")
    occasion: str = Field(description="On what occasion (bối cảnh).")
    asked_at: Moment | None = Field(None, description="When the question came, with +07:00.")
    said_at: Moment = Field(description="When it was said, with +07:00.")
    issued_on: date = Field(description="Day it was said (ngày phát ngôn).")


class StatementFull(StatementCard, Full):
    """A whole statement."""

    text: str | None = Field(None, description="What was said, where it was not question and answer (nội dung).")
    answers: list[Answer] = Field(description="Questions and answers (hỏi – đáp).")


class StatementContent(BaseContent):
    """What editors write for a statement."""

    spokesperson: Code = Field(description="Code of the spokesperson.")
    form: StatementForm = Field(description="In which of the six forms.")
    occasion: Line = Field(description="On what occasion.")
    asked_at: Moment | None = Field(None, description="When the question came; with an offset.")
    said_at: Moment = Field(description="When it was said; with an offset.")
    text: Text | None = Field(None, description="What was said.")
    answers: tuple[Answer, ...] = Field((), max_length=200, description="Questions and answers.")

    @model_validator(mode="after")
    def _check_has_text(self) -> "StatementContent":
        if self.text is None and not self.answers:
            raise ValueError("text: a statement needs `text` or `answers`")
        if self.asked_at is not None and self.said_at < self.asked_at:
            raise ValueError(f"said_at: {self.said_at} lies before asked_at {self.asked_at}")
        return self


def _facts(content: StatementContent, names: ViewNames) -> dict[str, Any]:
    own = ("form", "occasion", "asked_at", "said_at", "text", "answers")
    return {field: getattr(content, field) for field in own} | {
        "spokesperson": names.spokespersons[content.spokesperson],
        "issued_on": content.said_at.astimezone(VIETNAM).date(),
    }


def _index(content: StatementContent, _day: date) -> ViewIndex:
    return ViewIndex(issued_on=content.said_at.astimezone(VIETNAM).date())


def _plain_text(full: dict[str, Any]) -> str:
    said = [part for a in full["answers"] for part in (a["question"], a["answer"])]
    return "\n".join(part for part in (full["occasion"], full["text"], *said) if part)


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
