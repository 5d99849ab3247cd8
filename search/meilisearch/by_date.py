"""Order by date in Meilisearch; every word must match (see `search.filters.DATE_ORDERS`). Pure."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hub.search.filters import SearchSort
from hub.search.port import MAX_HITS, Hit, SearchQuery
from search.filters import DATE_ORDERS
from search.meilisearch.queries import facet_members, view_filters
from search.meilisearch.settings import replace_signs
from search.text.highlight import highlight, highlight_query
from search.text.phrases import without_operators

Json = dict[str, Any]


def by_date_query(index: str, query: SearchQuery, sort: SearchSort, words: str) -> Json:
    """Build the query for a page of every view, or for the matches of words up to the end of the page."""
    first, most = (0, query.offset + query.limit) if words else (query.offset, query.limit)
    return _query(index, query, sort, words) | {"offset": first, "limit": most, **facet_members(query)}


def within_query(index: str, query: SearchQuery, sort: SearchSort, words: str, found: Sequence[Json]) -> Json:
    """Build the query for all matches that come no later than these, the first of some kinds of matches, by date.

    A match that comes later than all of these is not among the first so many.
    """
    column, last = DATE_ORDERS[sort].column, by_date_order(found, sort)[-1]
    reached, published = last.get(column), f"published_at >= {last['published_at']}"
    if reached is None:
        within = f"{column} EXISTS AND {column} IS NOT NULL OR {published}"
    elif column == "published_at":
        within = published
    else:
        earlier = ">" if DATE_ORDERS[sort].descending else "<"
        within = f"{column} {earlier} {reached} OR ({column} = {reached} AND {published})"
    wanted = _query(index, query, sort, words)
    return wanted | {"filter": [*wanted["filter"], within], "limit": MAX_HITS}


def _query(index: str, query: SearchQuery, sort: SearchSort, words: str) -> Json:
    """Build what both queries have: every word must match, each document is found once, without texts.

    The order is that of Postgres, down to the ties; the requested language comes first of one document's.
    """
    wanted = DATE_ORDERS[sort]
    by_date = f"{wanted.column}:{'desc' if wanted.descending else 'asc'}"
    return {
        "indexUid": index,
        "q": replace_signs(without_operators(words)),
        "matchingStrategy": "all",
        "filter": view_filters(query),
        "sort": list(dict.fromkeys([by_date, "published_at:desc", "document_id:desc", f"in.{query.lang}:desc"])),
        "attributesToRetrieve": ["document_id", "lang", "seq", "shown", wanted.column, "published_at"],
    }


def by_date_page(hits: Sequence[Json], query: SearchQuery, sort: SearchSort) -> list[Json]:
    """Sort these hits by date and cut the page, with the same order of ties as in Postgres."""
    return by_date_order(hits, sort)[query.offset : query.offset + query.limit]


def by_date_order(hits: Sequence[Json], sort: SearchSort) -> list[Json]:
    """Sort hits by date, with the same order of ties as in Postgres."""
    wanted = DATE_ORDERS[sort]
    ordered = sorted(hits, key=lambda hit: (hit["published_at"], hit["document_id"]), reverse=True)
    known = [hit for hit in ordered if hit.get(wanted.column) is not None]
    known.sort(key=lambda hit: hit[wanted.column], reverse=wanted.descending)
    return [*known, *(hit for hit in ordered if hit.get(wanted.column) is None)]


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
