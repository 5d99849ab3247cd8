"""Tables of Zalo: the tokens of the account, what it may still send, and the events that Zalo reports."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column

ZALO_CHANNELS = ("zalo", "zalo_broadcast")
"""Channels that send with the tokens of the account."""


class TokenState(StrEnum):
    """State of the tokens of the account (trạng thái uỷ quyền)."""

    valid = "valid"
    refreshing = "refreshing"
    """A refresh was begun. Whoever holds the lock and finds this knows that it was interrupted."""
    lost = "lost"
    """The refresh token may be used up, and its successor did not arrive: a person authorises again."""
    refused = "refused"
    """Zalo refused the refresh token: a person authorises again."""


class ZaloToken(SQLModel, table=True):
    """The pair of tokens of one Official Account, sealed. Zalo accepts a refresh token once."""

    __tablename__ = "zalo_token"

    app_id: str = Field(primary_key=True, max_length=24)
    state: str = Field(max_length=16)
    intent: UUID | None = None
    """Names the refresh under way, so that only its own answer is saved."""
    access: bytes
    refresh: bytes
    access_expires_at: datetime = Field(sa_column=timestamp_column())
    refresh_expires_at: datetime = Field(sa_column=timestamp_column())
    access_seconds: int
    """Life of the access token, as Zalo stated it."""
    version: int
    """Number of the pair: an access token that Zalo refuses is refreshed only while it is the newest."""
    words: str | None = None
    """Zalo's words of a refusal."""
    authorised_by: str = Field(max_length=128)
    authorised_at: datetime = Field(sa_column=timestamp_column())
    changed_at: datetime = Field(sa_column=timestamp_column())


class ZaloAccount(SQLModel, table=True):
    """The account's package, followers and quota, as Zalo last answered."""

    __tablename__ = "zalo_account"

    app_id: str = Field(primary_key=True, max_length=24)
    package: str | None = None
    package_valid_through: str | None = None
    followers: int | None = None
    remaining: int | None = None
    """Broadcasts that Zalo still allows; null where it did not say."""
    total: int | None = None
    answer: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))
    """Answer about the quota, as it came."""
    asked_at: datetime = Field(sa_column=timestamp_column())


class ZaloEvent(SQLModel, table=True):
    """An event that Zalo reported, without its text; the person is a keyed hash until it is handled."""

    __tablename__ = "zalo_event"
    __table_args__ = (
        Index("ix_zalo_event_waiting", "received_at", "key", postgresql_where=text("handled_at IS NULL")),
        Index("ix_zalo_event_received", "received_at"),
    )

    key: str = Field(primary_key=True, max_length=64)
    """Hash of what names the event; a repetition has the same."""
    name: str = Field(max_length=64)
    msg_id: str | None = Field(default=None, max_length=128)
    tracking_id: str | None = Field(default=None, max_length=128)
    person: str | None = Field(default=None, max_length=64)
    happened_at: datetime = Field(sa_column=timestamp_column())
    received_at: datetime = Field(sa_column=timestamp_column())
    handled_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))


class ZaloCount(SQLModel, table=True):
    """Number of events of a name on a day in Việt Nam, about one message or none."""

    __tablename__ = "zalo_count"

    day: date = Field(primary_key=True)
    name: str = Field(primary_key=True, max_length=64)
    msg_id: str = Field(primary_key=True, default="", max_length=128)
    count: int
    last_at: datetime = Field(sa_column=timestamp_column())
