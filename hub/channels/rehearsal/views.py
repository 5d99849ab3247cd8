"""Response models of rehearsals."""

from typing import Any
from uuid import UUID

from pydantic import Field

from hub.channels.port import ItemAction
from hub.domain.scalars import Flag, Moment
from hub.domain.types import Content, View


class RehearsalOptions(Content):
    """Options of a rehearsal; all have defaults."""

    is_exercise: Flag = Field(False, description="Mark every payload as an exercise, as drills do (diễn tập).")


class MisfitView(View):
    """A limit of a channel that the text breaks (vượt giới hạn của kênh)."""

    field: str = Field(description="Field of the content.", examples=["title"])
    code: str = Field(description="Stable code.", examples=["too_long"])
    limit: int | None = Field(None, description="Limit, if it is a number.")
    actual: int | None = Field(None, description="Present value.")
    detail: str = Field(description="One sentence that says what would be right.")


class ChannelRehearsal(View):
    """Payload of one channel, with its limits (nội dung gửi của một kênh)."""

    channel: str = Field(description="Code of the channel.", examples=["hue_s_push"])
    is_on: bool = Field(description="True if the channel is switched on (đang bật).")
    action: ItemAction | None = Field(
        description="Action that publishing would cause, whether or not the channel is on; null if it would send "
        "nothing (không gửi), and for e-mail, which has recipients of its own. Then there is no payload."
    )
    promised_minutes: int | None = Field(
        None, description="Minutes from publication within which it should be there (thời hạn cam kết)."
    )
    promised_by: Moment | None = Field(None, description="End of that time if it were published now.")
    payload: dict[str, Any] | None = Field(
        description="Exact payload; null if the channel cannot render this document, or has no single payload."
    )
    size: int | None = Field(None, description="Size of the payload as JSON, in bytes.")
    misfits: list[MisfitView] = Field(description="Limits that the text breaks; empty if it fits.")
    notes: list[str] = Field(description="Notes of the channel: quota, quiet hours, texts that are cut.")


class Rehearsal(View):
    """Payloads of every channel for a working edition, as if it were published now (tổng duyệt)."""

    document_id: UUID = Field(description="UUID of the document.")
    lang: str = Field(description="Language of the edition.", examples=["vi"])
    edition: int = Field(description="Number of the edition.", examples=[1])
    at: Moment = Field(description="Time of the rehearsal: the payloads are those of this moment.")
    is_exercise: bool = Field(description="True if the payloads are marked as an exercise.")
    channels: list[ChannelRehearsal] = Field(description="All channels that the hub knows, by code.")
