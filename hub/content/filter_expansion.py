"""Expansion of filters: an agency, a topic or a place also matches everything that belongs to it.

The same in lists, feeds, search and the log: see `hub.registry.hierarchy`.
"""

from dataclasses import dataclass

from hub.db import Database
from hub.domain.filters import Filters
from hub.registry.hierarchy import get_registry


@dataclass(frozen=True)
class ExpandedFilters:
    """Codes that match; None without such a filter."""

    agencies: frozenset[str] | None = None
    topics: frozenset[str] | None = None
    places: frozenset[str] | None = None
    issuers: frozenset[str] | None = None


async def expand_filters(database: Database, filters: Filters) -> ExpandedFilters:
    """Expand the codes of filters with the cached registry; runs no statement if there are no codes.

    Raises `UnknownReference` for a code that is not in the registry.
    """
    if filters.agency is filters.topic is filters.place is filters.issuer is None:
        return ExpandedFilters()
    registry = await get_registry(database)
    registry.check_codes(agency=[filters.agency], topic=[filters.topic], place=[filters.place], issuer=[filters.issuer])
    return ExpandedFilters(
        agencies=None if filters.agency is None else registry.agency_with_descendants(filters.agency),
        topics=None if filters.topic is None else registry.topic_with_descendants(filters.topic),
        places=None if filters.place is None else registry.place_with_descendants(filters.place),
        issuers=None if filters.issuer is None else registry.issuer_names(filters.issuer),
    )
