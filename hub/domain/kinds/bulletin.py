"""Bulletins (bản tin): news from agencies to residents about policies, on every channel of the city."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from hub.domain.kinds.html import MAX_LENGTH, html_to_text, sanitise_html
from hub.domain.kinds.warnings import BulletinWarning
from hub.domain.pictures import ImageView
from hub.domain.scalars import Moment, Text
from hub.domain.types import (
    Attachment,
    BaseContent,
    Card,
    Full,
    Image,
    Kind,
    LaterMember,
    ViewIndex,
    ViewNames,
    is_absent,
)


class Priority(StrEnum):
    """Priority of a bulletin (mức độ ưu tiên)."""

    normal = "normal"
    high = "high"
    urgent = "urgent"


class Channel(StrEnum):
    """Channel on which the agency wants a bulletin published (kênh phát hành).

    `hue_s` lists it in the app, and notifies residents if it is urgent; `hue_s_push` always notifies them, and
    `zalo_broadcast` sends the article to all followers.
    """

    web = "web"
    hue_s = "hue_s"
    hue_s_push = "hue_s_push"
    zalo = "zalo"
    zalo_broadcast = "zalo_broadcast"
    radio = "radio"


class BulletinCard(Card):
    """A bulletin as lists show it (bản tin)."""

    kind: Literal["bulletin"] = Field("bulletin", description="Always `bulletin`.")
    lead: str = Field(description="First paragraph, readable on its own (sapo).")
    image: ImageView | None = Field(None, description="Image of the bulletin (ảnh).")
    priority: Priority = Field(description="Priority (mức độ ưu tiên).")
    channels: list[Channel] = Field(description="Channels on which the agency wants it published (kênh phát hành).")
    valid_until: Moment | None = Field(
        None, description="Time at which it expires, with the offset +07:00 (hết giá trị)."
    )
    issued_on: date = Field(
        description="Day on which it was first published (ngày đăng): by its source, if it was harvested, else here."
    )


class BulletinFull(BulletinCard, Full):
    """A full bulletin."""

    body: str = Field(
        description="Text as sanitised HTML (nội dung): p, br, hr, h2, h3, h4, ul, ol, li, a, strong, em, u, s, sup, "
        "sub, blockquote, figure, figcaption, img, table, caption, thead, tbody, tfoot, tr, th, td. The `src` of an "
        "`img` is a path of this hub: `/files/…`."
    )
    attachments: Annotated[list[Attachment], LaterMember()] = Field(
        default_factory=list, description="Attached files (tệp đính kèm); views stored before December 2026 have none."
    )
    warning: Annotated[BulletinWarning | None, LaterMember()] = Field(
        None, description="Members by which it is a warning (cảnh báo); absent from others.", exclude_if=is_absent
    )


class BulletinContent(BaseContent):
    """Fields that editors write for a bulletin."""

    lead: Text = Field(max_length=2_000, description="First paragraph, readable on its own.")
    body: Annotated[Text, StringConstraints(max_length=MAX_LENGTH), AfterValidator(sanitise_html)] = Field(
        description="Text as HTML, also as programs for texts paste it. Other markup of the same meaning is mapped to "
        "the allowed elements, and what cannot be kept is left out; scripts, event handlers, frames and forms are "
        'rejected. Pictures are files of this document: `<img src="/files/…" alt="…">`.'
    )
    attachments: tuple[Attachment, ...] = Field((), max_length=100, description="Attached files.", exclude_if=is_absent)
    image: Image | None = Field(None, description="Image of the bulletin.")
    priority: Priority = Field(Priority.normal, description="Priority.")
    channels: tuple[Channel, ...] = Field((Channel.web, Channel.hue_s), description="Channels on which to publish it.")
    valid_until: Moment | None = Field(None, description="Time at which it expires, with an offset.")
    warning: BulletinWarning | None = Field(
        None, description="Members by which it is a warning (cảnh báo).", exclude_if=is_absent
    )


def _facts(content: BulletinContent, names: ViewNames) -> dict[str, Any]:
    own = ("lead", "body", "image", "priority", "channels", "valid_until", "attachments", "warning")
    image = content.image and ImageView(**content.image.model_dump())
    facts = {field: getattr(content, field) for field in own}
    return facts | {"image": image, "issued_on": _own_date(content, names.first_day)}


def _own_date(content: BulletinContent, day: date) -> date:
    """The day on which its source posted a harvested bulletin, else the day on which it was first published here."""
    return (content.origin.posted_on if content.origin else None) or day


def _index(content: BulletinContent, day: date) -> ViewIndex:
    end = content.valid_until
    return ViewIndex(
        issued_on=_own_date(content, day),
        channels=tuple(channel.value for channel in content.channels),
        priority=content.priority.value,
        valid_until=end,
        due_events=((end, "expired"),) if end else (),
    )


def _plain_text(full: dict[str, Any]) -> str:
    return f"{full['lead']}\n{html_to_text(full['body'])}"


class BulletinFilters(BaseModel):
    """Filters of bulletins."""

    channel: Channel | None = Field(
        None,
        description="Only bulletins that the agency wants published on this channel (kênh phát hành).",
        exclude_if=is_absent,
    )
    priority: Priority | None = Field(
        None, description="Only bulletins with this priority (mức độ ưu tiên).", exclude_if=is_absent
    )


BULLETIN = Kind(
    "bulletin",
    "bulletins",
    "bản tin",
    BulletinContent,
    BulletinCard,
    BulletinFull,
    _facts,
    _index,
    _plain_text,
    filters=(BulletinFilters,),
)
