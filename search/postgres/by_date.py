"""Results by date instead of by relevance: the newest of what holds every word, on either engine.

Ordering by date only makes sense among documents that truly match: the many that share one common word with the query
would come first just for being new. So every word must be there; what a typo found stands among them by its date.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import TextClause, text

from hub.search.filters import SearchSort
from hub.search.port import MAX_HITS, EngineResult, Hit, SearchQuery
from hub.text import clean
from hub.times import today
from search.filters import meili_filters, postgres_conditions
from search.meilisearch.reads import HIGHLIGHT_CHARACTERS
from search.meilisearch.settings import FACETS, replace_signs
from search.text.highlight import highlight, highlight_query

COLUMN = {SearchSort.published_desc: "published_at", SearchSort.issued_desc: "issued_on"}
"""What the index and the views call it."""

_EXACT = {SearchSort.published_desc: "date_trunc('second', {})", SearchSort.issued_desc: "{}"}
"""The same in Postgres as the index holds it, so that ties are ties on both."""

Json = dict[str, Any]


def meili_query(index: str, query: SearchQuery, words: str) -> Json:
    """Every match up to the deepest page, without texts: the engine's own order puts what a typo found last."""
    column = COLUMN[query.sort]
    return {
        "indexUid": index,
        "q": replace_signs(words),
        "matchingStrategy": "all",
        "filter": ["lang EXISTS", *meili_filters(query)],
        "sort": [f"{column}:desc", f"in.{query.lang}:desc"],
        "limit": MAX_HITS,
        "attributesToRetrieve": ["document_id", "lang", "seq", "shown", column],
        "facets": list(FACETS.values()),
    }


def meili_page(hits: Sequence[Json], query: SearchQuery) -> list[Json]:
    """The page of these hits by date; of two on one day the higher id comes first, as in Postgres."""
    column = COLUMN[query.sort]
    ordered = sorted(hits, key=lambda hit: (hit[column], hit["document_id"]), reverse=True)
    return ordered[query.offset : query.offset + query.limit]


def highlight_hits(text: str, hits: Sequence[Json], texts: dict[UUID, str]) -> tuple[Hit, ...]:
    """Hits with stretches of the live texts."""
    wanted = highlight_query(text)
    return tuple(
        Hit(
            UUID(hit["document_id"]),
            hit["lang"],
            hit["seq"],
            highlight([hit["shown"][0], texts.get(UUID(hit["document_id"])), *hit["shown"][1:]], wanted),
        )
        for hit in hits
    )


@lru_cache(maxsize=256)
def postgres_statement(sort: SearchSort, where: str, facets: str) -> TextClause:
    """Live views that hold every word (`:tsquery`) or bear the number (`:keys`), the newest first, with facets."""
    column = _EXACT[sort].format(COLUMN[sort])
    shown = _EXACT[sort].format(f"page.{COLUMN[sort]}")
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
    ORDER BY {shown} DESC, page.document_id DESC"""  # noqa: S608 - our own words
    )


async def search_postgres(
    connection: Any, query: SearchQuery, *, tsquery: str, keys: Sequence[str], facets: str, generation: str
) -> EngineResult:
    """The Postgres engine's answer by date. `tsquery` and `facets` are the engine's own."""
    where, values = postgres_conditions(query)
    wanted = highlight_query(clean(query.text))
    values |= {"tsquery": tsquery, "keys": list(keys), "lang": query.lang, "day": today()}
    values |= {"limit": query.limit, "offset": query.offset}
    rows = (await connection.execute(postgres_statement(query.sort, where, facets), values)).all()
    hits = []
    for row in rows:
        if row.document_id is not None:
            card = orjson.loads(row.card)
            shown = highlight([card["summary"], row.body, card["title"], card.get("number")], wanted)
            hits.append(Hit(row.document_id, row.lang, row.seq_from, shown))
    counted = {name: counts or {} for name, counts in orjson.loads(rows[0].facets).items()}
    return EngineResult("postgres", tuple(hits), min(rows[0].total, MAX_HITS), counted, generation)
