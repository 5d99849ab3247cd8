"""Tables of webhooks: endpoints, their messages, and a receipt for each attempt."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class WebhookEndpoint(SQLModel, table=True):
    """An endpoint (địa chỉ nhận): its URL, its filter, and its cursor in the log."""

    __tablename__ = "webhook_endpoint"

    id: UUID = Field(primary_key=True)
    agency: str = Field(foreign_key="agency.code", index=True, max_length=64)
    made_by: str = Field(max_length=128)
    """Principal that manages it: an API key with its successors, or a staff member."""
    label: str
    url: str
    events: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    filter: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    format: str = Field(max_length=16)
    view: str = Field(max_length=8)
    state: str = Field(max_length=16)
    reason: str | None = None
    secret: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """Encrypted, see `hub.auth.encryption`."""
    old_secret: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    old_until: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    position: int = Field(sa_type=BigInteger)
    """Cursor: messages exist for every entry up to here. Messages after it are not sent yet, which keeps the order."""
    created_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    stopped_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    replay_to: int | None = Field(default=None, sa_type=BigInteger)
    """End of a replay: up to here, messages that exist already wait again when the cursor passes them."""
    fanout_failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Failures in a row to create messages; `fanout_at` is the time of the next attempt."""
    fanout_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))


class WebhookMessage(SQLModel, table=True):
    """A log entry for one endpoint. `body` is fixed by the first attempt; later attempts send the same bytes."""

    __tablename__ = "webhook_message"
    __table_args__ = (
        Index("ix_webhook_message_waiting", "endpoint_id", "seq", postgresql_where=text("state = 'waiting'")),
        Index("ix_webhook_message_parked", "endpoint_id", "seq", postgresql_where=text("state = 'parked'")),
        Index("ix_webhook_message_settled_at", "settled_at", postgresql_where=text("settled_at IS NOT NULL")),
    )

    endpoint_id: UUID = Field(primary_key=True, foreign_key="webhook_endpoint.id", ondelete="CASCADE")
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    document_id: UUID | None = Field(default=None, index=True)
    """None for a message about another subject, which `kind` names."""
    kind: str = Field(max_length=16)
    lang: str = Field(max_length=8)
    event: str = Field(max_length=32)
    state: str = Field(max_length=16)
    attempts: int = 0
    made_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    first_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """Time of the first attempt since it began to wait."""
    next_at: datetime = Field(sa_column=timestamp_column(now=True))
    settled_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    status: int | None = None
    error: str | None = None
    body: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    body_sha256: str | None = Field(default=None, max_length=64)
    erased: bool = False
    """True if its document is gone: the body was erased, and a message still to be sent is a tombstone."""


class WebhookReceipt(SQLModel, table=True):
    """A record of one attempt: request and response. Without status and error, the worker was interrupted."""

    __tablename__ = "webhook_receipt"
    __table_args__ = (
        Index("ix_webhook_receipt_endpoint", "endpoint_id", "id"),
        Index("ix_webhook_receipt_message", "endpoint_id", "seq"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    endpoint_id: UUID = Field(foreign_key="webhook_endpoint.id", ondelete="CASCADE")
    seq: int | None = Field(default=None, sa_type=BigInteger)
    document_id: UUID | None = Field(default=None, index=True)
    message_id: str = Field(max_length=80)
    attempt: int
    at: datetime = Field(sa_column=timestamp_column(index=True))
    url: str
    headers: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    body_sha256: str = Field(max_length=64)
    body_bytes: int
    status: int | None = None
    error: str | None = None
    seconds: float | None = None
    excerpt: str | None = None
    """Beginning of the response body."""
