"""Bulletins (bản tin): news from agencies to residents about policies, on every channel of the city."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from hub.domain.kinds.html import MAX_LENGTH, html_to_text, sanitise_html
from hub.domain.scalars import Moment, Text
from hub.domain.types import BaseContent, Card, Full, Image, Kind, ViewIndex, ViewNames


class Priority(StrEnum):
    """Priority of a bulletin (mức độ ưu tiên)."""

    normal = "normal"
    high = "high"
    urgent = "urgent"


class Channel(StrEnum):
    """Channel on which the agency wants a bulletin published (kênh phát hành)."""

    web = "web"
    hue_s = "hue_s"
    zalo = "zalo"
    radio = "radio"


class BulletinCard(Card):
    """A bulletin as lists show it (bản tin)."""

    kind: Literal["bulletin"] = Field("bulletin", description="Always `bulletin`.")
    lead: str = Field(description="First paragraph, readable on its own (sapo).")
    image: Image | None = Field(None, description="Image of the bulletin (ảnh).")
    priority: Priority = Field(description="Priority (mức độ ưu tiên).")
    channels: list[Channel] = Field(description="Channels on which the agency wants it published (kênh phát hành).")
    valid_until: Moment | None = Field(
        None, description="Time at which it expires, with the offset +07:00 (hết giá trị)."
    )
    issued_on: date = Field(description="Day on which it was first published (ngày đăng).")


class BulletinFull(BulletinCard, Full):
    """A full bulletin."""

    body: str = Field(
        description="Text as sanitised HTML: p, h2, h3, ul, ol, li, a, strong, em, blockquote, table (nội dung)."
    )


class BulletinContent(BaseContent):
    """Fields that editors write for a bulletin."""

    lead: Text = Field(max_length=2_000, description="First paragraph, readable on its own.")
    body: Annotated[Text, StringConstraints(max_length=MAX_LENGTH), AfterValidator(sanitise_html)] = Field(
        description="Text as HTML. Tags outside the allowed list are removed; scripts and event handlers are rejected."
    )
    image: Image | None = Field(None, description="Image of the bulletin.")
    priority: Priority = Field(Priority.normal, description="Priority.")
    channels: tuple[Channel, ...] = Field((Channel.web, Channel.hue_s), description="Channels on which to publish it.")
    valid_until: Moment | None = Field(None, description="Time at which it expires, with an offset.")


def _facts(content: BulletinContent, names: ViewNames) -> dict[str, Any]:
    own = ("lead", "body", "image", "priority", "channels", "valid_until")
    return {field: getattr(content, field) for field in own} | {"issued_on": names.first_day}


def _index(content: BulletinContent, day: date) -> ViewIndex:
    end = content.valid_until
    return ViewIndex(issued_on=day, valid_until=end, due_events=((end, "expired"),) if end else ())


def _plain_text(full: dict[str, Any]) -> str:
    return f"{full['lead']}\n{html_to_text(full['body'])}"


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
)
