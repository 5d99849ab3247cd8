"""Bulletins (bản tin): what agencies tell people about policies, on every channel of the city."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from hub.domain.kinds.html import MAX_LENGTH, html_to_text, sanitise_html
from hub.domain.types import BaseContent, Card, Full, Image, Kind, Moment, Text, ViewIndex, ViewNames


class Priority(StrEnum):
    """How urgent a bulletin is (mức độ ưu tiên)."""

    normal = "normal"
    high = "high"
    urgent = "urgent"


class Channel(StrEnum):
    """Where the agency wants a bulletin carried (kênh phát hành)."""

    web = "web"
    hue_s = "hue_s"
    zalo = "zalo"
    radio = "radio"


class BulletinCard(Card):
    """A bulletin as lists show it (bản tin)."""

    kind: Literal["bulletin"] = Field("bulletin", description="Always `bulletin`.")
    lead: str = Field(description="The first paragraph, which stands alone (sapo).")
    image: Image | None = Field(None, description="Its picture (ảnh).")
    priority: Priority = Field(description="How urgent it is (mức độ ưu tiên).")
    channels: list[Channel] = Field(description="Channels the agency wants (kênh phát hành).")
    valid_until: Moment | None = Field(None, description="When it stops being of use, with +07:00 (hết giá trị).")
    issued_on: date = Field(description="Day it was first published (ngày đăng).")


class BulletinFull(BulletinCard, Full):
    """A whole bulletin."""

    body: str = Field(
        description="The text as safe HTML: p, h2, h3, ul, ol, li, a, strong, em, blockquote, table (nội dung)."
    )


class BulletinContent(BaseContent):
    """What editors write for a bulletin."""

    lead: Text = Field(max_length=2_000, description="The first paragraph, which stands alone.")
    body: Annotated[Text, StringConstraints(max_length=MAX_LENGTH), AfterValidator(sanitise_html)] = Field(
        description="The text as HTML; anything but simple structure is refused."
    )
    image: Image | None = Field(None, description="Its picture.")
    priority: Priority = Field(Priority.normal, description="How urgent it is.")
    channels: tuple[Channel, ...] = Field((Channel.web, Channel.hue_s), description="Channels the agency wants.")
    valid_until: Moment | None = Field(None, description="When it stops being of use; with an offset.")


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
