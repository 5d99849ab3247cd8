"""Parameters and response models of the press watch. Never public, always `no-store`; tone only by topic and period."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hub.domain.kinds import KindName
from hub.domain.scalars import Code, Moment, StoredDay
from hub.domain.types import View
from hub.press.answers import AnswerReason
from hub.press.baseline import TrendSubject
from hub.press.publication_times import PressTime
from hub.web.parameters import NoParams, PageParams

FromDay = Annotated[
    StoredDay | None, Field(alias="from", description="First day, in Việt Nam time.", examples=["2026-11-01"])
]
ToDay = Annotated[
    StoredDay | None, Field(description="Last day, in Việt Nam time; today by default.", examples=["2026-11-28"])
]
TopicFilter = Annotated[
    Code | None,
    Field(description="Only headlines about this topic or one of its descendants (chủ đề).", examples=["moi-truong"]),
]
PlaceFilter = Annotated[
    Code | None,
    Field(
        description="Only headlines about this place, its descendants, or their predecessors (địa bàn).",
        examples=["46"],
    ),
]


class TrendStep(StrEnum):
    """Length of the periods that headlines are counted in; a week begins on Monday (bước thời gian)."""

    day = "day"
    week = "week"


class TrendParams(NoParams):
    """Query parameters of headline counts."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    by: TrendSubject = Field(TrendSubject.topic, description="Count by topic or by place (theo chủ đề hay địa bàn).")
    step: TrendStep = Field(
        TrendStep.day, description="Count by day (at most 100 days) or by week (at most 100 weeks)."
    )
    from_: FromDay = None
    to: ToDay = None
    topic: TopicFilter = None
    place: PlaceFilter = None


class TrendItemParams(PageParams):
    """Query parameters of the list of headlines."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: FromDay = None
    to: ToDay = None
    topic: TopicFilter = None
    place: PlaceFilter = None


class BurstParams(PageParams):
    """Query parameters of the list of bursts."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    by: TrendSubject | None = Field(None, description="Only bursts of topics, or only bursts of places.")
    from_: FromDay = None
    to: ToDay = None
    topic: Code | None = Field(
        None,
        description="Only bursts with this topic, or one of its descendants, among their `topics`.",
        examples=["moi-truong"],
    )
    place: Code | None = Field(
        None,
        description="Only bursts with this place, or one of its descendants, among their `places`.",
        examples=["46"],
    )


class TrendPeriod(View):
    """The counts of all headlines in one day or week (kỳ)."""

    on: date = Field(description="First day of the period.")
    items: int = Field(description="Number of headlines of all outlets.")
    outlets: int = Field(description="Number of outlets with any headline.")


class TrendFigure(View):
    """The counts of a topic or place in one day or week (số liệu)."""

    on: date = Field(description="First day of the period.")
    items: int = Field(description="Number of headlines about it; listed at `/api/v1/manage/trends/items`.")
    share: float = Field(description="Share of all headlines of the period, 0 to 1 (tỷ lệ).", examples=[0.031])
    positive: int | None = Field(
        None,
        description="Number of headlines with a positive tone by the lexicon (tích cực); null when counting places.",
    )
    negative: int | None = Field(
        None, description="Number of headlines with a negative tone (tiêu cực); null when counting places."
    )
    balanced: int | None = Field(
        None,
        description="Number of headlines with as many positive as negative words (cân bằng). All others have neither.",
    )


class TrendSeries(View):
    """The counts of a topic or place over time (chuỗi số liệu)."""

    code: str = Field(description="Code of the topic or place.", examples=["moi-truong"])
    name: str = Field(description="Current name.")
    items: int = Field(description="Number of headlines in all periods.")
    share: float = Field(description="Share of all headlines, 0 to 1.")
    figures: list[TrendFigure] = Field(
        description="Counts by period, in order; periods without a headline about it are omitted."
    )


class Trends(View):
    """Headline counts of newspapers over time (xu hướng báo chí)."""

    by: TrendSubject = Field(description="Subject of the counts: topic or place.")
    step: TrendStep = Field(description="Length of the periods: day or week.")
    first_on: date = Field(description="First day of the range.")
    last_on: date = Field(description="Last day of the range.")
    periods: list[TrendPeriod] = Field(
        description="Counts of all headlines by period; periods without any are omitted."
    )
    series: list[TrendSeries] = Field(description="Topics or places, sorted by number of headlines, largest first.")


class TrendItem(View):
    """A headline of a newspaper (tít báo)."""

    id: int = Field(description="Numeric id in this hub.")
    title: str = Field(description="Text of the headline.")
    outlet: str = Field(description="Name of the newspaper (tòa soạn).")
    link: str | None = Field(None, description="URL of the article.")
    at: Moment = Field(description="Time of the headline, with +07:00; see `time`.")
    time: PressTime = Field(
        description="Meaning of `at`: `published` (time of publication) or `collected` (time of collection)."
    )
    topics: list[str] = Field(description="Codes of the topics of the headline.")
    places: list[str] = Field(description="Codes of the places of the headline.")


class BurstAnswer(View):
    """The first statement or bulletin that answers a burst (phản hồi)."""

    id: UUID = Field(description="UUID of the document.")
    kind: KindName = Field(description="Kind of the document: statement or bulletin.")
    title: str = Field(description="Title of the document.")
    published_at: Moment = Field(description="Time of publication, with +07:00.")
    after_hours: float = Field(description="Hours between the beginning of the burst and the answer.", examples=[7.5])
    because: list[AnswerReason] = Field(
        description="Reasons for the match: `subject` (same subject), `company` (another topic or place of the burst), "
        "`words` (phrases of the burst)."
    )


class BurstState(StrEnum):
    """State of a burst: open, or answered by a statement or bulletin (tình trạng phản hồi)."""

    open = "open"
    answered = "answered"


class TrendBurst(View):
    """A burst: a period with far more headlines about a topic or place than usual (đợt tin dồn dập)."""

    id: int = Field(description="Numeric id in this hub.")
    by: TrendSubject = Field(description="Type of the subject: topic or place.")
    code: str = Field(description="Code of the topic or place.", examples=["phong-chong-thien-tai"])
    name: str = Field(description="Current name.")
    first_on: date = Field(description="First day, in Việt Nam time.")
    last_on: date = Field(description="Last day so far.")
    peak_on: date = Field(description="Day with the largest excess over the expected number.")
    over: bool = Field(description="True once the burst has ended, after enough quiet days (đã lắng).")
    items: int = Field(description="Number of headlines about the subject in these days.")
    expected: float = Field(description="Expected number of headlines (mức thường lệ).")
    score: float = Field(
        description="-log10 of the probability of this many headlines at the usual level; 3 is one in a thousand."
    )
    outlets: int = Field(description="Number of outlets that wrote more about it than expected.")
    phrases: list[str] = Field(
        description="Phrases that are characteristic of its headlines; no names.", examples=[["sạt lở", "vùng lũ"]]
    )
    topics: list[str] = Field(description="Codes of the topics of at least a fifth of its headlines.")
    places: list[str] = Field(description="Codes of the places of at least a fifth of its headlines.")
    began_at: Moment = Field(description="Time of its first headline, with +07:00.")
    state: BurstState = Field(description="`open` (no answer yet) or `answered` (by a statement or bulletin).")
    open_hours: float | None = Field(
        None, description="Hours since its beginning while it has no answer; null once answered."
    )
    answer: BurstAnswer | None = Field(None, description="The first answer; null while open.")


class TrendItemPage(BaseModel):
    """One page of headlines."""

    items: list[TrendItem] = Field(description="Headlines, newest first.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


class TrendBurstPage(BaseModel):
    """One page of bursts."""

    items: list[TrendBurst] = Field(description="Bursts, those that began last first.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")
