"""Tables of the press watch: headlines and bursts. Nothing here is public."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Identity, Index, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


def _codes() -> Any:
    return Column(ARRAY(Text), nullable=False)


class PressRecord(SQLModel, table=True):
    """One headline (tít báo) of one outlet, with the tags that the lexicon gave it."""

    __tablename__ = "press_item"
    __table_args__ = (
        Index("ix_press_item_at", "at", "id"),
        Index("ix_press_item_topics", "topics", postgresql_using="gin"),
        Index("ix_press_item_places", "places", postgresql_using="gin"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    key: str = Field(max_length=32, unique=True)
    """Hash of the canonical link; without a link, of outlet, folded title and day."""
    source: str | None = Field(default=None, max_length=64, index=True)
    outlet: str = Field(max_length=120)
    title: str
    link: str | None = None
    at: datetime = Field(sa_column=timestamp_column())
    """Time of publication, or else of collection; see `time_kind`."""
    time_kind: str = Field(max_length=12)
    collected_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    topics: list[str] = Field(sa_column=_codes())
    places: list[str] = Field(sa_column=_codes())
    tone: int | None = Field(default=None, sa_column=Column(SmallInteger))
    """-1 negative, 0 balanced, 1 positive; null without any tone word."""
    lexicon: str = Field(max_length=16)
    """Fingerprint of the lexicon that it was classified with."""
    taken_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))


class PressBurst(SQLModel, table=True):
    """A period with much more headlines about a subject than usual (đợt tin dồn dập). Days are days in Việt Nam.

    Its headlines are those of its subject on its days.
    """

    __tablename__ = "press_burst"
    __table_args__ = (
        Index("ix_press_burst_first_on", "first_on", "id"),
        Index("ix_press_burst_topics", "topics", postgresql_using="gin"),
        Index("ix_press_burst_places", "places", postgresql_using="gin"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    kind: str = Field(max_length=8)
    """`topic` or `place`."""
    subject: str
    """Code of the topic or place."""
    first_on: date
    last_on: date
    peak_on: date
    began_at: datetime = Field(sa_column=timestamp_column())
    """Time of the first headline about the subject on the first day."""
    over: bool
    """True once enough quiet days followed."""
    observed: int
    expected: float
    score: float
    outlets: int
    phrases: list[str] = Field(sa_column=_codes())
    """Phrases that are characteristic of its headlines among all of these days; no names."""
    topics: list[str] = Field(sa_column=_codes())
    """Topics of many of its headlines, including the subject."""
    places: list[str] = Field(sa_column=_codes())
    found_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
