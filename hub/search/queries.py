"""One search: the engine finds documents, the hub loads the live views and drops hits that are not public any more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from hub.content.searchable_views import get_searchable_views
from hub.content.visibility import ViewRow
from hub.db import Database
from hub.domain.filters import cursor_filters
from hub.errors import InvalidCursor, Resync
from hub.paging import decode_cursor, encode_cursor, list_digest, position_part, text_part
from hub.search.facets import Facets, label_facets
from hub.search.filters import SearchFilters, build_engine_filters
from hub.search.port import MAX_HITS, Hit, SearchIndex, SearchQuery
from hub.search.spelling import suggest_spelling
from hub.times import today

NO_FILTERS = SearchFilters()


@dataclass(frozen=True)
class SearchResult:
    """One result, with the view that is public now."""

    view: ViewRow
    highlight: str | None
    cursor: str
    article: str | None = None
    article_label: str | None = None


@dataclass(frozen=True)
class SearchResults:
    """A page of results. `estimated_total` and `facets` are the engine's estimates."""

    items: Sequence[SearchResult]
    facets: Facets
    engine: str
    estimated_total: int
    took_ms: int
    did_you_mean: str | None
    next: str | None


async def search(
    index: SearchIndex,
    database: Database,
    query: SearchQuery,
    *,
    filters: SearchFilters = NO_FILTERS,
    cursor: str | None = None,
    text: bool = False,
) -> SearchResults:
    """Search and load the live views of the hits.

    Raises `Resync` if the cursor is from another engine or index than the one that answers now, `InvalidCursor`, and
    `UnknownReference` for a filter by an unknown code.
    """
    began = perf_counter()
    first, later = cursor_filters(filters, SearchFilters)
    name = list_digest("search", query.text, query.kind, query.lang, query.sort, first, **later)
    cursor_index: str | None = None
    if cursor is not None:
        cursor_index, offset = decode_cursor(name, cursor, text_part, position_part)
        if offset > MAX_HITS:
            raise InvalidCursor("The cursor is damaged.", field="cursor")
        query = replace(query, offset=offset)
    query = replace(query, filters=await build_engine_filters(database, filters))
    found = await index.search(query)
    current_index = f"{found.engine}:{found.generation}"
    if cursor_index is not None and cursor_index != current_index:
        raise Resync(
            "The cursor belongs to another search engine or index than the one that answers now.",
            field="cursor",
            expected="the same search without `cursor`",
        )
    views = await get_searchable_views(database, [hit.document_id for hit in found.hits], lang=query.lang, text=text)
    items = [
        SearchResult(
            view=views[hit.document_id],
            # A highlight is text of the indexed view: it is shown only while that view is the public one.
            **_match_fields(hit, views[hit.document_id]),
            cursor=encode_cursor(name, current_index, query.offset + place),
        )
        for place, hit in enumerate(found.hits, start=1)
        if hit.document_id in views
    ]
    end = query.offset + len(found.hits)
    more = end < min(found.total, MAX_HITS) and len(found.hits) == query.limit
    return SearchResults(
        items=items,
        facets=await label_facets(database, found.facets, today(), query.lang) if query.facets else {},
        engine=found.engine,
        estimated_total=found.total,
        took_ms=round((perf_counter() - began) * 1000),
        did_you_mean=await suggest_spelling(database, query.text) if not query.browse and not query.offset else None,
        next=encode_cursor(name, current_index, end) if more else None,
    )


def _match_fields(hit: Hit, view: ViewRow) -> dict[str, str | None]:
    """Return the hit's highlight and article if they are from the view that is public now."""
    if (hit.lang, hit.seq) != (view.lang, view.seq):
        return {"highlight": None}
    return {"highlight": hit.highlight, "article": hit.article, "article_label": hit.article_label}
