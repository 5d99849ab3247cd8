"""Drafts (dự thảo): documents that an agency is preparing, open for public comment (lấy ý kiến) for a time."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from hub.domain.kinds.impact import ImpactFilters
from hub.domain.kinds.nodes import check_nodes, nodes_text
from hub.domain.scalars import AnyDay, Code, Line, StoredDay, Text, WebUrl
from hub.domain.types import (
    AgencyRef,
    Attachment,
    BaseContent,
    Card,
    Content,
    Full,
    Kind,
    LaterMember,
    TextNode,
    View,
    ViewIndex,
    ViewNames,
    is_absent,
)
from hub.problem_texts.templates import fill


class ConsultationState(StrEnum):
    """State of a draft's consultation now (tình trạng lấy ý kiến)."""

    upcoming = "upcoming"
    open = "open"
    closed = "closed"


class ConsultationWindow(View, Content):
    """Period for public comment (thời gian lấy ý kiến), first and last day included, in Việt Nam."""

    opens_on: StoredDay = Field(
        description="First day, as the text states it. Deprecated for readers: `now.consultation.opens_at` holds.",
        examples=["2026-10-01"],
    )
    closes_on: StoredDay = Field(
        description="Last day, as the text states it. Deprecated for readers: `now.consultation.closes_at` holds.",
        examples=["2026-11-30"],
    )
    contact: Line | None = Field(None, description="Office that receives comments (đầu mối tiếp nhận).")
    url: WebUrl | None = Field(None, description="URL of the page for comments, if they are not collected on this hub.")

    short_reason: Annotated[Text | None, LaterMember()] = Field(
        None,
        max_length=2_000,
        description="Public reason for a period that is shorter than the legal minimum (lý do rút ngắn).",
        exclude_if=is_absent,
    )

    @model_validator(mode="after")
    def _check_order(self) -> "ConsultationWindow":
        if self.closes_on < self.opens_on:
            raise ValueError(
                fill(
                    "closes_on: {closes_on} is before opens_on {opens_on}",
                    closes_on=self.closes_on,
                    opens_on=self.opens_on,
                )
            )
        return self


class DraftCard(Card):
    """A draft as lists show it (dự thảo)."""

    kind: Literal["draft"] = Field("draft", description="Always `draft`.")
    type: str = Field(description="Type of the document it will become (loại văn bản).", examples=["Quyết định"])
    drafting_agency: AgencyRef = Field(description="Agency that drafts it (cơ quan soạn thảo).")
    draft_version: int = Field(description="Number of the draft, starting at 1 (lần dự thảo).", examples=[2])
    consultation: ConsultationWindow | None = Field(
        None, description="Period for public comment (thời gian lấy ý kiến)."
    )
    high_impact: bool = Field(description="True if it has a high impact on society (Quyết định 407/QĐ-TTg).")
    impact_stated: Annotated[bool, LaterMember()] = Field(
        False,
        description="True if the agency has stated if it has a high impact; without it, `false` in `high_impact` means "
        "that nothing was stated. Absent in views stored before it was known.",
    )
    issued_on: date = Field(description="Date of this draft (ngày đăng dự thảo).")


class DraftFull(DraftCard, Full):
    """A full draft."""

    explanatory_note: str | None = Field(
        None, description="Reasons for the proposal and the changes it makes (tờ trình, thuyết minh)."
    )
    nodes: list[TextNode] = Field(description="Text as a flat list of nodes in reading order.")
    attachments: list[Attachment] = Field(description="Attached files (tệp đính kèm).")


class DraftContent(BaseContent):
    """Fields that editors write for a draft."""

    type: Line = Field(max_length=80, description="Type of the document it will become.", examples=["Quyết định"])
    drafting_agency: Code = Field(description="Code of the drafting agency.")
    draft_version: int = Field(1, ge=1, le=99, description="Number of the draft, starting at 1.")
    drafted_on: StoredDay | None = Field(
        None,
        description="Date of this draft; when absent, the first day of the consultation or of publication.",
    )
    consultation: ConsultationWindow | None = Field(None, description="Period for public comment.")
    high_impact: bool = Field(False, description="True if it has a high impact on society.")
    impact_stated: bool = Field(
        False, description="True to state `high_impact`, also if it is `false`; `true` there is a statement by itself."
    )
    explanatory_note: Text | None = Field(None, description="Reasons for the proposal and the changes it makes.")
    nodes: tuple[TextNode, ...] = Field((), max_length=20_000, description="Text as a flat list of nodes.")
    attachments: tuple[Attachment, ...] = Field((), max_length=100, description="Attached files.")

    @model_validator(mode="after")
    def _check_consistency(self) -> "DraftContent":
        check_nodes(self.nodes)
        return self

    def own_date(self, day: date) -> date:
        """Return the draft's own date, given the day on which it is first published."""
        return self.drafted_on or (self.consultation.opens_on if self.consultation else day)


def _facts(content: DraftContent, names: ViewNames) -> dict[str, Any]:
    return {
        "type": content.type,
        "drafting_agency": AgencyRef(code=content.drafting_agency, name=names.agencies[content.drafting_agency]),
        "draft_version": content.draft_version,
        "consultation": content.consultation,
        "high_impact": content.high_impact,
        "impact_stated": content.high_impact or content.impact_stated,
        "issued_on": content.own_date(names.first_day),
        "explanatory_note": content.explanatory_note,
        "nodes": content.nodes,
        "attachments": content.attachments,
    }


def _index(content: DraftContent, day: date) -> ViewIndex:
    window = content.consultation
    return ViewIndex(
        issued_on=content.own_date(day),
        doc_type=content.type,
        issuers=(content.drafting_agency,),
        high_impact=content.high_impact,
        impact_stated=content.high_impact or content.impact_stated,
        consultation=(window.opens_on, window.closes_on) if window else None,
    )


def _plain_text(full: dict[str, Any]) -> str:
    return "\n".join(part for part in (full["explanatory_note"], nodes_text(full["nodes"])) if part)


CLOSING_BEFORE = (
    "whose consultation ends before this day in Việt Nam: the last day is an earlier one (hết hạn trước ngày). Those "
    "that close this week: with `consultation=open`, and the next Monday."
)
"""Description of the filter by the end of a consultation."""


class ConsultationFilters(BaseModel):
    """Filters of drafts."""

    consultation: ConsultationState | None = Field(
        None,
        description="Only drafts whose consultation is upcoming, open or closed (lấy ý kiến): now, or at the "
        "time `as_of`.",
        exclude_if=is_absent,
    )
    closing_before: AnyDay | None = Field(
        None,
        description=f"Only drafts {CLOSING_BEFORE}",
        examples=["2026-12-07"],
        exclude_if=is_absent,
    )


DRAFT = Kind(
    "draft",
    "drafts",
    "dự thảo",
    DraftContent,
    DraftCard,
    DraftFull,
    _facts,
    _index,
    _plain_text,
    filters=(ImpactFilters, ConsultationFilters),
)
