"""Tables of channels: switches, the outbox with its items and calls, and the copies at the other side."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class ChannelSwitch(SQLModel, table=True):
    """A channel that was switched on at a position of the log; without a row it is off."""

    __tablename__ = "channel_switch"

    channel: str = Field(primary_key=True, max_length=32)
    is_on: bool
    since_epoch: UUID
    since_seq: int = Field(sa_type=BigInteger)
    """Position of the log at which it was switched on: nothing published before is sent."""
    paused_reason: str | None = None
    """Reason why sending is paused by a person or by the channel itself; None while it sends."""
    paused_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    changed_by: str = Field(max_length=128)
    changed_at: datetime = Field(sa_column=timestamp_column())


class ChannelItem(SQLModel, table=True):
    """An item of the outbox: one edition (or digest, or answer) on one channel for one recipient, and one action."""

    __tablename__ = "channel_item"
    __table_args__ = (
        Index("uq_channel_item", "channel", "action", "key", "recipient", unique=True),
        Index(
            "ix_channel_item_due",
            "channel",
            "rank",
            "next_at",
            "id",
            postgresql_where=text("state IN ('queued', 'held', 'sending', 'in_review')"),
        ),
        Index("ix_channel_item_document", "document_id", postgresql_where=text("document_id IS NOT NULL")),
        Index("ix_channel_item_unknown", "channel", "id", postgresql_where=text("state = 'unknown'")),
        Index("ix_channel_item_recipient", "recipient"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    channel: str = Field(max_length=32)
    action: str = Field(max_length=16)
    key: str = Field(max_length=200)
    """Names what is sent: `document:{id}/{lang}/{edition}/{event}`, `digest:…`, `answer:…`."""
    recipient: str = Field(default="", max_length=64)
    """One of many receivers (a subscription); empty for channels with one public."""
    document_id: UUID | None = None
    lang: str | None = Field(default=None, max_length=8)
    edition: int | None = None
    event: str = Field(max_length=32)
    rank: int = 1
    """Order of sending: 0 urgent, 1 high, 2 normal."""
    priority: str | None = Field(default=None, max_length=16)
    state: str = Field(max_length=16)
    hold: str | None = Field(default=None, max_length=16)
    """Reason of `held`."""
    payload: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB))
    """Payload as it was first sent, or what a channel that does not render from a document sends."""
    step: str | None = Field(default=None, max_length=32)
    """Outside call whose outcome is not known yet, or that comes next."""
    words: str | None = None
    """The channel's own words of the last answer."""
    attempts: int = 0
    made_at: datetime = Field(sa_column=timestamp_column())
    """Time of the publication (by the database's clock): promises and receipts count from here."""
    next_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    first_sent_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    settled_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """Time at which it became live, failed or retracted."""
    resolved_by: str | None = Field(default=None, max_length=128)
    """Person who resolved an `unknown` item, with `resolution`."""
    resolution: str | None = None
    erased: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})


class ChannelCall(SQLModel, table=True):
    """An outside call: the intent before it, the outcome after it. Without `outcome`, the worker was interrupted."""

    __tablename__ = "channel_call"
    __table_args__ = (Index("ix_channel_call_item", "item_id", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    item_id: int = Field(sa_type=BigInteger, foreign_key="channel_item.id", ondelete="CASCADE")
    step: str = Field(max_length=32)
    attempt: int
    at: datetime = Field(sa_column=timestamp_column(index=True))
    outcome: str | None = Field(default=None, max_length=16)
    words: str | None = None
    seconds: float | None = None


class ChannelCopy(SQLModel, table=True):
    """The copy of a document at the other side of a channel: ids and tokens, of which readers see one at most."""

    __tablename__ = "channel_copy"

    channel: str = Field(primary_key=True, max_length=32)
    document_id: UUID = Field(primary_key=True)
    lang: str = Field(primary_key=True, max_length=8)
    remote: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))
    state: str = Field(max_length=16)
    """`live`, `retracted`, or `none` before the first success."""
    edition: int | None = None
    changed_at: datetime = Field(sa_column=timestamp_column())
