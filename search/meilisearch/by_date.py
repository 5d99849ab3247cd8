"""Order by date in Meilisearch; every word must match (see `search.filters.SORT_COLUMNS`). Pure."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hub.search.port import MAX_HITS, Hit, SearchQuery
from search.filters import FACETS, SORT_COLUMNS, meili_filters
from search.meilisearch.settings import replace_signs
from search.text.highlight import highlight, highlight_query
from search.text.phrases import without_operators

Json = dict[str, Any]


def by_date_query(index: str, query: SearchQuery, words: str) -> Json:
    """Build the query for every match up to the deepest page, without texts.

    All are needed because the engine's own order puts matches by typo last.
    """
    column = SORT_COLUMNS[query.sort]
    return {
        "indexUid": index,
        "q": replace_signs(without_operators(words)),
        "matchingStrategy": "all",
        "filter": ["lang EXISTS", *meili_filters(query)],
        "sort": [f"{column}:desc", f"in.{query.lang}:desc"],
        "limit": MAX_HITS,
        "attributesToRetrieve": ["document_id", "lang", "seq", "shown", column],
        "facets": list(FACETS.values()),
    }


def by_date_page(hits: Sequence[Json], query: SearchQuery) -> list[Json]:
    """Sort these hits by date and cut the page; of two on one day the higher id comes first, as in Postgres."""
    column = SORT_COLUMNS[query.sort]
    ordered = sorted(hits, key=lambda hit: (hit[column], hit["document_id"]), reverse=True)
    return ordered[query.offset : query.offset + query.limit]


def by_date_hits(text: str, page: Sequence[Json], texts: dict[UUID, str]) -> tuple[Hit, ...]:
    """Build the hits of a page, with highlights from the live texts."""
    wanted = highlight_query(text)
    return tuple(
        Hit(
            UUID(hit["document_id"]),
            hit["lang"],
            hit["seq"],
            highlight([hit["shown"][0], texts.get(UUID(hit["document_id"])), *hit["shown"][1:]], wanted),
        )
        for hit in page
    )
