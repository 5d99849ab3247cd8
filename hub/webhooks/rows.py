"""The tables of webhooks, and the frozen rows that queries read from them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, func, select

from hub.content.damage import RowName
from hub.db import table
from hub.log.models import LogEntry
from hub.webhooks.models import WebhookEndpoint, WebhookMessage, WebhookReceipt

ENDPOINT, MESSAGE, RECEIPT = table(WebhookEndpoint), table(WebhookMessage), table(WebhookReceipt)
_ENTRY = table(LogEntry)
ENDPOINT_NAME, MESSAGE_NAME = RowName("webhook {}"), RowName("message {} of webhook {}")
RECEIPT_NAME = RowName("receipt {}")
_HASH = select(_ENTRY.c.hash).where(_ENTRY.c.seq == MESSAGE.c.seq).scalar_subquery()
ENTRY_HASH = func.coalesce(_HASH, func.replace(cast(MESSAGE.c.document_id, Text), "-", "")).label("entry_hash")
"""Hash of the log entry of a message, as a column; for the announcement of an epoch, the epoch."""


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """A row of `webhook_endpoint`."""

    id: UUID
    agency: str
    made_by: str
    label: str
    url: str
    events: list[str]
    filter: dict[str, Any]
    format: str
    view: str
    state: str
    reason: str | None
    secret: bytes
    old_secret: bytes | None
    old_until: datetime | None
    position: int
    created_at: datetime
    stopped_at: datetime | None
    replay_to: int | None
    fanout_failures: int
    fanout_at: datetime | None


@dataclass(frozen=True, slots=True)
class EndpointWithCounts(EndpointRow):
    """An endpoint with counts of its messages."""

    waiting: int
    parked: int
    next_at: datetime | None
    """Time of the next attempt to send its first waiting message."""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A row of `webhook_message` without its body."""

    endpoint_id: UUID
    seq: int
    document_id: UUID | None
    kind: str
    lang: str
    event: str
    state: str
    attempts: int
    made_at: datetime
    first_at: datetime | None
    next_at: datetime
    settled_at: datetime | None
    status: int | None
    error: str | None
    body_sha256: str | None
    erased: bool
    entry_hash: str
    """Hash of its log entry."""


@dataclass(frozen=True, slots=True)
class StoredMessage(MessageRow):
    """A row of `webhook_message` with its body."""

    body: bytes | None


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A row of `webhook_receipt`."""

    id: int
    endpoint_id: UUID
    seq: int | None
    document_id: UUID | None
    message_id: str
    attempt: int
    at: datetime
    url: str
    headers: dict[str, str]
    body_sha256: str
    body_bytes: int
    status: int | None
    error: str | None
    seconds: float | None
    excerpt: str | None
