"""Building blocks of the four kinds: parts of a content (written by editors) and of a view (read by the public).

A *content* refers to registry entries by code; a *view* holds their names as they were at the time of issue, and
nothing that another document could change. Views are frozen, and `card` is a subset of `full`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hub.domain.scalars import Code, Count, FileUrl, Line, Moment, StoredDay, Text, WebUrl


class Content(BaseModel):
    """Base of everything that editors write; unknown members are rejected."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class View(BaseModel):
    """Base of everything that the public reads; unknown members are rejected."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LaterMember:
    """Marks a member that views stored before it do not have; such a view is whole without it."""


def is_absent(value: object) -> bool:
    """True for a member without a value: contents stored before the member existed keep their digests."""
    return value is None or value in ((), [])


class UpdateType(StrEnum):
    """Size of the change that an edition makes (loại cập nhật)."""

    major = "major"
    minor = "minor"


class ViewState(StrEnum):
    """Public state of a readable document: live, or withdrawn and still readable with the reason."""

    live = "live"
    withdrawn = "withdrawn"


class NodeType(StrEnum):
    """Part of a legal text: phụ lục, phần, chương, mục, tiểu mục, điều, khoản, điểm; `paragraph` is any other."""

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
    """A node of a structured text. Nodes form a flat list in reading order; `parent` is the `ref` of the node above."""

    ref: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*(?:/[a-z0-9]+(?:[.-][a-z0-9]+)*)*$", max_length=120),
    ] = Field(
        description="Stable address within the text, scoped by annex: `dieu-5/khoan-2`, `phu-luc-1/dieu-1`.",
        examples=["dieu-5"],
    )
    parent: str | None = Field(
        None, description="The `ref` of the parent node; null at the top level.", examples=["chuong-2"]
    )
    type: NodeType = Field(description="Type of the node.", examples=["article"])
    label: Line | None = Field(None, max_length=200, description="Number as printed: “Điều 5”.", examples=["Điều 5"])
    heading: Text | None = Field(
        None, max_length=4_000, description="Heading, if there is one.", examples=["Phạm vi điều chỉnh"]
    )
    text: Text | None = Field(
        None, max_length=1_000_000, description="Text of the node itself, without the nodes below it."
    )


class Attachment(View, Content):
    """A file that belongs to a document (tệp đính kèm)."""

    name: Line = Field(description="File name.", examples=["ke-hoach-269.pdf"])
    media_type: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]+$")] = Field(
        description="Media type.", examples=["application/pdf"]
    )
    url: FileUrl = Field(description="URL of the file; a path that starts with `/files/` is served by this hub.")
    size: Count | None = Field(None, description="Size in bytes, if known.")
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        None, description="SHA-256 of the file's bytes, if known."
    )


class Image(Content):
    """An image with its alternative text (ảnh)."""

    url: FileUrl = Field(description="URL of the file; a path that starts with `/files/` is served by this hub.")
    alt: Line = Field(description="Alternative text for people who cannot see the image.")
    credit: Line | None = Field(None, description="Author of the image.")


class Link(View, Content):
    """A link to another document of the hub or to a page elsewhere (liên kết)."""

    label: Line = Field(description="Text of the link.", examples=["Kế hoạch số 269/KH-UBND"])
    id: UUID | None = Field(None, description="UUID of the linked document, if the hub has it.")
    url: WebUrl | None = Field(None, description="URL of the page, for a link that leaves the hub.")


class RelationType(StrEnum):
    """Relation of a later document to an earlier one; stored once, on the later one (quan hệ văn bản).

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
    """A relation of this document to an earlier document of the hub (quan hệ)."""

    type: RelationType = Field(description="Type of the relation: the effect of this document on the other one.")
    id: UUID = Field(description="UUID of the other document.")
    note: Line | None = Field(None, max_length=500, description="The part that the relation is about, in words.")


class Origin(View, Content):
    """Source that a document was imported from (nguồn)."""

    name: Line = Field(description="Name of the source.", examples=["Cổng thông tin điện tử"])
    url: WebUrl | None = Field(None, description="URL of the page that the document was read from.")
    posted_on: Annotated[StoredDay | None, LaterMember()] = Field(
        None,
        description="Day on which the source posted it (ngày đăng tại nguồn).",
        examples=["2026-11-24"],
        exclude_if=is_absent,
    )
    file: Annotated[Attachment | None, LaterMember()] = Field(
        None, description="File that the text was read from (tệp gốc).", exclude_if=is_absent
    )


class DerivedMember(StrEnum):
    """Member that the hub derived from others, because its source did not have it (suy ra)."""

    title = "title"  # type: ignore[assignment]
    type = "type"
    number = "number"
    issuers = "issuers"
    lead = "lead"
    body = "body"
    occasion = "occasion"


class UnmappedField(StrEnum):
    """Field whose words the registry does not know (chưa có trong danh mục)."""

    topics = "topics"
    places = "places"
    issuers = "issuers"
    type = "type"


class UnmappedName(View, Content):
    """A topic, place, issuer or type in the words of its source, which the registry does not know (chưa ánh xạ)."""

    field: UnmappedField = Field(description="Field that the words belong to.", examples=["topics"])
    text: Line = Field(max_length=500, description="Words of the source.", examples=["Kinh tế tập thể"])


class AgencyRef(View):
    """An agency, with its name at the time of issue (cơ quan)."""

    code: str = Field(description="Code in the registry; see `/api/v1/agencies`.", examples=["ubnd-hue"])
    name: str = Field(description="Name at the time of issue.", examples=["Ủy ban nhân dân thành phố Huế"])


class TopicRef(View):
    """A topic (chủ đề)."""

    code: str = Field(description="Code of the topic; see `/api/v1/topics`.", examples=["truyen-thong"])
    name: str = Field(description="Name in the item's language.", examples=["Thông tin và truyền thông"])


class PlaceRef(View):
    """An administrative unit (đơn vị hành chính)."""

    code: str = Field(description="Code in the national list; see `/api/v1/places`.", examples=["46"])
    name: str = Field(description="Name at the time of issue.", examples=["Thành phố Huế"])


class Withdrawal(View):
    """The withdrawal of a document (thu hồi); the document stays readable."""

    reason: str = Field(description="Public reason for the withdrawal.")
    at: Moment = Field(description="Time of the withdrawal.")


class Card(View):
    """The short form of an item, as lists, search results and feeds show it."""

    id: UUID = Field(description="The document's UUID, the same in all editions and languages.")
    kind: str = Field(description="Kind of the item: policy, draft, bulletin or statement.")
    lang: str = Field(
        description="Language of this text; may differ from the requested one when there is no translation.",
        examples=["vi"],
    )
    title: str = Field(description="Title (tiêu đề).")
    summary: str | None = Field(None, description="Summary in a few sentences (tóm tắt).")
    agency: AgencyRef = Field(description="Agency that owns the item (cơ quan đăng).")
    topics: list[TopicRef] = Field(description="Topics (chủ đề).")
    places: list[PlaceRef] = Field(description="Places that the item concerns (địa bàn); empty means the whole city.")
    state: ViewState = Field(description="`live`, or `withdrawn` with the reason in `withdrawal`.")
    edition: int = Field(
        description="Number of this edition in this language, starting at 1 (phiên bản).", examples=[1]
    )
    update_type: UpdateType = Field(description="Size of the change that this edition made: major or minor.")
    published_at: Moment = Field(
        description="Time at which the item first became public, with the offset +07:00 (thời điểm công bố)."
    )
    modified_at: Moment = Field(
        description="Time at which this edition became public, with the offset +07:00 (thời điểm cập nhật)."
    )
    path: str = Field(
        description="Path of the full item, relative to the base URL of the hub.", examples=["/api/v1/policies/0190…"]
    )


class Full(Card):
    """The full form of an item."""

    change_note: str | None = Field(None, description="Public note on the changes in this edition (ghi chú thay đổi).")
    withdrawal: Withdrawal | None = Field(
        None, description="Reason and time of the withdrawal; null while the item is live."
    )
    correction_of: int | None = Field(None, description="Number of the edition that this one corrects (đính chính).")
    relations: list[Relation] = Field(description="Relations to earlier documents (quan hệ văn bản).")
    links: list[Link] = Field(description="Links to documents and pages (liên kết).")
    origin: Origin | None = Field(None, description="Source of the item, if it was imported (nguồn).")
    derived: Annotated[list[DerivedMember], LaterMember()] = Field(
        default_factory=list,
        description="Members that the hub derived because the source did not have them, such as a title made of type "
        "and number (suy ra); absent when there are none.",
        exclude_if=is_absent,
    )
    unmapped: Annotated[list[UnmappedName], LaterMember()] = Field(
        default_factory=list,
        description="Topics, places, issuers and types in the words of the source, which the registry does not know "
        "(chưa ánh xạ); absent when there are none.",
        exclude_if=is_absent,
    )


class BaseContent(Content):
    """Fields that editors write for every kind."""

    title: Line = Field(description="Title (tiêu đề).")
    summary: Text | None = Field(None, description="Summary in a few sentences (tóm tắt).")
    topics: tuple[Code, ...] = Field((), max_length=20, description="Codes of topics.")
    places: tuple[Code, ...] = Field(
        (), max_length=60, description="Codes of administrative units; empty means the whole city."
    )
    relations: tuple[Relation, ...] = Field((), max_length=200, description="Relations to earlier documents.")
    links: tuple[Link, ...] = Field((), max_length=200, description="Links to documents and pages.")
    origin: Origin | None = Field(None, description="Source of the text, if it was imported.")
    derived: tuple[DerivedMember, ...] = Field(
        (),
        max_length=len(DerivedMember),
        description="Members that were derived from others, because the source did not have them; take a member out "
        "when its value was checked.",
        exclude_if=is_absent,
    )
    unmapped: tuple[UnmappedName, ...] = Field(
        (),
        max_length=100,
        description="Topics, places, issuers and types in words that the registry does not know.",
        exclude_if=is_absent,
    )


class Issuer(View, Content):
    """An issuer of a legal document (cơ quan ban hành); issuers outside Huế have a name and no code."""

    name: Line = Field(description="Name at the time of issue.", examples=["Thủ tướng Chính phủ"])
    code: Code | None = Field(
        None, description="Code in the registry, if the registry has the agency.", examples=["ubnd-hue"]
    )


@dataclass(frozen=True)
class ViewIndex:
    """Facts of a view that lists filter and sort by; stored as columns next to its bytes."""

    issued_on: date
    """Date of the item itself: of issue, of the opening of the consultation, or of the statement."""
    doc_type: str | None = None
    number: str | None = None
    issuers: tuple[str, ...] = ()
    """Codes, for issuers in the registry, and names."""
    effective_on: date | None = None
    expires_on: date | None = None
    high_impact: bool = False
    impact_stated: bool = False
    channels: tuple[str, ...] = ()
    priority: str | None = None
    consultation: tuple[date, date] | None = None
    valid_until: datetime | None = None
    due_events: tuple[tuple[datetime, str], ...] = ()
    """Times at which the calendar alone changes the view, each with the event that the log then records."""


@dataclass(frozen=True)
class ViewNames:
    """Registry names that a view is built with, by code, as valid on the item's own date."""

    agencies: dict[str, str]
    topics: dict[str, str]
    places: dict[str, str]
    spokespersons: dict[str, Any]
    first_day: date
    """Day on which the item first became public, in Việt Nam."""
    today: date
    """Day that the view describes, in Việt Nam: when its edition became public, or when a date changed it last."""


@dataclass(frozen=True)
class Kind:
    """One kind of content: one file in `hub.domain.kinds` and one entry of `KINDS`; a new kind needs no migration."""

    name: Literal["policy", "draft", "bulletin", "statement"]
    plural: str
    vietnamese: str
    content: type[BaseContent]
    card: type[Card]
    full: type[Full]
    facts: Callable[[Any, ViewNames], dict[str, Any]]
    """Builds the fields of the full view that only this kind has, from its content."""
    index: Callable[[Any, date], ViewIndex]
    """Returns the indexed facts of a content that was first published on a day."""
    plain_text: Callable[[dict[str, Any]], str]
    """Returns everything searchable in a full view, as plain text."""
    filters: tuple[type[BaseModel], ...] = ()
    """Filters of its list that not every kind has."""

    @property
    def filter_names(self) -> tuple[str, ...]:
        """Names of the filters that not every kind has."""
        return tuple(name for model in self.filters for name in model.model_fields)
