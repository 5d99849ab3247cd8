"""Tables of WebSub: intents that are still to be verified, and subscriptions. No text of a feed is ever stored."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class WebSubIntent(SQLModel, table=True):
    """What somebody asked for a callback and a topic; the newest wish counts, and the callback has to confirm it."""

    __tablename__ = "websub_intent"
    __table_args__ = (Index("ix_websub_intent_next_at", "next_at"),)

    key: str = Field(primary_key=True, max_length=64)
    """SHA-256 of callback and topic: URLs are too long for an index."""
    mode: str = Field(max_length=16)
    callback: str
    host: str = Field(index=True, max_length=255)
    topic: str
    lease_seconds: int
    secret: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    """Encrypted, see `hub.auth.encryption`."""
    denied: str | None = None
    """Why it is not taken; then the callback is told so instead of being asked."""
    attempts: int = 0
    asked_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    next_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))


class WebSubSubscription(SQLModel, table=True):
    """A confirmed subscription (đăng ký nhận tin) until its lease ends."""

    __tablename__ = "websub_subscription"
    __table_args__ = (Index("ix_websub_subscription_kind", "kind", "expires_at"),)

    key: str = Field(primary_key=True, max_length=64)
    callback: str
    host: str = Field(index=True, max_length=255)
    topic: str
    kind: str | None = Field(default=None, max_length=16)
    """The kind of content its feed is about; None: all."""
    secret: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    expires_at: datetime = Field(sa_column=timestamp_column())
    wanted_seq: int = Field(sa_type=BigInteger)
    """The last entry of the log that may have changed the topic."""
    sent_seq: int = Field(sa_type=BigInteger)
    """Up to which entry the subscriber knows the topic."""
    sent_etag: str
    """Which bytes the subscriber knows: an entry that leaves the feed as it was sends nothing."""
    failures: int = 0
    next_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
