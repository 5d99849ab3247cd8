"""Query parameters of the openness figures."""

from datetime import date
from enum import StrEnum

from pydantic import Field, model_validator

from hub.domain.scalars import AnyDay, Code
from hub.problem_texts.templates import fill
from hub.times import today
from hub.web.parameters import LangParams, NoParams, PageParams

MAX_DAYS = 5 * 365 + 2
"""Longest period, in days: five years, two of which may be leap years."""


class OpennessFigure(StrEnum):
    """Figure whose items can be listed (chỉ tiêu)."""

    policies_high_impact = "policies_high_impact"
    policies_consulted = "policies_consulted"
    policies_no_impact = "policies_no_impact"
    policies_not_stated = "policies_not_stated"
    drafts_announced = "drafts_announced"
    drafts_high_impact = "drafts_high_impact"
    drafts_not_stated = "drafts_not_stated"
    windows_below_minimum = "windows_below_minimum"
    opinions = "opinions"
    opinions_answered = "opinions_answered"
    opinions_closed = "opinions_closed"
    answers_changed = "answers_changed"
    consultations_answered = "consultations_answered"
    bodies_asked = "bodies_asked"
    bodies_answered = "bodies_answered"
    adopted_without_answers = "adopted_without_answers"


class OpennessParams(NoParams):
    """Query of the figures: agency and period."""

    agency: Code | None = Field(
        None, description="Only this agency and the agencies below it (cơ quan).", examples=["ubnd-hue"]
    )
    first_on: AnyDay | None = Field(
        None,
        description="First day of the period (từ ngày), which has at most five years; by default 1 January of the "
        "year of `last_on`.",
    )
    last_on: AnyDay | None = Field(None, description="Last day of the period (đến ngày); by default today.")

    @model_validator(mode="after")
    def _check_order(self) -> "OpennessParams":
        if self.first_day > self.last_day:
            raise ValueError("last_on: is before the first day of the period")
        if (self.last_day - self.first_day).days >= MAX_DAYS:
            raise ValueError(
                fill("first_on: the period is longer than five years ({max_days} days)", max_days=MAX_DAYS)
            )
        return self

    @property
    def first_day(self) -> date:
        """First day of the period."""
        return self.first_on or date(self.last_day.year, 1, 1)

    @property
    def last_day(self) -> date:
        """Last day of the period."""
        return self.last_on or today()


class LangOpennessParams(OpennessParams, LangParams):
    """Query of the figures, with a language."""


class OpennessItemsParams(LangOpennessParams, PageParams):
    """Query of the items of a figure."""

    figure: OpennessFigure = Field(description="Figure whose items are wanted (chỉ tiêu).")
