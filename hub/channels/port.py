"""The port of channels: the one small interface by which a channel is added, and the facts that pass through it.

A channel renders a payload from a published view and makes outside calls, one at a time. The outbox (`queue.py`)
stores an intent before each call and its outcome after it, so a killed worker never repeats a call blindly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from hub.db import Database
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings


class ItemAction(StrEnum):
    """Action of a channel on an item (việc cần làm trên kênh)."""

    publish = "publish"
    update = "update"
    retract = "retract"


class ItemState(StrEnum):
    """State of an item in the outbox (trạng thái gửi)."""

    queued = "queued"
    held = "held"
    sending = "sending"
    unknown = "unknown"
    in_review = "in_review"
    live = "live"
    failed = "failed"
    retracted = "retracted"
    not_connected = "not_connected"
    superseded = "superseded"
    """A later edition took its place before it was sent."""


class ItemHold(StrEnum):
    """Reason why an item is held (lý do tạm giữ)."""

    quiet_hours = "quiet_hours"
    quota = "quota"
    restore = "restore"
    paused = "paused"
    authorisation = "authorisation"
    article = "article"
    """A broadcast waits until the article that it sends is shown."""


class ReplyKind(StrEnum):
    """Meaning of the answer to an outside call."""

    next = "next"
    """The call succeeded, and the channel has another one to make."""
    live = "live"
    retracted = "retracted"
    in_review = "in_review"
    """Accepted by the other side, which decides later; `confirm` asks again after `retry_after`."""
    retry = "retry"
    """Nothing happened at the other side; the same call is made again after `retry_after`."""
    hold = "hold"
    """Nothing happened; the item waits for `hold` (until `until`, if that is known)."""
    failed = "failed"
    """The other side refused it for good."""
    unknown = "unknown"
    """The reply was lost or ambiguous: the call may have had its effect."""


@dataclass(frozen=True)
class Material:
    """Material that a channel renders from: one public edition in one language."""

    document_id: UUID
    lang: str
    edition: int
    action: ItemAction
    event: str
    """Event of the log that caused it: `published`, `updated`, `corrected`, `withdrawn`, …"""
    view: Mapping[str, Any]
    """The full published view; of a withdrawn document, without its text."""
    published_at: datetime
    is_exercise: bool = False
    """True in drills (diễn tập): every payload is marked."""


@dataclass(frozen=True)
class Misfit:
    """A limit of a channel that a text breaks (vượt giới hạn của kênh)."""

    channel: str
    field: str
    """Field of the content, such as `title`."""
    code: str
    """Stable code, such as `too_long`."""
    limit: int | None
    actual: int | None
    detail: str
    """One sentence that says what would be right."""
    expected: str | None = None
    """Words that say briefly what would be right, such as `at most 150 characters`."""
    is_of_setup: bool = False
    """True for a fault of the channel's setup, which no editor can mend: nobody's text is refused for it, and the item
    fails on this channel alone."""


@dataclass(frozen=True)
class Work:
    """One outside call to make for an item."""

    item_id: int
    action: ItemAction
    step: str
    """Name of the call, as `next_step` returned it."""
    payload: Mapping[str, Any]
    """Payload that `render` returned when the item was first sent; later attempts get the same."""
    remote: Mapping[str, Any]
    """Knowledge of the copy at the other side: ids and tokens of earlier calls."""
    recipient: str = ""
    attempt: int = 1
    document_id: UUID | None = None
    lang: str | None = None
    edition: int | None = None
    """Document, language and edition: they name the copy also when the payload was erased. None without a document."""


@dataclass(frozen=True)
class ChannelReply:
    """Answer to an outside call."""

    kind: ReplyKind
    remote: Mapping[str, Any] = field(default_factory=dict)
    """Members of `remote` to set; a member that is None is removed."""
    words: str | None = None
    """The channel's own words, shown in receipts: error code and message, without secrets."""
    retry_after: float | None = None
    """Seconds until the next try of `retry`, or the next question of `in_review`; None: exponential backoff."""
    hold: ItemHold | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class ChannelParts:
    """Parts that channels are built from."""

    settings: Settings
    database: Database
    outgoing: OutgoingClient


class ChannelPort(Protocol):
    """A channel (kênh): one file that renders, checks, sends, confirms and retracts."""

    name: str
    """Code of the channel, as items and promises name it: `zalo`, `hue_s_push`, …"""
    can_confirm: bool
    """True if the other side can be asked what became of a call. If not, only a person resolves `unknown`."""

    def check(self, material: Material) -> Sequence[Misfit]:
        """Return the limits that a text breaks; an empty list if it fits. Pure."""
        ...

    def render(self, material: Material) -> Mapping[str, Any]:
        """Return the exact payload as JSON; called only for texts that fit. Pure."""
        ...

    def next_step(self, action: ItemAction, remote: Mapping[str, Any]) -> str:
        """Name the outside call that comes next. Pure."""
        ...

    async def send(self, work: Work) -> ChannelReply:
        """Make one outside call of `publish` or `update`. An exception counts as `unknown`."""
        ...

    async def confirm(self, work: Work) -> ChannelReply:
        """Ask the other side what became of `work.step`, without changing anything that readers see."""
        ...

    async def retract(self, work: Work) -> ChannelReply:
        """Make one outside call of `retract`."""
        ...


def is_harmless(channel: ChannelPort, step: str) -> bool:
    """True for a call that changes nothing at the other side, which `harmless_steps` of a channel names.

    One that was interrupted, or whose answer was lost, is made again, also where the channel cannot be asked.
    """
    return step in getattr(channel, "harmless_steps", ())


def is_unseen(channel: ChannelPort, step: str) -> bool:
    """True for a call after which nothing was sent yet: a later edition or a withdrawal simply takes its place.

    Only where the channel cannot be asked: one that can also names steps harmless that give the same copy again.
    """
    return not channel.can_confirm and is_harmless(channel, step)
