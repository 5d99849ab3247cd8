"""The tables of e-mail as queries read them, the names of their states, and the frozen row of a subscription."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from hub.channels.mail import models
from hub.db import table

ADDRESS, SUBSCRIPTION = table(models.MailAddress), table(models.MailSubscription)
REQUEST, PROGRESS = table(models.MailRequest), table(models.MailProgress)
RUN, DIGEST, RECEIVED = table(models.MailRun), table(models.MailDigest), table(models.MailReceived)
NOTICE, BOUNCE, TERM = table(models.MailNotice), table(models.MailBounce), table(models.MailTerm)

MAIL_CHANNEL = "email"
"""Name of the channel in items, switches and receipts."""
DIGEST_KEY = "digest:"
"""Begins the key of the item of a digest."""


class MailMode(StrEnum):
    """Rhythm of the mails of a subscription (nhịp gửi thư): at once, or as a daily or weekly digest."""

    at_once = "at_once"
    daily = "daily"
    weekly = "weekly"


class SubscriptionState(StrEnum):
    """State of a subscription (trạng thái đăng ký)."""

    pending = "pending"
    active = "active"
    paused = "paused"
    suppressed = "suppressed"
    ended = "ended"


LASTING = (SubscriptionState.active, SubscriptionState.paused, SubscriptionState.suppressed)
"""States of a subscription that was confirmed and has not ended."""


@dataclass(frozen=True, slots=True)
class MailSubscriptionRow:
    """A subscription as it is planned for and shown."""

    id: UUID
    address_id: UUID
    filter: dict[str, Any]
    mode: MailMode
    hour: int
    lang: str
    state: SubscriptionState
    epoch: UUID | None
    seq: int | None
    next_due_at: datetime | None

    @classmethod
    def of(cls, row: Any) -> "MailSubscriptionRow":
        """Build one from a row of the table."""
        return cls(
            row.id,
            row.address_id,
            row.filter,
            MailMode(row.mode),
            row.hour,
            row.lang,
            SubscriptionState(row.state),
            row.epoch,
            row.seq,
            row.next_due_at,
        )
