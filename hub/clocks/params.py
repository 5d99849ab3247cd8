"""Query parameters of the rules and the calendar."""

from pydantic import Field

from hub.domain.scalars import AnyDay
from hub.times import FIRST_DAY, LAST_DAY
from hub.web.parameters import NoParams


class ClocksParams(NoParams):
    """Query of the rules and the calendar."""

    on: AnyDay | None = Field(
        None, description="Only rows under which a term that starts on this day runs (ngày bắt đầu)."
    )
    calendar: int | None = Field(
        None,
        ge=FIRST_DAY.year,
        le=LAST_DAY.year,
        description="Year whose days off and working days are wanted, too (năm).",
        examples=[2026],
    )
