"""Filters and orders of lists: one model for REST and GraphQL."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from hub.domain.kinds.bulletin import BulletinFilters
from hub.domain.kinds.draft import ConsultationFilters
from hub.domain.kinds.impact import ImpactFilters
from hub.domain.scalars import AnyDay, Code, Line


class Sort(StrEnum):
    """Order of a list; ties are broken by publication, newest first, then by id, so pages never overlap."""

    published_desc = "published_desc"
    published_asc = "published_asc"
    modified_desc = "modified_desc"
    modified_asc = "modified_asc"
    changed_desc = "changed_desc"
    issued_desc = "issued_desc"
    issued_asc = "issued_asc"
    title_asc = "title_asc"


class DraftSort(StrEnum):
    """Order of the list of drafts: those of every list, and two by the end of the consultation."""

    published_desc = "published_desc"
    published_asc = "published_asc"
    modified_desc = "modified_desc"
    modified_asc = "modified_asc"
    changed_desc = "changed_desc"
    issued_desc = "issued_desc"
    issued_asc = "issued_asc"
    title_asc = "title_asc"
    closes_asc = "closes_asc"
    closes_desc = "closes_desc"


class SharedFilters(BaseModel):
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
        description="Code of an issuer, including its predecessors and successors, or an exact name (cơ quan "
        "ban hành).",
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


class FeedFilters(SharedFilters, ImpactFilters, BulletinFilters):
    """Filters of feeds: those of lists that only an entry of the log can change, never a day that begins."""


class Filters(FeedFilters, ConsultationFilters):
    """Every filter of any list."""


def select_filters(params: BaseModel) -> Filters:
    """Return the filters among validated parameters; those that the parameters do not have are not set."""
    given = params.__dict__
    return Filters.model_construct(**{name: given.get(name) for name in _FILTER_NAMES})


_FILTER_NAMES = tuple(Filters.model_fields)


def cursor_filters(filters: BaseModel, model: type[BaseModel]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the members that a model of filters has, for a cursor's digest: those that always count, and others.

    Each model declares which is which: a filter with `exclude_if` counts only while it is set, so cursors stay valid
    when it is added. One filter can differ between models: `high_impact` always counts in searches, which have had it
    from the beginning, and in lists and feeds while it is set. A declaration never changes: cursors given out hold it.
    """
    given = filters.model_dump(mode="json", include=set(model.model_fields))
    later = {name: given.pop(name) for name, field in model.model_fields.items() if field.exclude_if and name in given}
    return given, later
