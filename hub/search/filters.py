"""Filters of a search: as query parameters, and expanded for the engines.

Readers name an agency, a topic or a place by code; the code is expanded to the set of codes below it, and "open now" to
a day. Both engines get the same plain sets and days, so they cannot interpret a filter differently, and nothing in an
index depends on the day it was built.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from hub.content.as_of import currently_open
from hub.content.legal_force import LATER, RELATION
from hub.content.visibility import LISTED_STATES
from hub.db import Database
from hub.domain.as_of import IN_FORCE_ON_DESCRIPTION
from hub.domain.kinds.bulletin import BulletinFilters
from hub.domain.kinds.draft import CLOSING_BEFORE, ConsultationState
from hub.domain.scalars import AnyDay, Code, Line
from hub.domain.types import RelationType
from hub.registry.hierarchy import Registry, get_registry
from hub.text import fold
from hub.times import FIRST_DAY, LAST_DAY, midnight, now
from hub.web.parameters import NoParams


class SearchSort(StrEnum):
    """Order of search results."""

    relevance = "relevance"
    published_desc = "published_desc"
    issued_desc = "issued_desc"
    closes_asc = "closes_asc"


class SearchFilters(NoParams, BulletinFilters):
    """Filters of a search; all given ones must match. Unknown codes are refused."""

    agency: Code | None = Field(
        None,
        description="Code of the agency that owns the item, including agencies below it, predecessors and successors.",
        examples=["ubnd-hue"],
    )
    issuer: Line | None = Field(
        None,
        max_length=200,
        description="Code of an issuing agency (including predecessors and successors), or an exact name.",
        examples=["thu-tuong"],
    )
    topic: Code | None = Field(
        None, description="Code of a topic (chủ đề), including topics below it.", examples=["truyen-thong"]
    )
    type: Line | None = Field(
        None,
        max_length=80,
        description="Document type, with or without diacritics (loại văn bản).",
        examples=["Kế hoạch"],
    )
    place: Code | None = Field(
        None,
        description="Code of an administrative unit (địa bàn), including units below it, predecessors and successors.",
        examples=["478"],
    )
    in_force_on: AnyDay | None = Field(
        # Without the last sentence, which is about `as_of`: a search has no such parameter.
        None,
        description=IN_FORCE_ON_DESCRIPTION.rpartition(". ")[0] + ".",
    )
    year: int | None = Field(None, ge=1, le=9999, description="Year of the item's own date (năm).", examples=[2026])
    consultation: ConsultationState | None = Field(
        None, description="Drafts whose consultation is open, upcoming or closed now (lấy ý kiến)."
    )
    closing_before: AnyDay | None = Field(None, description=f"Drafts {CLOSING_BEFORE}", examples=["2026-12-07"])
    high_impact: bool | None = Field(
        None, description="Drafts with a high impact (tác động lớn), or with `false` items without one."
    )
    issued_from: AnyDay | None = Field(
        None, description="The item's own date is on or after this day (ngày ban hành từ)."
    )
    issued_to: AnyDay | None = Field(None, description="The item's own date is on or before this day (đến).")


@dataclass(frozen=True)
class EngineFilters:
    """Filters of a search for the engines: sets of codes, plain days and the present. None: no filter.

    `replaced` are the documents that a document in effect on `in_force_on` replaces.
    """

    agencies: tuple[str, ...] | None = None
    issuers: tuple[str, ...] | None = None
    topics: tuple[str, ...] | None = None
    type: str | None = None
    places: tuple[str, ...] | None = None
    in_force_on: date | None = None
    replaced: tuple[UUID, ...] = ()
    year: int | None = None
    consultation: ConsultationState | None = None
    moment: datetime | None = None
    closes_by: datetime | None = None
    high_impact: bool | None = None
    channel: str | None = None
    priority: str | None = None
    issued_from: date | None = None
    issued_to: date | None = None


def engine_filters(filters: SearchFilters, registry: Registry, moment: datetime) -> EngineFilters:
    """Expand filters for the engines, except `replaced`. Pure. Raises `UnknownReference` for unknown codes."""
    registry.check_codes(agency=[filters.agency], topic=[filters.topic], place=[filters.place], issuer=[filters.issuer])
    return EngineFilters(
        agencies=_sort_codes(registry.agency_with_descendants(filters.agency)) if filters.agency else None,
        issuers=_sort_codes(registry.issuer_names(filters.issuer)) if filters.issuer else None,
        topics=_sort_codes(registry.topic_with_descendants(filters.topic)) if filters.topic else None,
        type=fold(filters.type) if filters.type else None,
        places=_sort_codes(registry.place_with_descendants(filters.place)) if filters.place else None,
        in_force_on=filters.in_force_on,
        year=filters.year,
        consultation=filters.consultation,
        moment=moment if filters.consultation else None,
        closes_by=midnight(min(max(filters.closing_before, FIRST_DAY), LAST_DAY)) if filters.closing_before else None,
        high_impact=filters.high_impact,
        channel=filters.channel and filters.channel.value,
        priority=filters.priority and filters.priority.value,
        issued_from=filters.issued_from,
        issued_to=filters.issued_to,
    )


async def build_engine_filters(database: Database, filters: SearchFilters) -> EngineFilters:
    """Expand filters for the engines. One more statement with `in_force_on`. Raises `UnknownReference`."""
    expanded = engine_filters(filters, await get_registry(database), now())
    if expanded.in_force_on is None:
        return expanded
    return replace(expanded, replaced=await _read_replaced(database, expanded.in_force_on))


def _sort_codes(codes: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(codes))


async def _read_replaced(database: Database, day: date) -> tuple[UUID, ...]:
    """Read the documents that a live document in effect on this day replaces.

    Read for each search rather than stored in the index: a replacement changes nothing in the document it replaces.
    """
    same = (LATER.c.document_id == RELATION.c.document_id) & (LATER.c.lang == RELATION.c.lang)
    query = (
        select(RELATION.c.target_id)
        .join(LATER, same)
        .where(
            RELATION.c.type == RelationType.replaces,
            RELATION.c.document_id != RELATION.c.target_id,
            currently_open(LATER),
            LATER.c.state.in_(LISTED_STATES),
            LATER.c.effective_on <= day,
        )
        .distinct()
        .order_by(RELATION.c.target_id)
    )
    async with database.read() as connection:
        return tuple((await connection.execute(query)).scalars())
