"""The port between the hub and its search engines. Engines find documents; the hub loads what may be shown.

An engine returns ids with the log position it indexed, highlights and facets. The hub loads the live views, so a stale
index can show neither withdrawn documents nor text that is no longer public.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from hub.search.filters import EngineFilters, SearchSort

UNFILTERED = EngineFilters()


class EngineUnavailable(Exception):
    """The engine cannot answer now: down, too slow, rebuilding, or without this database's index."""


@dataclass(frozen=True)
class SearchQuery:
    """A query. `offset` counts hits; engines return at most the first `MAX_HITS`.

    With `browse`, every view that matches the filters is found, whatever the text: the newest first unless `sort` says
    otherwise.
    """

    text: str
    kind: str | None = None
    lang: str = "vi"
    limit: int = 20
    offset: int = 0
    filters: EngineFilters = UNFILTERED
    sort: SearchSort = SearchSort.relevance
    browse: bool = False
    facets: bool = False
    """Count the values of each facet among all matches; without it `EngineResult.facets` is empty."""

    @property
    def date_order(self) -> SearchSort | None:
        """The order by date that was asked for, or that browsing has; None for the best match first."""
        if self.sort is not SearchSort.relevance:
            return self.sort
        return SearchSort.published_desc if self.browse else None


MAX_HITS = 1_000
"""Hits up to which a search may be paged."""


@dataclass(frozen=True)
class Hit:
    """One hit: the view of `document_id` in `lang` that became public at log position `seq`.

    `highlight` is safe HTML (only `<mark>`; everything else is escaped), or None if nothing can be shown. `article` is
    the ref of the matching part, `article_label` its printed number; None if the document as a whole matched.
    """

    document_id: UUID
    lang: str
    seq: int
    highlight: str | None = None
    article: str | None = None
    article_label: str | None = None


@dataclass(frozen=True)
class EngineResult:
    """The result of an engine. `total` and facet counts are estimates; no facets unless the query asks for them."""

    engine: str
    hits: Sequence[Hit]
    total: int
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    generation: str = ""
    """Identifies the index that answered; a cursor of another index is refused."""


class SearchIndex(Protocol):
    """An engine that finds live views by words."""

    name: str
    """Name of the preferred engine."""

    async def search(self, query: SearchQuery) -> EngineResult:
        """Find views, each document at most once. Raises `EngineUnavailable`."""
        ...

    async def engine(self) -> str:
        """Return the name of the engine that would answer now; `none` if there is none."""
        ...
