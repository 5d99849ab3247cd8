"""What a filter's codes stand for: an agency, a topic and a place bring along all that belongs to them.

The same in lists, feeds, searches and the log: see `hub.registry.hierarchy`.
"""

from dataclasses import dataclass

from hub.db import Database
from hub.domain.filters import Filters
from hub.registry.hierarchy import get_registry


@dataclass(frozen=True)
class ExpandedFilters:
    """The codes that match; None: not asked. A code that the registry does not hold stands for itself."""

    agencies: frozenset[str] | None = None
    topics: frozenset[str] | None = None
    places: frozenset[str] | None = None


async def expand_filters(database: Database, filters: Filters) -> ExpandedFilters:
    """The codes that filters stand for, by the registry of this process; no statement without codes."""
    if filters.agency is filters.topic is filters.place is None:
        return ExpandedFilters()
    known = await get_registry(database)
    return ExpandedFilters(
        agencies=None if filters.agency is None else known.agency_with_descendants(filters.agency),
        topics=None if filters.topic is None else known.topic_with_descendants(filters.topic),
        places=None if filters.place is None else known.place_with_descendants(filters.place) | {filters.place},
    )
