"""The port between the hub and its search engines. Engines find; the hub loads what may be shown.

An engine returns ids with the log position it indexed, highlights and facets. The hub loads the live views, so a
stale index can neither show what was withdrawn nor text that is no longer public.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from hub.search.filters import EngineFilters, SearchSort

UNFILTERED = EngineFilters()


class EngineUnavailable(Exception):
    """The engine cannot answer now: down, too slow, rebuilding, or not holding this database's index."""


@dataclass(frozen=True)
class SearchQuery:
    """What is looked for. `offset` counts hits; engines answer at most `MAX_HITS` of them."""

    text: str
    kind: str | None = None
    lang: str = "vi"
    limit: int = 20
    offset: int = 0
    filters: EngineFilters = UNFILTERED
    sort: SearchSort = SearchSort.relevance


MAX_HITS = 1_000
"""How deep a search may be paged."""


@dataclass(frozen=True)
class Hit:
    """One found item: the view of `document_id` in `lang` that became public at log position `seq`.

    `highlight` is safe HTML (only `<mark>`; everything else escaped) or None when nothing can be shown. `article` is
    the ref of the part that matched, `article_label` its printed number; None when the document as a whole did.
    """

    document_id: UUID
    lang: str
    seq: int
    highlight: str | None = None
    article: str | None = None
    article_label: str | None = None


@dataclass(frozen=True)
class EngineResult:
    """An engine's answer. `total` and facet counts are estimates."""

    engine: str
    hits: Sequence[Hit]
    total: int
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    generation: str = ""
    """Names the index that answered; a cursor made by another one is refused."""


class SearchIndex(Protocol):
    """Anything that finds live views by words."""

    name: str
    """The engine that answers unless it cannot."""

    async def search(self, query: SearchQuery) -> EngineResult:
        """Find views; each document at most once. Raises `EngineUnavailable`."""
        ...

    async def engine(self) -> str:
        """The name of the engine that would answer now; `none` when there is none."""
        ...
