"""Query parameters of the list of consultations."""

from enum import StrEnum

from pydantic import Field

from hub.domain.consultations import ConsultationStage
from hub.domain.scalars import AnyDay, Code
from hub.web.parameters import LangParam, PageParams


class ConsultationSort(StrEnum):
    """Order of the list of consultations."""

    closes_asc = "closes_asc"
    closes_desc = "closes_desc"


class ConsultationListParams(PageParams):
    """Parameters of the list of consultations."""

    state: list[ConsultationStage] = Field(
        [], max_length=len(ConsultationStage), description="Only consultations in one of these stages, as of now."
    )
    agency: Code | None = Field(
        None,
        description="Code of the agency that asks for comments; includes its predecessors, its successors and the "
        "agencies below them (cơ quan lấy ý kiến).",
        examples=["ubnd-hue"],
    )
    open_on: AnyDay | None = Field(
        None,
        description="Only consultations in which people may comment on this day in Việt Nam.",
        examples=["2026-11-30"],
    )
    closing_before: AnyDay | None = Field(
        None,
        description="Only consultations that end before this day in Việt Nam: the last day is an earlier one (hết hạn "
        "trước ngày). Those that close this week: with `state=open`, and the next Monday.",
        examples=["2026-12-07"],
    )
    high_impact: bool | None = Field(
        None, description="Only consultations whose latest draft has a high impact on society, or with `false` none."
    )
    sort: ConsultationSort = Field(ConsultationSort.closes_desc, description="Sort order (thứ tự).")
    lang: LangParam = None


class ManagedConsultationParams(PageParams):
    """Parameters of the list of consultations for their editors."""

    agency: Code | None = Field(None, max_length=64, description="Only consultations of this agency.")
    state: list[ConsultationStage] = Field(
        [], max_length=len(ConsultationStage), description="Only consultations in one of these stages, as of now."
    )
