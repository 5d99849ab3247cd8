"""Models of requests and answers about channels. Private, always `no-store`."""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from hub.channels.port import ItemAction, ItemHold
from hub.domain.kinds.bulletin import Priority
from hub.domain.scalars import Flag, Line, Moment, Text
from hub.domain.types import Content, View


class ReceiptState(StrEnum):
    """State of an item in a receipt (trạng thái gửi)."""

    listed = "listed"
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


class ReceiptCall(View):
    """An outside call of an item (lần gọi)."""

    step: str = Field(description="Name of the call; `confirm` asked what became of an earlier one.")
    attempt: int = Field(description="Number of the attempt, from 1.")
    at: Moment = Field(description="Time at which it was stated, with +07:00; of several in a row, the first time.")
    times: int = Field(1, description="Number of calls in a row that ended the same way (số lần lặp).")
    last_at: Moment | None = Field(None, description="Time of the last of them, if there were more than one.")
    outcome: str | None = Field(
        None, description="Outcome; `interrupted` if the worker ended before the answer, null while it is made."
    )
    words: str | None = Field(None, description="The channel's own words (lời của kênh).")
    seconds: float | None = Field(None, description="Seconds until the answer.")


class ReceiptItem(View):
    """An item of a channel (mục gửi): one edition, one action."""

    id: int | None = Field(None, description="Number of the item; null for what is only listed.")
    channel: str = Field(description="Code of the channel (kênh phát hành).", examples=["zalo"])
    action: ItemAction = Field(description="Action on the channel (việc cần làm).")
    event: str = Field(description="Event that caused it: `published`, `updated`, `corrected`, `withdrawn` and others.")
    lang: str = Field(description="Language of the edition.")
    edition: int = Field(description="Number of the edition.")
    priority: Priority | None = Field(None, description="Priority of the bulletin (mức độ ưu tiên).")
    state: ReceiptState = Field(description="State (trạng thái gửi).")
    hold: ItemHold | None = Field(None, description="Reason why it is held (lý do tạm giữ).")
    words: str | None = Field(None, description="The channel's own words, or why it was not sent (lời của kênh).")
    attempts: int = Field(description="Attempts of the present call (số lần thử).")
    published_at: Moment = Field(description="Time of the publication, with +07:00.")
    next_at: Moment | None = Field(None, description="Time of the next call, with +07:00.")
    settled_at: Moment | None = Field(None, description="Time at which it became live, failed or was retracted.")
    seconds: float = Field(description="Seconds from the publication until it was settled, or until now.")
    promised_minutes: int | None = Field(None, description="Minutes that are promised for it (cam kết thời gian).")
    is_promise_kept: bool | None = Field(
        None,
        description="True if the promise was kept; null while it still can be, and if a later edition took its place "
        "in time.",
    )
    resolved_by: str | None = Field(None, description="Principal that resolved it when nobody knew about its arrival.")
    resolution: str | None = Field(None, description="Reason of the resolution (lý do).")
    calls: list[ReceiptCall] = Field(description="Outside calls, first one first; the last 100.")


class AddressedCount(View):
    """Number of items that went to recipients one by one, such as e-mails (số thư)."""

    channel: str = Field(description="Code of the channel (kênh phát hành).", examples=["email"])
    state: ReceiptState = Field(description="State (trạng thái gửi).")
    items: int = Field(description="Number of items.")


class Receipts(View):
    """Receipts of a document on all channels (biên nhận)."""

    document: UUID = Field(description="UUID of the document.")
    items: list[ReceiptItem] = Field(description="Items, latest publication first; the last 200.")
    addressed: list[AddressedCount] = Field(description="Counts of what went to recipients one by one.")


class ItemVerdict(StrEnum):
    """Verdict of a person about an item (kết luận)."""

    arrived = "arrived"
    not_arrived = "not_arrived"


class ItemResolution(Content):
    """Verdict of a person about an item that is `unknown`."""

    verdict: ItemVerdict = Field(description="Verdict: it arrived at the other side, or not (kết luận).")
    send_again: Flag = Field(False, description="Send it again; only for what did not arrive (gửi lại).")
    reason: Text = Field(max_length=500, description="Evidence, kept on record (lý do).")

    @model_validator(mode="after")
    def _check_again(self) -> "ItemResolution":
        if self.send_again and self.verdict is ItemVerdict.arrived:
            raise ValueError("send_again: what arrived is not sent again")
        return self


class PauseReason(Content):
    """Reason of a pause."""

    reason: Line = Field(max_length=200, description="Reason of the pause (lý do).")


class ChannelState(View):
    """A channel with its switch (công tắc kênh)."""

    channel: str = Field(description="Code of the channel (kênh phát hành).", examples=["zalo"])
    is_on: bool = Field(description="True if publications are sent on it (đang bật).")
    since_seq: int | None = Field(
        None, description="Position of the log at which it was switched on; nothing before it is sent."
    )
    paused_reason: str | None = Field(None, description="Reason of the pause; null while it sends (lý do tạm dừng).")
    paused_at: Moment | None = Field(None, description="Time at which it was paused, with +07:00.")
    changed_by: str | None = Field(None, description="Principal that changed the switch last.")
    changed_at: Moment | None = Field(None, description="Time of the last change, with +07:00.")


class ChannelStates(BaseModel):
    """All channels with their switches."""

    items: list[ChannelState] = Field(description="Channels, by code.")
