"""What a search may be narrowed by, as readers say it and as engines are told it.

Readers name an agency, a topic or a place by code; here that becomes the set of codes that belongs to it, and "open
now" becomes a day. Both engines get the same plain sets and days, so they cannot understand a filter differently, and
nothing in an index depends on what day it was built.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from hub.content.legal_force import LATER, RELATION
from hub.content.visibility import LISTED_STATES, currently_open
from hub.db import Database
from hub.domain.as_of import IN_FORCE_ON_DESCRIPTION, Day
from hub.domain.types import Code, Line, RelationType
from hub.errors import UnknownReference
from hub.registry.hierarchy import Registry, get_registry
from hub.text import fold, one_line
from hub.times import today
from hub.web.parameters import NoParams


class SearchSort(StrEnum):
    """Order of search results."""

    relevance = "relevance"
    published_desc = "published_desc"
    issued_desc = "issued_desc"


class Consultation(StrEnum):
    """Where a draft's consultation stands today."""

    open = "open"
    upcoming = "upcoming"
    closed = "closed"


class SearchFilters(NoParams):
    """Filters of a search; all given ones must hold. A code that the registry does not hold is refused."""

    agency: Code | None = Field(
        None,
        description="Code of the agency that owns the item: with agencies below it, its predecessors and successors.",
        examples=["ubnd-hue"],
    )
    issuer: Line | None = Field(
        None,
        max_length=200,
        description="Code of an issuing agency (with predecessors and successors), or an exact name.",
        examples=["thu-tuong"],
    )
    topic: Code | None = Field(
        None, description="Code of a topic (chủ đề), with those below it.", examples=["truyen-thong"]
    )
    type: Line | None = Field(
        None, max_length=80, description="Document type, with or without marks (loại văn bản).", examples=["Kế hoạch"]
    )
    place: Code | None = Field(
        None,
        description="Code of an administrative unit (địa bàn): with units below it, and what they were and became.",
        examples=["478"],
    )
    in_force_on: Day | None = Field(
        None, description=IN_FORCE_ON_DESCRIPTION.removesuffix(" Not together with `as_of`.")
    )
    year: int | None = Field(None, ge=1, le=9999, description="Year of the item's own date (năm).", examples=[2026])
    consultation: Consultation | None = Field(
        None, description="Drafts whose consultation is open, still to come or over today (lấy ý kiến)."
    )
    high_impact: bool | None = Field(None, description="Whether a draft has high impact (tác động lớn).")
    issued_from: Day | None = Field(None, description="Item's own date on or after this day (ngày ban hành từ).")
    issued_to: Day | None = Field(None, description="Item's own date on or before this day (đến).")


@dataclass(frozen=True)
class EngineFilters:
    """A search's filters as engines are told them: sets of codes and plain days. None: not asked.

    `replaced` are documents that something in effect on `in_force_on` replaces.
    """

    agencies: tuple[str, ...] | None = None
    issuers: tuple[str, ...] | None = None
    topics: tuple[str, ...] | None = None
    type: str | None = None
    places: tuple[str, ...] | None = None
    in_force_on: date | None = None
    replaced: tuple[UUID, ...] = ()
    year: int | None = None
    consultation: Consultation | None = None
    today: date | None = None
    high_impact: bool | None = None
    issued_from: date | None = None
    issued_to: date | None = None


def engine_filters(filters: SearchFilters, known: Registry, day: date) -> EngineFilters:
    """Filters as engines are told them, but for `replaced`: pure. Raises `UnknownReference`."""
    for member, code, held in (
        ("agency", filters.agency, known.agencies),
        ("topic", filters.topic, known.topics),
        ("place", filters.place, {unit[0] for unit in known.places}),
    ):
        if code is not None and code not in held:
            raise UnknownReference(f"There is no {member} `{code}`.", field=member, expected="a code of the registry")
    return EngineFilters(
        agencies=_sort_codes(known.agency_with_descendants(filters.agency)) if filters.agency else None,
        issuers=_issuer_codes(filters.issuer, known) if filters.issuer else None,
        topics=_sort_codes(known.topic_with_descendants(filters.topic)) if filters.topic else None,
        type=fold(filters.type) if filters.type else None,
        places=_sort_codes(known.place_with_descendants(filters.place)) if filters.place else None,
        in_force_on=filters.in_force_on,
        year=filters.year,
        consultation=filters.consultation,
        today=day if filters.consultation else None,
        high_impact=filters.high_impact,
        issued_from=filters.issued_from,
        issued_to=filters.issued_to,
    )


async def build_engine_filters(database: Database, filters: SearchFilters) -> EngineFilters:
    """Filters as engines are told them. One more statement with `in_force_on`."""
    found = engine_filters(filters, await get_registry(database), today())
    if found.in_force_on is None:
        return found
    return EngineFilters(**{**found.__dict__, "replaced": await _read_replaced(database, found.in_force_on)})


def _issuer_codes(issuer: str, known: Registry) -> tuple[str, ...]:
    """Issuers are stored by code where the registry has them, else by the name they were given."""
    return _sort_codes(known.agency_lineage(issuer)) if issuer in known.agencies else (one_line(issuer),)


def _sort_codes(codes: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(codes))


async def _read_replaced(database: Database, day: date) -> tuple[UUID, ...]:
    """Documents that a live document in effect on this day replaces.

    Asked anew each time rather than kept in the index: a replacement changes nothing in the document it replaces.
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
