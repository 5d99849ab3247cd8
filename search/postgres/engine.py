"""Searching in Postgres: one statement over the open live views, for when Meilisearch cannot answer or is not there.

Both sides are folded before the parser (`hub_fold`), so marks, case and separators do not matter. Finding by the GIN
index is cheap; ranking reads each text's words, so at most `RANKED` of the newest matches are ranked and counted.
"""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import TextClause, text
from sqlalchemy.exc import SQLAlchemyError

from hub.db import Database
from hub.search.filters import SearchSort
from hub.search.port import Found, Hit, SearchQuery
from hub.text import clean, fold
from hub.times import today
from search.filters import CONSULTATION, IN_FORCE, postgres_conditions
from search.intent import Intent, Law, has_words, number_keys, understood
from search.postgres.passages import candidates, labels
from search.postgres.tsquery import terms, tsquery
from search.ranking import by_date
from search.ranking.answers import Answer, answers, facets
from search.ranking.bm25 import Question
from search.ranking.vocabulary import bare, vocabulary
from search.text.highlight import highlight, looked_for
from search.text.snippets import Match, answered, worded
from search.text.synonyms import Words

RANKED = 500
"""How many of the newest matches are ranked; totals and facets are estimates above it."""

ASKED_WORDS = 32
"""Words of a query that are looked at."""

GENERATION = "postgres"

_LIVE = "seq_to IS NULL AND state = 'live'"
_KEPT = (
    "id, document_id, lang, kind, agency, issuers, topics, places, doc_type, high_impact, issued_on, seq_from,"
    " published_at, modified_at, effective_on, expires_on, opens_on, closes_on"
)

_EVERY = "CAST(:every AS tsquery)"
_SOME = "CAST(:some AS tsquery)"
# Words of a long text are many: all of them in the title, or side by side anywhere, say more than how often they stand.
_RANK = """ts_rank('{0.05, 0.2, 0.4, 1.0}', v.words, {query}, 1)
    + CASE WHEN v.words @@ CAST(:title AS tsquery) THEN 1 ELSE 0 END
    + CASE WHEN v.words @@ CAST(:phrase AS tsquery) THEN 0.5 ELSE 0 END"""


def _facet(value: str, source: str = "found") -> str:
    return f"""(SELECT json_object_agg(value, n) FROM (
        SELECT {value} AS value, count(*) AS n FROM {source} GROUP BY 1 ORDER BY n DESC LIMIT 100) AS counted
        WHERE value IS NOT NULL)"""  # noqa: S608 - our own words


FACETS_SQL = f"""json_build_object(
        'kind', {_facet("kind")},
        'agency', {_facet("agency")},
        'issuer', {_facet("issuer", "found, unnest(issuers) AS issuer")},
        'place', {_facet("place", "found, unnest(places) AS place")},
        'high_impact', {_facet("high_impact")},
        'consultation', {_facet(CONSULTATION)},
        'in_force_on', {_facet(IN_FORCE)},
        'topic', {_facet("topic", "found, unnest(topics) AS topic")},
        'type', {_facet("doc_type")},
        'year', {_facet("CAST(extract(year FROM issued_on) AS int)")}
    )::text"""
"""Counts over `found`, for a statement that has it; `:day` is today."""


NAMED = """(number_key = ANY(CAST(:keys AS text[]))
        OR (number_key LIKE :serial AND doc_type = ANY(CAST(:types AS text[])) AND (CAST(:year AS int) IS NULL
            OR number_key LIKE :serial_year OR extract(year FROM issued_on) = CAST(:year AS int)))
        OR (words @@ CAST(:law AS tsquery) AND extract(year FROM issued_on) = CAST(:year AS int)))"""
"""What a number, a citation or the name of a law with its year names."""

WINDOW = 60
"""Of how many of the best those with the marks that were asked for come first."""


def _named(intent: Intent) -> dict[str, object]:
    """Values for `NAMED`."""
    cited, law = intent.citation, intent.law
    year = cited.year if cited else law.year if law else None
    return {
        "keys": list(intent.keys),
        "serial": f"{cited.serial}.%" if cited else None,
        "serial_year": f"{cited.serial}.{year}.%" if cited else None,
        "types": list(cited.types) if cited else [],
        "year": year,
        "law": " & ".join(f"'{word}':A" for word in _law_words(law)) if law else None,
    }


def _law_words(law: Law) -> list[str]:
    """The words of a law's name that its title has: the type may stand beside the title only."""
    words = terms(fold(law.name))
    for kind in (["bo", "luat"], ["phap", "lenh"], ["luat"]):
        if words[: len(kind)] == kind and len(words) > len(kind):
            return words[len(kind) :]
    return words


def _marks(asked: str) -> list[str]:
    """Patterns of the syllables that were typed with marks; not of those whose tone may stand in two places."""
    words = dict.fromkeys(re.findall(r"[^\W\d_]+", asked.lower()))
    return [f"%{word}%" for word in words if bare(word) != word and not _TWO_PLACES.search(bare(word))]


_TWO_PLACES = re.compile("oa$|oe$|uy$")


def _statement(where: str) -> str:
    """The statement; `where` narrows the views beyond being live. All terms first, any term when none has all."""
    # `matched…` are materialised without an order: with one, the planner would read views newest first and test each.
    return f"""
    WITH exact AS MATERIALIZED (
        SELECT {_KEPT} FROM published_view WHERE {_LIVE} {where} AND {NAMED}
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
        SELECT *, TRUE AS is_exact, CAST(0 AS float8) AS rank FROM exact
        UNION ALL
        SELECT n.*, FALSE, {_RANK.replace("{query}", _EVERY)} FROM newest_every n JOIN published_view v USING (id)
        UNION ALL
        SELECT n.*, FALSE, {_RANK.replace("{query}", _SOME)} FROM newest_some n JOIN published_view v USING (id)
    ), found AS MATERIALIZED (
        SELECT DISTINCT ON (document_id) * FROM candidates
        ORDER BY document_id, is_exact DESC, (lang = :lang) DESC, rank DESC
    ), placed AS (
        SELECT *, row_number() OVER (ORDER BY is_exact DESC, rank DESC, issued_on DESC, document_id) AS place FROM found
    ), page AS (
        SELECT p.*, row_number() OVER (ORDER BY is_exact DESC, place <= {WINDOW} DESC, same DESC, place) AS line
        FROM (
            SELECT p.*, CASE WHEN p.place <= {WINDOW} AND cardinality(CAST(:marks AS text[])) > 0
                THEN lower(convert_from(v.card, 'UTF8') || ' ' || v.body) LIKE ALL(CAST(:marks AS text[]))
                ELSE FALSE END AS same
            FROM placed p JOIN published_view v USING (id)
        ) p ORDER BY line LIMIT :limit OFFSET :offset
    )
    SELECT (SELECT count(*) FROM found) AS total,
        {FACETS_SQL} AS facets,
        page.document_id, page.lang, page.seq_from, page.is_exact, v.card
    FROM (SELECT) AS always LEFT JOIN page ON TRUE LEFT JOIN published_view v ON v.id = page.id
    ORDER BY page.line"""  # noqa: S608 - our own words


@lru_cache(maxsize=256)
def _prepared(where: str) -> TextClause:
    return text(_statement(where))


class PostgresSearch:
    """The port's `SearchIndex` over the published views themselves; it is never behind."""

    name = "postgres"

    def __init__(self, database: Database):
        self.database = database
        self.words = Words(database)

    async def search(self, query: SearchQuery) -> Found:
        asked = clean(query.text)
        words = terms(fold(asked))[:ASKED_WORDS]
        if not has_words(asked):
            return Found(self.name, (), 0, generation=GENERATION)
        if query.sort is not SearchSort.relevance:
            wanted = tsquery(words, await self.words.folded(), every=True)
            async with self.database.read() as connection:
                return await by_date.in_postgres(
                    connection,
                    query,
                    tsquery=wanted,
                    keys=number_keys(asked),
                    facets=FACETS_SQL,
                    generation=GENERATION,
                )
        intent = understood(asked)
        if not intent.named:
            question = Question(asked, await self.words.readings())
            asks = intent.question or question.says_otherwise
            if asks and (found := await self._asked(query, question)) is not None:
                return found
        known = await self.words.folded()
        values = _named(intent) | {
            "every": tsquery(words, known, every=True),
            "some": tsquery(words, known, every=False),
            "title": " & ".join(f"'{word}':A" for word in words),
            "phrase": " <-> ".join(f"'{word}'" for word in words),
            "marks": _marks(asked),
            "lang": query.lang,
            "limit": query.limit,
            "offset": query.offset,
            "day": today(),
        }
        where, asked_for = postgres_conditions(query)
        async with self.database.read() as connection:
            rows = (await connection.execute(_prepared(where), values | asked_for)).all()
        counted = {name: counts or {} for name, counts in orjson.loads(rows[0].facets).items()}
        page = [row for row in rows if row.document_id is not None]
        held = await labels(self.database, [row.document_id for row in page if row.is_exact], intent.article)
        hits = [_named_hit(row, asked, held, intent.article) for row in page if row.is_exact]
        hits += await worded(self.database, [_match(row) for row in page if not row.is_exact], asked, known)
        return Found(self.name, tuple(hits), rows[0].total, counted, GENERATION)

    async def _answers(self, query: SearchQuery, question: Question, *, by_article: bool = False) -> list[Answer]:
        async with self.database.read() as connection:
            known = await vocabulary(connection, question.looked_up)
            found = await candidates(connection, question, known, query)
        return answers(question, found, known, query.lang, by_article=by_article)

    async def _asked(self, query: SearchQuery, question: Question) -> Found | None:
        """The answer to a question; None when no passage has anything of it."""
        ranked = await self._answers(query, question)
        if not ranked:
            return None
        page = [one.best for one in ranked[query.offset : query.offset + query.limit]]
        hits = await answered(self.database, page, question.to_mark)
        return Found(self.name, hits, len(ranked), facets(ranked), GENERATION)

    async def articles(self, query: SearchQuery) -> list[Answer]:
        """The articles that answer a question best, several of one document among them."""
        question = Question(clean(query.text), await self.words.readings())
        return await self._answers(query, question, by_article=True)

    async def engine(self) -> str:
        try:
            async with self.database.read() as connection:
                await connection.execute(text("SELECT 1"))
        except (OSError, SQLAlchemyError):
            return "none"
        return self.name

    def close(self) -> None:
        """Nothing of its own to let go of; the database is its owner's."""


def _named_hit(row: Any, asked: str, held: dict[UUID, str | None], article: str | None) -> Hit:
    """A document that was named by its number, with the article that was named beside it, where it has that."""
    card = orjson.loads(row.card)
    number = card.get("number") or ""
    shown = highlight([f"{number} {card['title']}"], looked_for(asked)) or highlight([number], looked_for(number))
    hit = Hit(row.document_id, row.lang, row.seq_from, shown)
    if row.document_id not in held:
        return hit
    return replace(hit, article=article, article_label=held[row.document_id])


def _match(row: Any) -> Match:
    card = orjson.loads(row.card)
    return Match(row.document_id, row.lang, row.seq_from, (card["summary"], card["title"], card.get("number")))
