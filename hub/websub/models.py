"""Tables of WebSub: unverified requests and subscriptions. No text of a feed is stored."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class WebSubIntent(SQLModel, table=True):
    """An unverified request for a callback and a topic. A newer request replaces it; the callback must confirm it."""

    __tablename__ = "websub_intent"
    __table_args__ = (Index("ix_websub_intent_next_at", "next_at"),)

    key: str = Field(primary_key=True, max_length=64)
    """SHA-256 of callback and topic: URLs are too long for an index."""
    mode: str = Field(max_length=16)
    callback: str
    host: str = Field(index=True, max_length=255)
    domain: str = Field(max_length=255)
    """Registrable domain of the host; see `hub.websub.limits`."""
    client: str = Field(max_length=64)
    """Address of the client that asked, for IPv6 its /64."""
    topic: str
    lease_seconds: int
    secret: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    """Encrypted, see `hub.auth.encryption`."""
    denied: str | None = None
    """Reason of a denial; the callback is then notified instead of asked to confirm."""
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
    domain: str = Field(index=True, max_length=255)
    topic: str
    kind: str | None = Field(default=None, max_length=16)
    """Kind of content of its feed; None: all kinds."""
    secret: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    expires_at: datetime = Field(sa_column=timestamp_column())
    wanted_seq: int = Field(sa_type=BigInteger)
    """Position of the last log entry that may have changed the topic."""
    waiting_since: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """Time since which changes are not sent; None if there are none."""
    sent_seq: int = Field(sa_type=BigInteger)
    """Position in the log up to which the subscriber has received the topic."""
    sent_etag: str
    """ETag of the feed that the subscriber received: an entry that does not change the feed sends nothing."""
    failures: int = 0
    next_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
