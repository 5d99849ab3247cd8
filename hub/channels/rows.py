"""The tables of channels as queries read them, and the frozen row of an item."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.channels.models import ChannelCall, ChannelCopy, ChannelItem, ChannelSwitch
from hub.channels.port import ItemState
from hub.content.damage import RowName
from hub.db import table

SWITCH, ITEM, CALL, COPY = table(ChannelSwitch), table(ChannelItem), table(ChannelCall), table(ChannelCopy)
ITEM_NAME = RowName("item {} of a channel")

WAKE = "hub_channels"
"""NOTIFY channel that wakes the senders."""

WAITING = frozenset({ItemState.queued, ItemState.held, ItemState.sending, ItemState.in_review})
"""States of work that the machine does."""
SETTLED = frozenset(
    {ItemState.live, ItemState.failed, ItemState.retracted, ItemState.not_connected, ItemState.superseded}
)
"""States that last, unless a person asks for another try."""


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A row of `channel_item`."""

    id: int
    channel: str
    action: str
    key: str
    recipient: str
    document_id: UUID | None
    lang: str | None
    edition: int | None
    event: str
    rank: int
    priority: str | None
    state: str
    hold: str | None
    payload: dict[str, Any] | None
    step: str | None
    words: str | None
    attempts: int
    made_at: datetime
    next_at: datetime | None
    first_sent_at: datetime | None
    settled_at: datetime | None
    resolved_by: str | None
    resolution: str | None
    erased: bool

    @property
    def has_copy(self) -> bool:
        """True if the item is about the one copy of a document at the other side."""
        return self.document_id is not None and self.lang is not None and self.recipient == ""
