"""Promises (cam kết thời gian): within how many minutes an item of a priority is to be live on a channel, as data.

Minutes count from the publication, by the database's clock, in quiet hours too.
"""

from collections.abc import Iterator
from datetime import datetime

from pydantic import BaseModel, Field

from hub.channels.port import ItemState
from hub.domain.kinds.bulletin import Priority
from hub.domain.types import View

_MINUTES: dict[str, tuple[int, int, int]] = {
    # channel: urgent, high, normal
    "hue_s_push": (2, 10, 30),
    "zalo": (5, 15, 60),
    "zalo_broadcast": (1_440, 1_440, 1_440),  # reviewed by people at Zalo, who have working hours
    "cap": (2, 5, 15),
    "email": (5, 30, 60),
}
_PRIORITIES = (Priority.urgent, Priority.high, Priority.normal)


class ChannelPromise(View):
    """A promise (cam kết thời gian): the minutes within which an item of this priority is to be live."""

    channel: str = Field(description="Code of the channel (kênh phát hành).", examples=["zalo"])
    priority: Priority = Field(description="Priority of the bulletin (mức độ ưu tiên).")
    minutes: int = Field(description="Minutes from the publication to the channel's confirmation (số phút).")


class ChannelPromises(BaseModel):
    """All promises."""

    items: list[ChannelPromise] = Field(description="Promises, by channel, the most urgent first.")


def list_promises() -> ChannelPromises:
    """Return all promises."""
    return ChannelPromises(items=list(_read_promises()))


def find_promise(channel: str, priority: str | None) -> int | None:
    """Return the minutes of a promise; items without a priority count as normal; None if nothing is promised."""
    if channel not in _MINUTES:
        return None
    known = {each.value: minutes for each, minutes in zip(_PRIORITIES, _MINUTES[channel], strict=True)}
    return known.get(priority or Priority.normal, known[Priority.normal])


def is_promise_kept(state: str, minutes: int | None, made_at: datetime, until: datetime) -> bool | None:
    """Tell whether a promise was kept; None while it still can be, and for items that nothing is promised for.

    One that a later edition replaced in time was neither kept nor broken; replaced after its end, it was broken.

    `until` is the time at which the item was settled, or the present.
    """
    if minutes is None or state == ItemState.not_connected:
        return None
    if state == ItemState.failed or (until - made_at).total_seconds() > minutes * 60:
        return False
    return True if state in (ItemState.live, ItemState.retracted) else None


def _read_promises() -> Iterator[ChannelPromise]:
    for channel, minutes in sorted(_MINUTES.items()):
        for priority, each in zip(_PRIORITIES, minutes, strict=True):
            yield ChannelPromise(channel=channel, priority=priority, minutes=each)
