"""Tables of the press watch: headlines, bursts, and which headlines stand behind a burst. Nothing here is public."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity, Index, SmallInteger, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel


def _moment(*, nullable: bool = False, now: bool = False) -> Any:
    return Column(DateTime(timezone=True), nullable=nullable, server_default=func.now() if now else None)


def _codes() -> Any:
    return Column(ARRAY(Text), nullable=False)


class PressRecord(SQLModel, table=True):
    """One headline (tít báo) of one outlet, with what the lexicon read in it."""

    __tablename__ = "press_item"
    __table_args__ = (
        Index("ix_press_item_at", "at", "id"),
        Index("ix_press_item_topics", "topics", postgresql_using="gin"),
        Index("ix_press_item_places", "places", postgresql_using="gin"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    key: str = Field(max_length=32, unique=True)
    """Of the canonical link; without a link of outlet, folded title and day."""
    source: str | None = Field(default=None, max_length=64, index=True)
    outlet: str = Field(max_length=120)
    title: str
    link: str | None = None
    at: datetime = Field(sa_column=_moment())
    """When it was published, or else when it was collected: `time_kind` says which."""
    time_kind: str = Field(max_length=12)
    collected_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    topics: list[str] = Field(sa_column=_codes())
    places: list[str] = Field(sa_column=_codes())
    tone: int | None = Field(default=None, sa_column=Column(SmallInteger))
    """-1 negative, 0 as much of both, 1 positive; null: no tone word."""
    lexicon: str = Field(max_length=16)
    """The edition of the lexicon that read it."""
    taken_at: datetime | None = Field(default=None, sa_column=_moment(now=True))


class PressBurst(SQLModel, table=True):
    """A subject of which much more was written than usual, for a time (đợt tin dồn dập)."""

    __tablename__ = "press_burst"
    __table_args__ = (
        Index("ix_press_burst_begins_at", "begins_at", "id"),
        Index("ix_press_burst_topics", "topics", postgresql_using="gin"),
        Index("ix_press_burst_places", "places", postgresql_using="gin"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    kind: str = Field(max_length=8)
    """`topic`, `place` or `phrase`."""
    subject: str
    begins_at: datetime = Field(sa_column=_moment())
    ends_at: datetime = Field(sa_column=_moment())
    peak_at: datetime = Field(sa_column=_moment())
    observed: int
    expected: float
    score: float
    outlets: int
    phrases: list[str] = Field(sa_column=_codes())
    topics: list[str] = Field(sa_column=_codes())
    places: list[str] = Field(sa_column=_codes())
    found_at: datetime | None = Field(default=None, sa_column=_moment(now=True))


class PressBurstItem(SQLModel, table=True):
    """A headline behind a burst."""

    __tablename__ = "press_burst_item"

    burst_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("press_burst.id", ondelete="CASCADE"), primary_key=True)
    )
    item_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("press_item.id", ondelete="CASCADE"), primary_key=True, index=True)
    )
