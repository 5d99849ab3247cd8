"""Public views of the openness figures."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from hub.domain.types import AgencyRef, View

_ITEMS = "Items: `/api/v1/openness/items?figure={}`."


def _count(figure: str, text: str) -> int:
    found: int = Field(description=f"{text} {_ITEMS.format(figure)}")
    return found


class OpennessFigures(View):
    """Figures of an agency, or of all (chỉ số công khai). No percentage is told for fewer than five cases."""

    policies_high_impact: int = _count("policies_high_impact", "Policies of the period with a high impact.")
    policies_consulted: int = _count("policies_consulted", "Of these, those that came of a public consultation.")
    consulted_percent: float | None = Field(
        description="Share of the policies with a high impact that came of a public consultation, in percent; null for "
        "fewer than five. Read it beside `policies_not_stated`."
    )
    policies_no_impact: int = _count("policies_no_impact", "Policies of which the agency states no high impact.")
    policies_not_stated: int = _count("policies_not_stated", "Policies of which the agency states neither.")
    drafts_announced: int = _count("drafts_announced", "Consultations that were announced in the period.")
    drafts_high_impact: int = _count("drafts_high_impact", "Of these, those on a draft with a high impact.")
    drafts_not_stated: int = _count("drafts_not_stated", "Of these, those on a draft whose impact is not stated.")
    days_open: float | None = Field(description="Median of the days for which people could comment; null without one.")
    windows_below_minimum: int = _count("windows_below_minimum", "Windows that are shorter than the legal minimum.")
    opinions: int = _count("opinions", "Public comments (ý kiến).")
    opinions_closed: int = _count("opinions_closed", "Of these, those in consultations that have ended.")
    opinions_answered: int = _count("opinions_answered", "Of these, those that have an official answer.")
    answered_percent: float | None = Field(
        description="Share of the comments in ended consultations that were answered, in percent; null for fewer than "
        "five."
    )
    answers_changed: int = _count("answers_changed", "Answers that name the passage that was changed for them.")
    consultations_answered: int = _count("consultations_answered", "Consultations that were answered.")
    days_to_answer: float | None = Field(
        description="Median of the days from the end of a consultation to its answers; null without one."
    )
    bodies_asked: int = _count("bodies_asked", "Bodies that were asked, in consultations that have ended.")
    bodies_answered: int = _count("bodies_answered", "Of these, those that answered.")
    bodies_percent: float | None = Field(description="Their share in percent; null for fewer than five.")
    adopted_without_answers: int = _count(
        "adopted_without_answers", "Consultations whose policy was adopted before the comments were answered: breaches."
    )


class AgencyOpenness(OpennessFigures):
    """Figures of one agency."""

    agency: AgencyRef = Field(description="The agency (cơ quan).")


class OpennessView(BaseModel):
    """Figures of a period: of each agency with an item in it, and of all together."""

    first_on: date = Field(description="First day of the period.")
    last_on: date = Field(description="Last day of the period.")
    agencies: list[AgencyOpenness] = Field(description="Figures of each agency, by code.")
    total: OpennessFigures = Field(description="Figures of all these agencies.")


class OpennessItem(View):
    """An item of a figure."""

    subject: str = Field(description="`policy` or `consultation`.")
    id: UUID = Field(description="UUID of the policy or the consultation.")
    agency: str = Field(description="Code of the agency.")
    title: str | None = Field(description="Title of the policy or of the latest draft; null if it is damaged.")
    path: str = Field(description="Path of the item, relative to the base URL of the hub.")
    count: int = Field(description="Part of the figure that it is.")


class OpennessItems(BaseModel):
    """Items of a figure; their counts add up to it."""

    figure: str = Field(description="The figure.")
    total: int = Field(description="Sum of the counts of all items: the figure.")
    items: list[OpennessItem] = Field(description="Items, by id.")
    next: str | None = Field(description="Cursor of the next page; null at the end.")
