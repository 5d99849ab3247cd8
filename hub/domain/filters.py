"""Filters and orders of lists: one model for REST and GraphQL."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from hub.domain.scalars import AnyDay, Code, Line


class Sort(StrEnum):
    """Order of a list; ties are broken by id, so pages never overlap."""

    published_desc = "published_desc"
    published_asc = "published_asc"
    modified_desc = "modified_desc"
    modified_asc = "modified_asc"
    changed_desc = "changed_desc"
    issued_desc = "issued_desc"
    issued_asc = "issued_asc"
    title_asc = "title_asc"


class Filters(BaseModel):
    """Filters of every list; an item must match all given filters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agency: Code | None = Field(
        None,
        description="Code of the agency that owns the item; includes its predecessors, its successors and the agencies "
        "below them (cơ quan đăng).",
        examples=["ubnd-hue"],
    )
    issuer: Line | None = Field(
        None,
        max_length=200,
        description="Code or exact name of an issuer (cơ quan ban hành).",
        examples=["Thủ tướng Chính phủ"],
    )
    topic: Code | None = Field(
        None, description="Code of a topic; includes the topics below it (chủ đề).", examples=["truyen-thong"]
    )
    type: Line | None = Field(
        None,
        max_length=80,
        description="Document type, with or without diacritics (loại văn bản).",
        examples=["Kế hoạch"],
    )
    place: Code | None = Field(
        None,
        description="Code of an administrative unit; includes the units below it, and the predecessors and successors "
        "of all of them (địa bàn).",
        examples=["46"],
    )
    issued_from: AnyDay | None = Field(
        None, description="Only items whose own date is on or after this day (ngày ban hành từ)."
    )
    issued_to: AnyDay | None = Field(None, description="Only items whose own date is on or before this day (đến).")
    modified_from: AnyDay | None = Field(
        None, description="Only items whose last edition became public on or after this day, +07:00."
    )
    modified_to: AnyDay | None = Field(
        None, description="Only items whose last edition became public on or before this day, +07:00."
    )
