"""What editors see of the press watch. Never public, always `no-store`; tone is told of topics and times only."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hub.domain.as_of import Day
from hub.domain.kinds import KindName
from hub.domain.types import Code, Moment, View
from hub.press.answers import AnswerReason
from hub.press.baseline import TrendSubject
from hub.press.commands import PressTime
from hub.web.parameters import NoParams, PageParams

FromDay = Annotated[Day | None, Field(alias="from", description="First day, in Việt Nam.", examples=["2026-11-01"])]
ToDay = Annotated[Day | None, Field(description="Last day, in Việt Nam; today when absent.", examples=["2026-11-28"])]
TopicFilter = Annotated[
    Code | None,
    Field(description="Only headlines about this topic, or one below it (chủ đề).", examples=["moi-truong"]),
]
PlaceFilter = Annotated[
    Code | None,
    Field(description="Only headlines about this place, those below it, or what they were (địa bàn).", examples=["46"]),
]


class TrendStep(StrEnum):
    """How long the periods are that are counted; a week begins on Monday (bước thời gian)."""

    day = "day"
    week = "week"


class TrendParams(NoParams):
    """Parameters of the figures."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    by: TrendSubject = Field(TrendSubject.topic, description="Count topics, or places (theo chủ đề hay địa bàn).")
    step: TrendStep = Field(TrendStep.day, description="By day (at most 100) or by week (at most 100 weeks).")
    from_: FromDay = None
    to: ToDay = None
    topic: TopicFilter = None
    place: PlaceFilter = None


class TrendItemParams(PageParams):
    """Parameters of the headlines behind a figure."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: FromDay = None
    to: ToDay = None
    topic: TopicFilter = None
    place: PlaceFilter = None


class BurstParams(PageParams):
    """Parameters of the bursts."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    by: TrendSubject | None = Field(None, description="Only bursts of topics, or of places.")
    from_: FromDay = None
    to: ToDay = None
    topic: Code | None = Field(
        None,
        description="Only bursts that are, in good part, about this topic or one below it.",
        examples=["moi-truong"],
    )
    place: Code | None = Field(
        None, description="Only bursts that are, in good part, about this place or one below it.", examples=["46"]
    )


class TrendPeriod(View):
    """One day or week, all headlines together (kỳ)."""

    on: date = Field(description="Its first day.")
    items: int = Field(description="Headlines of all outlets.")
    outlets: int = Field(description="Outlets that wrote any.")


class TrendFigure(View):
    """A topic or place in one day or week (số liệu)."""

    on: date = Field(description="The period's first day.")
    items: int = Field(description="Headlines about it. See them at `/api/v1/manage/trends/items`.")
    share: float = Field(description="Part of all headlines of the period, 0 to 1 (tỷ lệ).", examples=[0.031])
    positive: int | None = Field(
        None, description="How many sound good, by the lexicon (tích cực); null when places are counted."
    )
    negative: int | None = Field(None, description="How many sound bad (tiêu cực).")
    balanced: int | None = Field(None, description="How many say as much of both (cân bằng); all others say neither.")


class TrendSeries(View):
    """A topic or place over time (chuỗi số liệu)."""

    code: str = Field(description="Code of the topic or place.", examples=["moi-truong"])
    name: str = Field(description="What it is called now.")
    items: int = Field(description="Headlines in all periods together.")
    share: float = Field(description="Part of all headlines, 0 to 1.")
    figures: list[TrendFigure] = Field(description="By time; periods without a headline about it are left out.")


class Trends(View):
    """What newspapers wrote about, over time (xu hướng báo chí)."""

    by: TrendSubject = Field(description="What is counted: topic or place.")
    step: TrendStep = Field(description="day or week.")
    first_on: date = Field(description="First day that is counted.")
    last_on: date = Field(description="Last day that is counted.")
    periods: list[TrendPeriod] = Field(description="All headlines by period; those without any are left out.")
    series: list[TrendSeries] = Field(description="Topics or places, those with most headlines first.")


class TrendItem(View):
    """A headline of a newspaper (tít báo)."""

    id: int = Field(description="Its number in the hub.")
    title: str = Field(description="The headline.")
    outlet: str = Field(description="The newspaper (tòa soạn).")
    link: str | None = Field(None, description="Its address there.")
    at: Moment = Field(description="When, with +07:00; `time` says of what.")
    time: PressTime = Field(description="published: the newspaper's own clock. collected: when a collector came by.")
    topics: list[str] = Field(description="Codes of its topics.")
    places: list[str] = Field(description="Codes of its places.")


class BurstAnswer(View):
    """The first statement or bulletin that answers a burst (phản hồi)."""

    id: UUID = Field(description="UUID of the document.")
    kind: KindName = Field(description="statement or bulletin.")
    title: str = Field(description="Its title.")
    published_at: Moment = Field(description="When it became public, with +07:00.")
    after_hours: float = Field(description="Hours from the beginning of the burst.", examples=[7.5])
    because: list[AnswerReason] = Field(description="What it shares with the burst: subject, company, words.")


class BurstState(StrEnum):
    """Whether a burst has an answer (tình trạng phản hồi)."""

    open = "open"
    answered = "answered"


class TrendBurst(View):
    """A subject of which much more was written than usual, for a time (đợt tin dồn dập)."""

    id: int = Field(description="Its number in the hub.")
    by: TrendSubject = Field(description="topic or place.")
    code: str = Field(description="Code of the topic or place.", examples=["phong-chong-thien-tai"])
    name: str = Field(description="What it is called now.")
    first_on: date = Field(description="First day, in Việt Nam.")
    last_on: date = Field(description="Last day so far.")
    peak_on: date = Field(description="Day with most above the usual.")
    over: bool = Field(description="Whether quiet days followed (đã lắng).")
    items: int = Field(description="Headlines about it in these days.")
    expected: float = Field(description="How many would have been usual (mức thường lệ).")
    score: float = Field(description="-log10 of the chance of so many in usual times; 3 is one in a thousand.")
    outlets: int = Field(description="Outlets that wrote about it.")
    phrases: list[str] = Field(description="Words its headlines share; no names.", examples=[["sạt lở", "vùng lũ"]])
    topics: list[str] = Field(description="Codes of topics that a fifth of its headlines are about, or more.")
    places: list[str] = Field(description="Codes of places that a fifth of its headlines are about, or more.")
    began_at: Moment = Field(description="Moment of its first headline, with +07:00.")
    state: BurstState = Field(description="open: no statement or bulletin answers it; answered.")
    open_hours: float | None = Field(
        None, description="Hours since it began while nobody answered; null when answered."
    )
    answer: BurstAnswer | None = Field(None, description="The first answer; null while it is open.")


class TrendItemPage(BaseModel):
    """One page of headlines."""

    items: list[TrendItem] = Field(description="Newest first.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


class TrendBurstPage(BaseModel):
    """One page of bursts."""

    items: list[TrendBurst] = Field(description="Those that began last first.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")
