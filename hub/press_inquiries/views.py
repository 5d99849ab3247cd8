"""Models of requests and answers about inquiries of the press. Private, always `no-store`."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from hub.clocks.views import ClockView
from hub.domain.scalars import Code, Line, Moment, Text
from hub.domain.types import Content, View
from hub.domain.working_days import TermDoubt
from hub.web.parameters import PageParams

AgencyCode = Annotated[Code, Field(max_length=64, examples=["so-y-te"])]


class InquiryState(StrEnum):
    """State of an inquiry of the press: `open`, `answered` (by a publication) or `closed` (with a reason)."""

    open = "open"
    answered = "answered"
    closed = "closed"


class PressInquiryView(View):
    """An inquiry of the press (câu hỏi của báo chí). Private: no public address shows it."""

    id: UUID = Field(description="UUID of the inquiry.")
    version: int = Field(description="Version; the next change names it in `If-Match`.")
    agency: str = Field(description="Code of the agency that was asked.")
    state: InquiryState = Field(description="State: `open`, `answered` or `closed` (trạng thái).")
    outlet: str | None = Field(None, description="Name of the outlet (cơ quan báo chí); null after erasing.")
    question: str | None = Field(None, description="Question in full (câu hỏi); null after erasing.")
    asked_at: Moment = Field(description="Time at which it was asked, with +07:00.")
    incident_at: Moment | None = Field(None, description="Time of the incident that it is about; null without one.")
    created_by: str = Field(description="Principal that recorded it.")
    created_at: Moment = Field(description="Time at which it was recorded, with +07:00.")
    document: UUID | None = Field(None, description="UUID of the statement or bulletin that answered it.")
    answered_at: Moment | None = Field(
        None,
        description="Time of the answer: that of the publication, or of the question if a word on the incident "
        "was public before it.",
    )
    closed_at: Moment | None = Field(None, description="Time at which it was closed without an answer.")
    reason: str | None = Field(
        None, description="Reason of closing (lý do); null unless it was closed, and after erasing."
    )
    erased_at: Moment | None = Field(None, description="Time at which outlet, question and reason were erased.")
    clocks: list[ClockView] = Field(description="Terms that run or have run for it (thời hạn).")
    doubts: list[TermDoubt] = Field(description="`no_rule` if a term that should run has no rule.")


class PressInquiryPage(BaseModel):
    """One page of inquiries of the press."""

    items: list[PressInquiryView] = Field(description="Inquiries, asked last first.")
    next: str | None = Field(None, description="Cursor of the next page; null on the last page.")


class NewPressInquiry(Content):
    """A new inquiry of the press."""

    agency: AgencyCode = Field(description="Code of the agency that was asked.")
    outlet: Line = Field(max_length=200, description="Name of the outlet (cơ quan báo chí).", examples=["Báo Huế"])
    question: Text = Field(max_length=10_000, description="Question in full, without contacts of persons (câu hỏi).")
    asked_at: Moment | None = Field(None, description="Time at which it was asked; now when absent.")
    incident_at: Moment | None = Field(
        None,
        description="Time of the incident that it is about, not after `asked_at`: the term for a first word starts "
        "then (vụ việc).",
    )


class InquiryAnswer(Content):
    """The publication that answers an inquiry (trả lời)."""

    document: UUID = Field(
        description="UUID of a public statement or bulletin: one that became public after the question (a new "
        "document, or a new edition of an old one), or after the incident that the question is about."
    )


class InquiryClosing(Content):
    """The end of an inquiry without an answer (kết thúc)."""

    reason: Text = Field(max_length=2_000, description="Reason, for the agency itself (lý do).")


class PressInquiryParams(PageParams):
    """Query of the list of inquiries."""

    agency: AgencyCode | None = Field(None, description="Only inquiries to this agency.")
    state: InquiryState | None = Field(None, description="Only inquiries in this state.")
    overdue: bool | None = Field(None, description="Only inquiries with a term that is over and not met, or without.")
