"""Order by date in Meilisearch; every word must match (see `search.filters.DATE_ORDERS`). Pure."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hub.search.filters import SearchSort
from hub.search.port import MAX_HITS, Hit, SearchQuery
from search.filters import DATE_ORDERS, FACETS, meili_filters
from search.meilisearch.settings import replace_signs
from search.text.highlight import highlight, highlight_query
from search.text.phrases import without_operators

Json = dict[str, Any]


def by_date_query(index: str, query: SearchQuery, sort: SearchSort, words: str) -> Json:
    """Build the query for every match up to the deepest page, without texts; without words, for every view.

    All are needed because the engine's own order puts matches by typo last.
    """
    wanted = DATE_ORDERS[sort]
    direction = "desc" if wanted.descending else "asc"
    return {
        "indexUid": index,
        "q": replace_signs(without_operators(words)),
        "matchingStrategy": "all",
        "filter": ["lang EXISTS", *meili_filters(query)],
        "sort": list(dict.fromkeys([f"{wanted.column}:{direction}", "published_at:desc", f"in.{query.lang}:desc"])),
        "limit": MAX_HITS,
        "attributesToRetrieve": ["document_id", "lang", "seq", "shown", wanted.column, "published_at"],
        "facets": list(FACETS.values()),
    }


def by_date_page(hits: Sequence[Json], query: SearchQuery, sort: SearchSort) -> list[Json]:
    """Sort these hits by date and cut the page, with the same order of ties as in Postgres."""
    wanted = DATE_ORDERS[sort]
    ordered = sorted(hits, key=lambda hit: (hit["published_at"], hit["document_id"]), reverse=True)
    known = [hit for hit in ordered if hit.get(wanted.column) is not None]
    known.sort(key=lambda hit: hit[wanted.column], reverse=wanted.descending)
    unknown = [hit for hit in ordered if hit.get(wanted.column) is None]
    return [*known, *unknown][query.offset : query.offset + query.limit]


def by_date_hits(text: str, page: Sequence[Json], texts: dict[UUID, str]) -> tuple[Hit, ...]:
    """Build the hits of a page, with highlights from the live texts."""
    wanted = highlight_query(text)
    return tuple(
        Hit(
            UUID(hit["document_id"]),
            hit["lang"],
            hit["seq"],
            highlight([hit["shown"][0], texts.get(UUID(hit["document_id"])), *hit["shown"][1:]], wanted)
            if text
            else None,
        )
        for hit in page
    )
