"""The tables of WebSub, and the frozen rows that queries read from them."""

from dataclasses import dataclass
from datetime import datetime

from hub.db import table
from hub.websub.models import WebSubIntent, WebSubSubscription

INTENT, SUBSCRIPTION = table(WebSubIntent), table(WebSubSubscription)


@dataclass(frozen=True, slots=True)
class IntentRow:
    """A row of `websub_intent`."""

    key: str
    mode: str
    callback: str
    host: str
    domain: str
    client: str
    topic: str
    lease_seconds: int
    secret: bytes | None
    denied: str | None
    attempts: int
    asked_at: datetime
    next_at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A row of `websub_subscription`."""

    key: str
    callback: str
    host: str
    domain: str
    topic: str
    kind: str | None
    secret: bytes | None
    expires_at: datetime
    wanted_seq: int
    waiting_since: datetime | None
    sent_seq: int
    sent_etag: str
    failures: int
    next_at: datetime
