"""Public views of the bodies that were asked, what editors see of them, and the bodies of editors' changes."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from hub.consultation.comments.body_models import BodyKind
from hub.consultation.comments.models import Stance
from hub.domain.scalars import Code, Flag, Line, Moment, StoredDay, Text
from hub.domain.types import Content, View
from hub.web.parameters import NoParams, PageParams

MAX_BODIES = 500
"""Bodies of one consultation."""
MAX_OPINIONS = 100
"""Opinions in one letter."""
MAX_OPINION = 5_000

LetterNumber = Annotated[Line, StringConstraints(max_length=100)]


class ConsultationBodyView(View):
    """A body that was asked for its opinion, and whether it answered (cơ quan, tổ chức được lấy ý kiến)."""

    kind: BodyKind = Field(description="Kind: `agency`, `association`, or `front` (Mặt trận Tổ quốc Việt Nam).")
    name: str = Field(description="Name of the body.")
    agency: str | None = Field(None, description="Code in the registry; null for a body that it does not have.")
    asked_on: date = Field(description="Day of the letter that asks.")
    letter_number: str | None = Field(None, description="Number of this letter (số công văn).")
    due_on: date | None = Field(None, description="Last day of its term (thời hạn trả lời).")
    answered_on: date | None = Field(None, description="Day on which its answer came; null without one.")
    reply_number: str | None = Field(None, description="Number of the letter that answers.")
    replied_on: date | None = Field(None, description="Date of this letter.")
    agrees_entirely: bool = Field(description="True if it agrees with the whole draft (thống nhất với dự thảo).")
    late: bool = Field(description="True if it answered after its term.")
    unanswered: bool = Field(description="True if the consultation has ended and it did not answer.")


class ConsultationBodyList(BaseModel):
    """The bodies that were asked in a consultation."""

    items: list[ConsultationBodyView] = Field(description="Bodies in the order in which they were asked.")


class ManagedBodyView(ConsultationBodyView):
    """A body that was asked, as the editors of the consultation see it."""

    id: UUID = Field(description="UUID of the body in this consultation.")
    version: int = Field(description="Version for `If-Match`; incremented by every change.")
    consultation: UUID = Field(description="UUID of the consultation.")
    overdue: bool = Field(description="True if its term is over and it has not answered: remind it.")
    reminded_at: Moment | None = Field(None, description="Time of the last reminder (đôn đốc).")
    opinions: list[UUID] = Field(description="UUIDs of the comments that its letter became.")
    file_name: str | None = Field(None, description="Name of the file of its letter.")
    file_sha256: str | None = Field(None, description="SHA-256 of this file, byte for byte as it was uploaded.")


class ManagedBodyList(BaseModel):
    """The bodies of consultations, for their editors."""

    items: list[ManagedBodyView] = Field(description="Bodies in the order in which they were asked.")


class ManagedBodyPage(BaseModel):
    """A page of bodies of several consultations, for their editors."""

    items: list[ManagedBodyView] = Field(description="Bodies in the order in which they were asked.")
    next: str | None = Field(description="Cursor of the next page; null at the end.")


class BodyParams(NoParams):
    """Query of the list of the bodies of a consultation."""

    overdue: bool | None = Field(None, description="Only bodies whose term is over without an answer; `false`: others.")


class OverdueBodyParams(PageParams):
    """Query of the bodies of all consultations that are overdue."""

    agency: Code | None = Field(None, max_length=64, description="Only consultations of this agency.")


class BodyRequest(Content):
    """The letter that asks a body, and its term."""

    asked_on: StoredDay = Field(description="Day of the letter that asks.", examples=["2026-11-20"])
    letter_number: LetterNumber | None = Field(None, description="Number of this letter.", examples=["812/UBND-TH"])
    due_on: StoredDay | None = Field(None, description="Last day of its term.", examples=["2026-12-05"])

    @model_validator(mode="after")
    def _check_term(self) -> "BodyRequest":
        if self.due_on is not None and self.due_on < self.asked_on:
            raise ValueError("due_on: the term cannot end before the letter that asks")
        return self


class NewBody(BodyRequest):
    """A body that is asked: an agency of the registry by its code, or any body by its name."""

    kind: BodyKind = Field(BodyKind.agency, description="Kind: `agency`, `association` or `front`.")
    agency: Code | None = Field(None, max_length=64, description="Code in the registry.", examples=["so-y-te"])
    name: Line | None = Field(
        None, max_length=300, description="Name; that of the registry if it is left out.", examples=["Hội Luật gia"]
    )

    @model_validator(mode="after")
    def _check_name(self) -> "NewBody":
        if self.agency is None and self.name is None:
            raise ValueError("name: give the name, or `agency`")
        return self


class LetterOpinion(Content):
    """One opinion of a letter, about the whole draft or one node of it."""

    draft: int = Field(ge=1, le=10_000, description="Version of the draft: its `position` in the consultation.")
    ref: str | None = Field(None, max_length=200, description="Node of that version.", examples=["dieu-5"])
    stance: Stance = Field(description="Stance (quan điểm).")
    text: Text = Field(max_length=MAX_OPINION, description="The opinion in full, in plain text.")


class BodyReply(Content):
    """The answer of a body by official letter: that it agrees with all, or its opinions."""

    answered_on: StoredDay = Field(description="Day on which the letter came.", examples=["2026-12-01"])
    reply_number: LetterNumber | None = Field(None, description="Number of the letter.", examples=["45/MTTQ-BTT"])
    replied_on: StoredDay | None = Field(None, description="Date of the letter.", examples=["2026-11-28"])
    agrees_entirely: Flag = Field(False, description="True if it agrees with the whole draft, without more.")
    opinions: list[LetterOpinion] = Field(
        [], max_length=MAX_OPINIONS, description="Its opinions; each becomes a comment. None if it agrees entirely."
    )

    @model_validator(mode="after")
    def _check_opinions(self) -> "BodyReply":
        if self.agrees_entirely is bool(self.opinions):
            raise ValueError("opinions: give opinions, or `agrees_entirely`")
        if self.replied_on is not None and self.replied_on > self.answered_on:
            raise ValueError("replied_on: a letter does not come before its date")
        return self
