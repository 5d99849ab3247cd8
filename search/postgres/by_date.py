"""Order by date in Postgres; every word must match (see `search.filters.SORT_COLUMNS`)."""

from collections.abc import Sequence
from functools import lru_cache

import orjson
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.stored_views import parse_view
from hub.search.filters import SearchSort
from hub.search.port import MAX_HITS, EngineResult, Hit, SearchQuery
from hub.text import clean
from hub.times import today
from search.filters import SORT_COLUMNS, postgres_conditions
from search.text.highlight import HIGHLIGHT_CHARACTERS, highlight, highlight_query

_SORT_KEYS = {SearchSort.published_desc: "date_trunc('second', {})", SearchSort.issued_desc: "{}"}
"""The sort columns at the precision of the Meilisearch index, so that ties are ties in both engines."""


@lru_cache(maxsize=256)
def _statement(sort: SearchSort, where: str, facets: str) -> TextClause:
    """Live views that hold every word (`:tsquery`) or have the number (`:keys`), the newest first, with facets."""
    column = _SORT_KEYS[sort].format(SORT_COLUMNS[sort])
    page_column = _SORT_KEYS[sort].format(f"page.{SORT_COLUMNS[sort]}")
    return text(
        f"""
    WITH matched AS MATERIALIZED (
        SELECT id, document_id, lang, kind, agency, issuers, topics, places, doc_type, high_impact, issued_on,
            published_at, seq_from, effective_on, expires_on, opens_on, closes_on
        FROM published_view WHERE seq_to IS NULL AND state = 'live' {where}
            AND (words @@ CAST(:tsquery AS tsquery) OR number_key = ANY(CAST(:keys AS text[])))
    ), found AS MATERIALIZED (
        SELECT DISTINCT ON (document_id) * FROM matched ORDER BY document_id, (lang = :lang) DESC, lang
    ), page AS (
        SELECT * FROM found ORDER BY {column} DESC, document_id DESC LIMIT :limit OFFSET :offset
    )
    SELECT (SELECT count(*) FROM found) AS total, {facets} AS facets,
        page.document_id, page.lang, page.seq_from, v.card, left(v.body, {HIGHLIGHT_CHARACTERS}) AS body
    FROM (SELECT) AS always LEFT JOIN page ON TRUE LEFT JOIN published_view v ON v.id = page.id
    ORDER BY {page_column} DESC, page.document_id DESC"""  # noqa: S608 - our own words
    )


async def search_by_date(
    connection: AsyncConnection, query: SearchQuery, *, tsquery: str, keys: Sequence[str], facets: str, generation: str
) -> EngineResult:
    """Search the live views by date: one statement. `tsquery` and `facets` are the engine's own."""
    where, values = postgres_conditions(query)
    wanted = highlight_query(clean(query.text))
    values |= {"tsquery": tsquery, "keys": list(keys), "lang": query.lang, "day": today()}
    values |= {"limit": query.limit, "offset": query.offset}
    rows = (await connection.execute(_statement(query.sort, where, facets), values)).all()
    hits = []
    for row in rows:
        if row.document_id is not None:
            card = parse_view(row.card, row.document_id, "search")
            texts = [card["summary"], row.body, card["title"], card.get("number")] if card else []
            html = highlight(texts, wanted)
            hits.append(Hit(row.document_id, row.lang, row.seq_from, html))
    facet_counts = {name: counts or {} for name, counts in orjson.loads(rows[0].facets).items()}
    return EngineResult("postgres", tuple(hits), min(rows[0].total, MAX_HITS), facet_counts, generation)
