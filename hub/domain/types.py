"""What the four kinds share: the parts of a content (what editors write) and of a view (what the public reads).

A *content* names registry entries by code; a *view* carries their names as they were at issue, and nothing that
another document could change. Views are frozen, and `card` is a subset of `full`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

from hub.text import clean, one_line
from hub.times import format_rfc3339


def _clean_line(value: object) -> object:
    return one_line(value) if isinstance(value, str) else value


def _clean_text(value: object) -> object:
    return clean(value).strip() if isinstance(value, str) else value


Line = Annotated[str, BeforeValidator(_clean_line), StringConstraints(min_length=1, max_length=2_000)]
"""One line of text, NFC, no invisible characters."""
Text = Annotated[str, BeforeValidator(_clean_text), StringConstraints(min_length=1, max_length=2_000_000)]
"""Plain text with line breaks, NFC."""
Code = Annotated[str, BeforeValidator(_clean_line), StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""A code of the registry."""
Moment = Annotated[datetime, PlainSerializer(format_rfc3339, return_type=str, when_used="json")]
"""A moment, shown with +07:00."""
WebUrl = Annotated[
    str, BeforeValidator(_clean_line), StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=2_000)
]

FileUrl = Annotated[
    str,
    BeforeValidator(_clean_line),
    StringConstraints(
        pattern=r"^(https?://[^\s<>\"]+"
        r"|/files/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/([A-Za-z0-9_~-]|%[0-9A-F]{2})([A-Za-z0-9._~-]|%[0-9A-F]{2})*)$",
        max_length=2_000,
    ),
]
"""A file elsewhere, or one of this hub as its upload was answered: `/files/<UUID>/<name>`."""


class Content(BaseModel):
    """A part of what editors write; anything unknown is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class View(BaseModel):
    """A part of what the public reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class UpdateType(StrEnum):
    """How much an edition changes (loại cập nhật)."""

    major = "major"
    minor = "minor"


class ViewState(StrEnum):
    """What the public may know of a document: readable now, or withdrawn and readable with the reason."""

    live = "live"
    withdrawn = "withdrawn"


class NodeType(StrEnum):
    """The parts of a legal text: phụ lục, phần, chương, mục, tiểu mục, điều, khoản, điểm; `paragraph` is any other."""

    annex = "annex"
    part = "part"
    chapter = "chapter"
    section = "section"
    subsection = "subsection"
    article = "article"
    clause = "clause"
    point = "point"
    paragraph = "paragraph"


class TextNode(View, Content):
    """One node of a structured text. Nodes are a flat list in reading order; `parent` names the `ref` above."""

    ref: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*(?:/[a-z0-9]+(?:[.-][a-z0-9]+)*)*$", max_length=120),
    ] = Field(
        description="Stable address inside the text, annex-scoped: `dieu-5/khoan-2`, `phu-luc-1/dieu-1`.",
        examples=["dieu-5"],
    )
    parent: str | None = Field(
        None, description="The `ref` of the node this one belongs to; null at the top.", examples=["chuong-2"]
    )
    type: NodeType = Field(description="What part of a text this is.", examples=["article"])
    label: Line | None = Field(None, max_length=200, description="Its printed number: “Điều 5”.", examples=["Điều 5"])
    heading: Text | None = Field(
        None, max_length=4_000, description="Its title, where it has one.", examples=["Phạm vi điều chỉnh"]
    )
    text: Text | None = Field(
        None, max_length=1_000_000, description="Its own text, without that of the nodes below it."
    )


class Attachment(View, Content):
    """A file that belongs to a document (tệp đính kèm)."""

    name: Line = Field(description="File name.", examples=["ke-hoach-269.pdf"])
    media_type: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]+$")] = Field(
        description="Its media type.", examples=["application/pdf"]
    )
    url: FileUrl = Field(description="Where it can be fetched; `/files/…` is an address of this hub.")
    size: int | None = Field(None, ge=0, description="Size in bytes, where known.")
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        None, description="SHA-256 of its bytes, where known."
    )


class Image(View, Content):
    """A picture with the words that stand for it (ảnh)."""

    url: FileUrl = Field(description="Where it can be fetched; `/files/…` is an address of this hub.")
    alt: Line = Field(description="What it shows, for people who cannot see it.")
    credit: Line | None = Field(None, description="Who made it.")


class Link(View, Content):
    """A pointer to another document of the hub or to a page elsewhere (liên kết)."""

    label: Line = Field(description="What the link is called.", examples=["Kế hoạch số 269/KH-UBND"])
    id: UUID | None = Field(None, description="The document's UUID, where the hub holds it.")
    url: WebUrl | None = Field(None, description="The page's address, for anything outside the hub.")


class RelationType(StrEnum):
    """How a later document stands to an earlier one; stored once, on the later one (quan hệ văn bản).

    based_on (căn cứ), amends (sửa đổi), replaces (thay thế), guides (hướng dẫn), implements (triển khai),
    answers (trả lời), announces (thông báo về).
    """

    based_on = "based_on"
    amends = "amends"
    replaces = "replaces"
    guides = "guides"
    implements = "implements"
    answers = "answers"
    announces = "announces"


class Relation(View, Content):
    """How this document stands to an earlier one of the hub (quan hệ)."""

    type: RelationType = Field(description="What it does to the other document.")
    id: UUID = Field(description="The other document's UUID.")
    note: Line | None = Field(None, max_length=500, description="Which part is meant, in words.")


class Origin(View, Content):
    """Where the hub had a document from (nguồn)."""

    name: Line = Field(description="The source's name.", examples=["Cổng thông tin điện tử"])
    url: WebUrl | None = Field(None, description="The page it was read from.")


class AgencyRef(View):
    """An agency as it was called at issue (cơ quan)."""

    code: str = Field(description="Its code in the registry; see `/api/v1/agencies`.", examples=["ubnd-hue"])
    name: str = Field(description="Its name at the time.", examples=["Ủy ban nhân dân thành phố Huế"])


class TopicRef(View):
    """A topic (chủ đề)."""

    code: str = Field(description="Its code; see `/api/v1/topics`.", examples=["truyen-thong"])
    name: str = Field(description="Its name in the item's language.", examples=["Thông tin và truyền thông"])


class PlaceRef(View):
    """A unit of administration (đơn vị hành chính)."""

    code: str = Field(description="Its code in the national list; see `/api/v1/places`.", examples=["46"])
    name: str = Field(description="Its name at the time.", examples=["Thành phố Huế"])


class Withdrawal(View):
    """Why a document was taken back (thu hồi); it stays readable."""

    reason: str = Field(description="The public reason.")
    at: Moment = Field(description="When it was withdrawn.")


class Card(View):
    """The small form of an item, as lists, search and feeds show it."""

    id: UUID = Field(description="The document's UUID, the same over all editions and languages.")
    kind: str = Field(description="What the item is: policy, draft, bulletin or statement.")
    lang: str = Field(
        description="Language of this text; may differ from the one asked for when no translation exists.",
        examples=["vi"],
    )
    title: str = Field(description="Title (tiêu đề).")
    summary: str | None = Field(None, description="What it says, in a few sentences (tóm tắt).")
    agency: AgencyRef = Field(description="The agency that owns the item here (cơ quan đăng).")
    topics: list[TopicRef] = Field(description="Topics (chủ đề).")
    places: list[PlaceRef] = Field(description="Places it concerns (địa bàn); empty means all of the city.")
    state: ViewState = Field(description="`live`, or `withdrawn` with the reason in `withdrawal`.")
    edition: int = Field(description="Number of this edition in this language, from 1 (phiên bản).", examples=[1])
    update_type: UpdateType = Field(description="Whether this edition was a major or a minor change.")
    published_at: Moment = Field(description="When the item first became public, with +07:00 (thời điểm công bố).")
    modified_at: Moment = Field(description="When this edition became public, with +07:00 (thời điểm cập nhật).")
    path: str = Field(
        description="Where the whole item is, under the hub's address.", examples=["/api/v1/policies/0190…"]
    )


class Full(Card):
    """The whole of an item."""

    change_note: str | None = Field(
        None, description="What changed in this edition, for the public (ghi chú thay đổi)."
    )
    withdrawal: Withdrawal | None = Field(None, description="Why the item was withdrawn; null while it is live.")
    correction_of: int | None = Field(None, description="Number of the edition that this one corrects (đính chính).")
    relations: list[Relation] = Field(description="How it stands to earlier documents (quan hệ văn bản).")
    links: list[Link] = Field(description="Documents and pages the item points to (liên kết).")
    origin: Origin | None = Field(None, description="Where the hub had the item from, when it was imported (nguồn).")


class BaseContent(Content):
    """What editors write for every kind."""

    title: Line = Field(description="Title (tiêu đề).")
    summary: Text | None = Field(None, description="What it says, in a few sentences (tóm tắt).")
    topics: tuple[Code, ...] = Field((), max_length=20, description="Codes of topics.")
    places: tuple[Code, ...] = Field(
        (), max_length=60, description="Codes of administrative units; none means all of the city."
    )
    relations: tuple[Relation, ...] = Field((), max_length=200, description="How it stands to earlier documents.")
    links: tuple[Link, ...] = Field((), max_length=200, description="Documents and pages it points to.")
    origin: Origin | None = Field(None, description="Where the text came from, when it was imported.")


class Issuer(View, Content):
    """Who issued a legal document (cơ quan ban hành); outside Huế there is a name and no code."""

    name: Line = Field(description="Name at issue.", examples=["Thủ tướng Chính phủ"])
    code: Code | None = Field(
        None, description="Code in the registry, where it holds the agency.", examples=["ubnd-hue"]
    )


@dataclass(frozen=True)
class ViewIndex:
    """The facts of a view that lists filter and sort by, beside its bytes."""

    issued_on: date
    """The item's own date: issue, opening of the consultation, or the day it was said."""
    doc_type: str | None = None
    number: str | None = None
    issuers: tuple[str, ...] = ()
    """Codes where the registry has them, and names."""
    effective_on: date | None = None
    expires_on: date | None = None
    high_impact: bool = False
    consultation: tuple[date, date] | None = None
    valid_until: datetime | None = None
    due_events: tuple[tuple[datetime, str], ...] = ()
    """Moments at which time alone changes the view, with the event that the log then says."""


@dataclass(frozen=True)
class ViewNames:
    """Registry names a view is made with, by code, as valid on the item's own date."""

    agencies: dict[str, str]
    topics: dict[str, str]
    places: dict[str, str]
    spokespersons: dict[str, Any]
    first_day: date
    """The day the item first became public, in Việt Nam."""
    today: date
    """The day the view speaks of, in Việt Nam: when its edition became public, or when time changed it last."""


@dataclass(frozen=True)
class Kind:
    """One kind of content: a file of this folder, a migration-free row of `KINDS`."""

    name: Literal["policy", "draft", "bulletin", "statement"]
    plural: str
    vietnamese: str
    content: type[BaseContent]
    card: type[Card]
    full: type[Full]
    facts: Callable[[Any, ViewNames], dict[str, Any]]
    """The fields of the full view that are the kind's own, from its content."""
    index: Callable[[Any, date], ViewIndex]
    """The indexed facts of a content first published on a day."""
    plain_text: Callable[[dict[str, Any]], str]
    """Everything a reader could search in a full view, as plain text."""
