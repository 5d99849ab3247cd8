"""Warnings (cảnh báo): the members by which a bulletin is a warning, in the words of CAP 1.2."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from hub.domain.scalars import Line, Moment, Text
from hub.domain.types import Content, View


class WarningCategory(StrEnum):
    """Category of a warning, as CAP names it (loại cảnh báo)."""

    Geo = "Geo"
    Met = "Met"
    Safety = "Safety"
    Security = "Security"
    Rescue = "Rescue"
    Fire = "Fire"
    Health = "Health"
    Env = "Env"
    Transport = "Transport"
    Infra = "Infra"
    CBRNE = "CBRNE"
    Other = "Other"


class WarningUrgency(StrEnum):
    """Time in which people have to act, as CAP names it (mức khẩn cấp)."""

    Immediate = "Immediate"
    Expected = "Expected"
    Future = "Future"
    Past = "Past"
    Unknown = "Unknown"


class WarningSeverity(StrEnum):
    """Severity of the event, as CAP names it (mức nghiêm trọng)."""

    Extreme = "Extreme"
    Severe = "Severe"
    Moderate = "Moderate"
    Minor = "Minor"
    Unknown = "Unknown"


class WarningCertainty(StrEnum):
    """Certainty of the event, as CAP names it (độ chắc chắn)."""

    Observed = "Observed"
    Likely = "Likely"
    Possible = "Possible"
    Unlikely = "Unlikely"
    Unknown = "Unknown"


class BulletinWarning(View, Content):
    """The members by which a bulletin is a warning (cảnh báo); it is also published as an alert of CAP 1.2."""

    event: Annotated[Line, StringConstraints(max_length=200)] = Field(
        description="Event that people are warned of (hiện tượng).", examples=["Lũ trên sông Hương"]
    )
    category: WarningCategory = Field(description="Category (loại cảnh báo).")
    urgency: WarningUrgency = Field(description="Time in which people have to act (mức khẩn cấp).")
    severity: WarningSeverity = Field(description="Severity (mức nghiêm trọng).")
    certainty: WarningCertainty = Field(description="Certainty (độ chắc chắn).")
    onset: Moment | None = Field(None, description="Expected beginning of the event, with an offset (bắt đầu).")
    expires: Moment | None = Field(
        None, description="End of the warning, with an offset (kết thúc); without it, `valid_until` of the bulletin."
    )
    instruction: Annotated[Text, StringConstraints(max_length=2_000)] | None = Field(
        None, description="Actions that people should take (khuyến cáo)."
    )
    is_exercise: bool = Field(False, description="True for an exercise, not a real event (diễn tập).")

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.onset is not None and self.expires is not None and self.expires <= self.onset:
            raise ValueError("`expires` must be later than `onset`")
        return self
