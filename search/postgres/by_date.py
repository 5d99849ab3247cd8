"""Order by date in Postgres: of the views that hold every word (see `search.filters.DATE_ORDERS`), or of all."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.stored_views import parse_view
from hub.domain.kinds import KINDS
from hub.search.filters import SearchSort
from hub.search.port import MAX_HITS, EngineResult, Hit, SearchQuery
from hub.text import clean
from hub.times import today
from search.filters import DATE_ORDERS, postgres_conditions
from search.text.highlight import HIGHLIGHT_CHARACTERS, highlight, highlight_query

MAX_BROWSED = 5_000
"""Views of each kind that a search without words counts: the first in its order; with more, counts are estimates."""

_COLUMNS = """id, document_id, lang, kind, agency, issuers, topics, places, doc_type, high_impact, channels, priority,
            issued_on, published_at, seq_from, effective_on, expires_on, opens_on, closes_on"""


def _order_by(sort: SearchSort, table: str = "", *, exact: bool = False) -> str:
    """Build the order at the precision of the Meilisearch index, so that ties are ties in both engines.

    `exact` is the order of the view's own columns, as its indexes have it.
    """
    order = DATE_ORDERS[sort]
    published = f"{table}published_at" if exact else f"date_trunc('milliseconds', {table}published_at)"
    column = published if order.column == "published_at" else f"{table}{order.column}"
    parts = dict.fromkeys([f"{column} {'DESC' if order.descending else 'ASC'}", f"{published} DESC"])
    return ", ".join([*parts, f"{table}document_id DESC"])


@lru_cache(maxsize=256)
def _statement(sort: SearchSort, matched: str, facets: str) -> TextClause:
    """The views of `matched`, each document once, by date, with facets."""
    return text(
        f"""
    WITH matched AS MATERIALIZED ({matched}), found AS MATERIALIZED (
        SELECT DISTINCT ON (document_id) * FROM matched ORDER BY document_id, (lang = :lang) DESC, lang
    ), page AS (
        SELECT * FROM found ORDER BY {_order_by(sort)} LIMIT :limit OFFSET :offset
    )
    SELECT (SELECT count(*) FROM found) AS total, {facets} AS facets,
        page.document_id, page.lang, page.seq_from, v.card, left(v.body, {HIGHLIGHT_CHARACTERS}) AS body
    FROM (SELECT) AS always LEFT JOIN page ON TRUE LEFT JOIN published_view v ON v.id = page.id
    ORDER BY {_order_by(sort, "page.")}"""  # noqa: S608 - our own words
    )


def _matching_words(where: str) -> str:
    return f"""SELECT {_COLUMNS} FROM published_view WHERE seq_to IS NULL AND state = 'live' {where}
            AND (words @@ CAST(:tsquery AS tsquery) OR number_key = ANY(CAST(:keys AS text[])))"""  # noqa: S608


def _newest_of_kinds(sort: SearchSort, where: str, kinds: Sequence[str]) -> str:
    """Select the first views of each kind, because the indexes of the orders begin with the kind."""
    order = _order_by(sort, exact=True)
    return " UNION ALL ".join(
        f"""(SELECT {_COLUMNS} FROM published_view WHERE seq_to IS NULL AND state = 'live' AND kind = '{kind}' {where}
            ORDER BY {order} LIMIT {MAX_BROWSED})"""  # noqa: S608
        for kind in kinds
    )


async def search_by_date(
    connection: AsyncConnection, query: SearchQuery, *, tsquery: str, keys: Sequence[str], facets: str, generation: str
) -> EngineResult:
    """Search the live views by date: one statement. `tsquery` and `facets` are the engine's own."""
    where, values = postgres_conditions(query)
    values |= {"tsquery": tsquery, "keys": list(keys)}
    return await _run(connection, query, _matching_words(where), values, facets, generation)


async def browse(connection: AsyncConnection, query: SearchQuery, *, facets: str, generation: str) -> EngineResult:
    """Find the live views that match the filters, by date: one statement."""
    where, values = postgres_conditions(query)
    sort = query.date_order or SearchSort.published_desc
    matched = _newest_of_kinds(sort, where, [query.kind] if query.kind else list(KINDS))
    return await _run(connection, query, matched, values, facets, generation)


async def _run(
    connection: AsyncConnection,
    query: SearchQuery,
    matched: str,
    values: Mapping[str, Any],
    facets: str,
    generation: str,
) -> EngineResult:
    given = {"lang": query.lang, "day": today(), "limit": query.limit, "offset": query.offset}
    sort = query.date_order or SearchSort.published_desc
    rows = (await connection.execute(_statement(sort, matched, facets), {**values, **given})).all()
    wanted = None if query.browse else highlight_query(clean(query.text))
    hits = []
    for row in rows:
        if row.document_id is not None:
            card = parse_view(row.card, row.document_id, "search")
            texts = [card["summary"], row.body, card["title"], card.get("number")] if card else []
            html = highlight(texts, wanted) if wanted is not None else None
            hits.append(Hit(row.document_id, row.lang, row.seq_from, html))
    facet_counts = {name: counts or {} for name, counts in orjson.loads(rows[0].facets).items()}
    return EngineResult("postgres", tuple(hits), min(rows[0].total, MAX_HITS), facet_counts, generation)
