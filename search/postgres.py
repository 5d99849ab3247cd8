"""Searching in Postgres: one statement over the open live views, for when Meilisearch cannot answer or is not there.

Both sides are folded before the parser (`hub_fold`), so marks, case and separators do not matter. Finding by the GIN
index is cheap; ranking reads each text's words, so at most `RANKED` of the newest matches are ranked and counted.
"""

import orjson
from sqlalchemy import Row, Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import SQLAlchemyError

from hub.db import Database
from hub.searching.port import Found, Hit, SearchQuery
from hub.text import clean, fold
from search.highlight import BEGINNING, highlight
from search.intent import has_words, number_keys
from search.views import SHOWN_CHARACTERS

RANKED = 500
"""How many of the newest matches are ranked; totals and facets are estimates above it."""

ASKED_WORDS = 32
"""Words of a query that are looked at."""

GENERATION = "postgres"

_LIVE = "seq_to IS NULL AND state = 'live'"
_KEPT = "id, document_id, lang, kind, agency, topics, doc_type, issued_on, seq_from, modified_at"

# `plainto_tsquery` parses the query as the texts were parsed and gives `'a' & 'b'`; its text makes the other two.
_PARSED = "NULLIF(CAST(plainto_tsquery('simple', hub_fold(:words)) AS text), '')"
_EVERY = f"CAST({_PARSED} || :ending AS tsquery)"
_SOME = f"CAST(replace({_PARSED}, ' & ', ' | ') AS tsquery)"
_RANK = "ts_rank('{0.05, 0.2, 0.4, 1.0}', v.words, {query}, 1)"


def _facet(value: str, source: str = "found") -> str:
    return f"""(SELECT json_object_agg(value, n) FROM (
        SELECT {value} AS value, count(*) AS n FROM {source} GROUP BY 1 ORDER BY n DESC LIMIT 100) AS counted
        WHERE value IS NOT NULL)"""  # noqa: S608 - our own words


def _statement(where: str) -> str:
    """The statement; `where` narrows the views beyond being live. All terms first, any term when none has all."""
    # `matched…` are materialised without an order: with one, the planner would read views newest first and test each.
    return f"""
    WITH exact AS MATERIALIZED (
        SELECT {_KEPT} FROM published_view WHERE {_LIVE} {where} AND number_key = ANY(:keys)
    ), matched_every AS MATERIALIZED (
        SELECT {_KEPT} FROM published_view WHERE {_LIVE} {where} AND words @@ {_EVERY}
    ), matched_some AS MATERIALIZED (
        SELECT {_KEPT} FROM published_view WHERE {_LIVE} {where} AND words @@ {_SOME}
            AND NOT EXISTS (SELECT FROM exact) AND NOT EXISTS (SELECT FROM matched_every)
    ), newest_every AS MATERIALIZED (
        SELECT * FROM matched_every ORDER BY modified_at DESC, id LIMIT {RANKED}
    ), newest_some AS MATERIALIZED (
        SELECT * FROM matched_some ORDER BY modified_at DESC, id LIMIT {RANKED}
    ), candidates AS (
        SELECT *, TRUE AS is_exact, CAST(0 AS real) AS rank FROM exact
        UNION ALL
        SELECT n.*, FALSE, {_RANK.replace("{query}", _EVERY)} FROM newest_every n JOIN published_view v USING (id)
        UNION ALL
        SELECT n.*, FALSE, {_RANK.replace("{query}", _SOME)} FROM newest_some n JOIN published_view v USING (id)
    ), found AS MATERIALIZED (
        SELECT DISTINCT ON (document_id) * FROM candidates
        ORDER BY document_id, is_exact DESC, (lang = :lang) DESC, rank DESC
    ), page AS (
        SELECT * FROM found
        ORDER BY is_exact DESC, rank DESC, issued_on DESC, document_id LIMIT :limit OFFSET :offset
    )
    SELECT (SELECT count(*) FROM found) AS total,
        json_build_object(
            'kind', {_facet("kind")},
            'agency', {_facet("agency")},
            'topic', {_facet("topic", "found, unnest(topics) AS topic")},
            'type', {_facet("doc_type")},
            'year', {_facet("CAST(extract(year FROM issued_on) AS int)")}
        )::text AS facets,
        page.document_id, page.lang, page.seq_from, page.is_exact, v.card, left(v.body, {SHOWN_CHARACTERS}) AS body
    FROM (SELECT) AS always LEFT JOIN page ON TRUE LEFT JOIN published_view v ON v.id = page.id
    ORDER BY page.is_exact DESC, page.rank DESC, page.issued_on DESC, page.document_id"""  # noqa: S608 - our own words


_STATEMENTS = {
    by_kind: text(_statement("AND kind = :kind" if by_kind else "")).bindparams(bindparam("keys", type_=ARRAY(Text)))
    for by_kind in (False, True)
}


class PostgresSearch:
    """The port's `SearchIndex` over the published views themselves; it is never behind."""

    name = "postgres"

    def __init__(self, database: Database):
        self.database = database

    async def search(self, query: SearchQuery) -> Found:
        asked = clean(query.text)
        words = fold(asked).split()[:ASKED_WORDS]
        if not has_words(asked):
            return Found(self.name, (), 0, generation=GENERATION)
        values = {
            "words": " ".join(words),
            "ending": ":*" if len(words[-1]) >= BEGINNING else "",
            "keys": number_keys(asked),
            "lang": query.lang,
            "limit": query.limit,
            "offset": query.offset,
        }
        if query.kind:
            values["kind"] = query.kind
        async with self.database.read() as connection:
            rows = (await connection.execute(_STATEMENTS[bool(query.kind)], values)).all()
        facets = {name: counts or {} for name, counts in orjson.loads(rows[0].facets).items()}
        hits = tuple(_hit(row, asked) for row in rows if row.document_id is not None)
        return Found(self.name, hits, rows[0].total, facets, GENERATION)

    async def engine(self) -> str:
        try:
            async with self.database.read() as connection:
                await connection.execute(text("SELECT 1"))
        except (OSError, SQLAlchemyError):
            return "none"
        return self.name

    def close(self) -> None:
        """Nothing of its own to let go of; the database is its owner's."""


def _hit(row: Row[tuple[object, ...]], asked: str) -> Hit:
    card = orjson.loads(row.card)
    if row.is_exact:
        shown = highlight([f"{card['number']} {card['title']}"], asked) or highlight([card["number"]], card["number"])
    else:
        shown = highlight([card["summary"], row.body, card["title"], card.get("number")], asked)
    return Hit(row.document_id, row.lang, row.seq_from, shown)
