"""Order by date in Postgres: of the views that hold every word (see `search.filters.DATE_ORDERS`), or of all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
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
from hub.times import now, today
from search.filters import CLOSES_SQL, DATE_ORDERS, DateOrder, matching_kinds, postgres_conditions
from search.text.highlight import HIGHLIGHT_CHARACTERS, highlight, highlight_query

MAX_BROWSED = 2_000
"""Views that a search counts, without words of each kind: the first in its order; with more, counts are estimates.

Counting facets takes nine tenths of the time; so many views still fit into the memory of one statement.
"""

VIEWS_PER_ITEM = 8
"""Views, each in another language, that one document may have among the first of a page without facets."""

RECENT = timedelta(days=60)
"""Age of the views among which the newest matches of words are looked for first."""

_COLUMNS = """id, document_id, lang, kind, agency, issuers, topics, places, doc_type, high_impact, channels, priority,
            issued_on, published_at, seq_from, effective_on, expires_on, opens_at, closes_at"""


_COUNT_FOUND = "(SELECT count(*) FROM found)"


def _direct(column: str, order: DateOrder) -> str:
    return f"{column} {'DESC' if order.descending else 'ASC'}"


def _order_by(sort: SearchSort, table: str = "") -> str:
    """Build the order at the precision of the Meilisearch index, so that ties are ties in both engines."""
    order = DATE_ORDERS[sort]
    published = f"date_trunc('milliseconds', {table}published_at)"
    column = published if order.column == "published_at" else f"{table}{order.column}"
    parts = dict.fromkeys([_direct(column, order), f"{published} DESC"])
    return ", ".join([*parts, f"{table}document_id DESC"])


def _index_order(sort: SearchSort, kind: str) -> str:
    """Build the order within a kind as one of its indexes has it.

    Where nothing has the end of a consultation, the order by it is that of publication.
    """
    newest = "published_at DESC, document_id DESC"
    if sort is SearchSort.closes_asc:
        return f"{CLOSES_SQL}, {newest}" if "consultation" in KINDS[kind].full.model_fields else newest
    order = DATE_ORDERS[sort]
    return newest if order.column == "published_at" else f"{_direct(order.column, order)}, {newest}"


@lru_cache(maxsize=256)
def _statement(sort: SearchSort, matched: str, total: str, facets: str) -> TextClause:
    """The views of `matched`, each document once, by date, with their number and facets."""
    return text(
        f"""
    WITH matched AS MATERIALIZED ({matched}), found AS MATERIALIZED (
        SELECT DISTINCT ON (document_id) * FROM matched ORDER BY document_id, (lang = :lang) DESC, lang
    ), page AS (
        SELECT * FROM found ORDER BY {_order_by(sort)} LIMIT :limit OFFSET :offset
    )
    SELECT {total} AS total, {facets} AS facets,
        page.document_id, page.lang, page.seq_from, v.card, left(v.body, {HIGHLIGHT_CHARACTERS}) AS body
    FROM (SELECT) AS always LEFT JOIN page ON TRUE LEFT JOIN published_view v ON v.id = page.id
    ORDER BY {_order_by(sort, "page.")}"""  # noqa: S608 - our own words
    )


def _matching_words(sort: SearchSort, where: str) -> str:
    """Select the first views in an order that hold the words: of recent ones, where enough of these do."""
    matched = f"""SELECT {_COLUMNS} FROM published_view WHERE seq_to IS NULL AND state = 'live' {where}
            AND (words @@ CAST(:tsquery AS tsquery) OR number_key = ANY(CAST(:keys AS text[])))"""  # noqa: S608
    first = f"ORDER BY {_order_by(sort)} LIMIT {MAX_BROWSED}"
    order = DATE_ORDERS[sort]
    if not order.descending:
        return f"{matched} {first}"
    recent = f"CAST(:recent AS {'date' if order.column == 'issued_on' else 'timestamptz'})"
    return f"""WITH recent AS MATERIALIZED ({matched} AND {order.column} >= {recent})
        SELECT * FROM (SELECT * FROM recent UNION ALL {matched} AND {order.column} < {recent}
            AND (SELECT count(*) < {MAX_HITS} FROM recent)) AS found {first}"""  # noqa: S608 - our own words


def _newest_of_kinds(sort: SearchSort, where: str, kinds: Sequence[str], most: str, columns: str = _COLUMNS) -> str:
    """Select the first views of each kind, because an index has the order of one kind."""
    live = f"SELECT {columns} FROM published_view WHERE seq_to IS NULL AND state = 'live'"  # noqa: S608
    newest = [
        f"({live} AND kind = '{kind}' {where} ORDER BY {_index_order(sort, kind)} LIMIT {most})" for kind in kinds
    ]
    return " UNION ALL ".join(newest) or f"{live} AND FALSE {where}"


async def search_by_date(
    connection: AsyncConnection,
    query: SearchQuery,
    sort: SearchSort,
    *,
    tsquery: str,
    keys: Sequence[str],
    facets: str,
    generation: str,
) -> EngineResult:
    """Search the live views by date: one statement. `tsquery` and `facets` are the engine's own."""
    where, values = postgres_conditions(query)
    values |= {"tsquery": tsquery, "keys": list(keys)}
    if (order := DATE_ORDERS[sort]).descending:
        values["recent"] = today() - RECENT if order.column == "issued_on" else now() - RECENT
    statement = _statement(sort, _matching_words(sort, where), _COUNT_FOUND, facets)
    return await _run(connection, query, statement, values, generation)


async def browse(
    connection: AsyncConnection, query: SearchQuery, sort: SearchSort, *, facets: str, generation: str
) -> EngineResult:
    """Find the live views that match the filters, by date: one statement, which reads only kinds that can match.

    Without facets it reads little more than the page, and counts up to `MAX_HITS` of each kind within an index.
    """
    # Each kind is named in the statement instead of the condition on it: some indexes are of one kind.
    where, values = postgres_conditions(replace(query, kind=None))
    kinds = matching_kinds(query)
    if query.facets:
        matched, total = _newest_of_kinds(sort, where, kinds, str(MAX_BROWSED)), _COUNT_FOUND
    else:
        matched = _newest_of_kinds(sort, where, kinds, ":window")
        values["window"] = min(VIEWS_PER_ITEM * (query.offset + query.limit), MAX_BROWSED)
        ids = _newest_of_kinds(sort, where, kinds, str(MAX_HITS), "document_id")
        total = f"(SELECT count(DISTINCT document_id) FROM ({ids}) AS counted)"  # noqa: S608 - our own words
    return await _run(connection, query, _statement(sort, matched, total, facets), values, generation)


async def _run(
    connection: AsyncConnection,
    query: SearchQuery,
    statement: TextClause,
    values: Mapping[str, Any],
    generation: str,
) -> EngineResult:
    given = {"lang": query.lang, "day": today(), "moment": now(), "limit": query.limit, "offset": query.offset}
    rows = (await connection.execute(statement, {**values, **given})).all()
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
