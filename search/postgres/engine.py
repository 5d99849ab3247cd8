"""Search in Postgres: one statement over the open live views, for when Meilisearch cannot answer or is not set up.

Queries and texts are folded before the parser (`hub_fold`), so diacritics, case and separators do not matter. Matching
by the GIN index is cheap; ranking reads each text's words, so at most `MAX_RANKED` of the newest matches are ranked and
counted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

import orjson
from sqlalchemy import TextClause, text
from sqlalchemy.exc import SQLAlchemyError

from hub.content.stored_views import parse_view
from hub.db import Database, in_search_pool
from hub.search.filters import SearchSort
from hub.search.port import EngineResult, Hit, SearchQuery
from hub.text import clean, fold
from hub.times import now, today
from search.filters import CONSULTATION_SQL, IN_FORCE_SQL, postgres_conditions
from search.intent import Intent, LawReference, has_words, number_keys, parse_intent
from search.postgres.by_date import RECENT, browse, search_by_date
from search.question_index.answerer import QuestionAnswerer
from search.ranking.answers import RankedAnswer
from search.text.highlight import highlight, highlight_query
from search.text.passages import read_part_labels
from search.text.phrases import phrase_condition, quoted_phrases
from search.text.snippets import ViewMatch, build_keyword_hits
from search.text.syllables import plain_syllable
from search.text.tsquery import FoldedSynonyms, build_tsquery, tokenize

MAX_RANKED = 500
"""Newest matches that are ranked; with more, totals and facets are estimates."""

MAX_QUERY_WORDS = 32
"""Words of a query that are used; the rest is ignored."""

GENERATION = "postgres"

_LIVE = "seq_to IS NULL AND state = 'live'"
_COLUMNS = (
    "id, document_id, lang, kind, agency, issuers, topics, places, doc_type, high_impact, channels, priority,"
    " issued_on, seq_from, published_at, modified_at, effective_on, expires_on, opens_at, closes_at"
)

_EVERY = "CAST(:every AS tsquery)"
_SOME = "CAST(:some AS tsquery)"
# A long text has many words: all words in the title, or adjacent anywhere, count for more than their frequency.
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
        'channel', {_facet("channel", "found, unnest(channels) AS channel")},
        'priority', {_facet("priority")},
        'consultation', {_facet(CONSULTATION_SQL)},
        'in_force_on', {_facet(IN_FORCE_SQL)},
        'topic', {_facet("topic", "found, unnest(topics) AS topic")},
        'type', {_facet("doc_type")},
        'year', {_facet("CAST(extract(year FROM issued_on) AS int)")}
    )::text"""
"""Facet counts over `found`, for statements that define it; `:day` is today, `:moment` now."""

NO_FACETS_SQL = "'{}'"


REFERENCE_SQL = """(number_key = ANY(CAST(:keys AS text[]))
        OR (number_key LIKE :serial AND doc_type = ANY(CAST(:types AS text[])) AND (CAST(:year AS int) IS NULL
            OR number_key LIKE :serial_year OR extract(year FROM issued_on) = CAST(:year AS int)))
        OR (words @@ CAST(:law AS tsquery) AND extract(year FROM issued_on) = CAST(:year AS int)))"""
"""Condition for the documents that a number, a citation, or the name of a law with its year refers to."""

DIACRITICS_WINDOW = 60
"""The best matches among which those with the diacritics of the query come first."""


def _reference_values(intent: Intent) -> dict[str, object]:
    """Build the values for `REFERENCE_SQL`."""
    citation, law = intent.citation, intent.law
    year = citation.year if citation else law.year if law else None
    return {
        "keys": list(intent.keys),
        "serial": f"{citation.serial}.%" if citation else None,
        "serial_year": f"{citation.serial}.{year}.%" if citation else None,
        "types": list(citation.types) if citation else [],
        "year": year,
        "law": " & ".join(f"'{word}':A" for word in _law_words(law)) if law else None,
    }


def _law_words(law: LawReference) -> list[str]:
    """Return the words of a law's name that its title has: the type may be in another field only."""
    words = tokenize(fold(law.name))
    for kind in (["bo", "luat"], ["phap", "lenh"], ["luat"]):
        if words[: len(kind)] == kind and len(words) > len(kind):
            return words[len(kind) :]
    return words


def _diacritic_patterns(query_text: str) -> list[str]:
    """Build LIKE patterns for the syllables typed with diacritics, except those whose tone mark has two positions."""
    words = dict.fromkeys(re.findall(r"[^\W\d_]+", query_text.lower()))
    return [
        f"%{word}%"
        for word in words
        if plain_syllable(word) != word and not _AMBIGUOUS_TONE.search(plain_syllable(word))
    ]


_AMBIGUOUS_TONE = re.compile("oa$|oe$|uy$")


def _build_matches(name: str, condition: str) -> str:
    """Build the matches of a condition, in growing spans of time until enough of the newest are found.

    Of a frequent word nearly every view would be read, only to find the newest.
    """
    recent, rest = f"{_LIVE} AND modified_at >= :recent", f"{_LIVE} AND modified_at < :recent"
    return f"""recent_{name} AS MATERIALIZED (
        SELECT {_COLUMNS} FROM published_view WHERE {recent} {condition}
    ), matched_{name} AS MATERIALIZED (
        SELECT * FROM recent_{name}
        UNION ALL
        SELECT {_COLUMNS} FROM published_view WHERE {rest} {condition}
            AND (SELECT count(*) < {MAX_RANKED} FROM recent_{name})
    )"""  # noqa: S608 - our own words


def _statement(where: str, facets: str) -> str:
    """Build the search statement: views with all terms, or with any term if no view has all. `where` filters them."""
    # `matched…` are materialised without an order: with one, the planner would read views newest first and test each.
    every, some = f"words @@ {_EVERY}", f"words @@ {_SOME}"
    none = "NOT EXISTS (SELECT FROM exact) AND NOT EXISTS (SELECT FROM matched_every)"
    return f"""
    WITH exact AS MATERIALIZED (
        SELECT {_COLUMNS} FROM published_view WHERE {_LIVE} {where} AND {REFERENCE_SQL}
    ), {_build_matches("every", f"{where} AND {every}")}, {_build_matches("some", f"{where} AND {some} AND {none}")},
    newest_every AS MATERIALIZED (
        SELECT * FROM matched_every ORDER BY modified_at DESC, id LIMIT {MAX_RANKED}
    ), newest_some AS MATERIALIZED (
        SELECT * FROM matched_some ORDER BY modified_at DESC, id LIMIT {MAX_RANKED}
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
        SELECT *, row_number() OVER (
            ORDER BY is_exact DESC, rank DESC, CASE WHEN is_exact THEN issued_on END DESC,
                date_trunc('milliseconds', published_at) DESC, document_id) AS place FROM found
    ), page AS (
        SELECT p.*, row_number() OVER (
          ORDER BY is_exact DESC, place <= {DIACRITICS_WINDOW} DESC, same DESC, place) AS line
        FROM (
            SELECT p.*, CASE WHEN p.place <= {DIACRITICS_WINDOW} AND cardinality(CAST(:marks AS text[])) > 0
                THEN lower(convert_from(v.card, 'UTF8') || ' ' || v.body) LIKE ALL(CAST(:marks AS text[]))
                ELSE FALSE END AS same
            FROM placed p JOIN published_view v USING (id)
        ) p ORDER BY line LIMIT :limit OFFSET :offset
    )
    SELECT (SELECT count(*) FROM found) AS total,
        {facets} AS facets,
        page.document_id, page.lang, page.seq_from, page.is_exact, v.card
    FROM (SELECT) AS always LEFT JOIN page ON TRUE LEFT JOIN published_view v ON v.id = page.id
    ORDER BY page.line"""  # noqa: S608 - our own words


@lru_cache(maxsize=256)
def _cached_statement(where: str, facets: str) -> TextClause:
    return text(_statement(where, facets))


@dataclass(frozen=True, slots=True)
class FoundView:
    """A view on a page of results; `is_exact` if the query names it by number, citation or name."""

    document_id: UUID
    lang: str
    seq: int
    is_exact: bool
    card: bytes


class PostgresSearch:
    """The port's `SearchIndex` over the published views themselves; it is never behind the log."""

    name = "postgres"

    def __init__(self, database: Database, answerer: QuestionAnswerer):
        self.database = database
        self.answerer = answerer
        self.synonym_store = answerer.synonym_store

    async def search(self, query: SearchQuery) -> EngineResult:
        with in_search_pool():
            return await self._search(query)

    async def _search(self, query: SearchQuery) -> EngineResult:
        query_text = clean(query.text)
        words = tokenize(fold(query_text))[:MAX_QUERY_WORDS]
        if not query.browse and not has_words(query_text):
            return EngineResult(self.name, (), 0, generation=GENERATION)
        if (sort := query.date_order) is not None:
            return await self._search_by_date(query, sort, query_text, words)
        intent = parse_intent(query_text)
        if not intent.is_reference or await self.answerer.names_nothing(intent):
            question = await self.answerer.parse(query_text)
            is_question = not intent.has_phrase and (intent.is_question or question.has_colloquial_term)
            if is_question and (result := await self.answerer.answer(self.name, query, question)) is not None:
                return result
        synonyms = await self.synonym_store.get_folded()
        values = _reference_values(intent) | {
            "every": _tsquery(query_text, words, synonyms, every=True),
            "some": _tsquery(query_text, words, synonyms, every=False),
            "title": " & ".join(f"'{word}':A" for word in words),
            "phrase": " <-> ".join(f"'{word}'" for word in words),
            "marks": _diacritic_patterns(query_text),
            "lang": query.lang,
            "limit": query.limit,
            "offset": query.offset,
            "day": today(),
            "moment": now(),
            "recent": now() - RECENT,
        }
        where, filter_values = postgres_conditions(query)
        async with self.database.read() as connection:
            statement = _cached_statement(where, FACETS_SQL if query.facets else NO_FACETS_SQL)
            rows = (await connection.execute(statement, values | filter_values)).all()
        facet_counts = {name: counts or {} for name, counts in orjson.loads(rows[0].facets).items()}
        page = [
            FoundView(row.document_id, row.lang, row.seq_from, row.is_exact, row.card)
            for row in rows
            if row.document_id is not None
        ]
        named = [view for view in page if view.is_exact]
        labels = await read_part_labels(self.database, [view.document_id for view in named], intent.article)
        hits = [_reference_hit(view, query_text, labels, intent.article) for view in named]
        matches = [_match(view) for view in page if not view.is_exact]
        hits += await build_keyword_hits(self.database, matches, query_text, synonyms)
        return EngineResult(self.name, tuple(hits), rows[0].total, facet_counts, GENERATION)

    async def _search_by_date(
        self, query: SearchQuery, sort: SearchSort, text: str, words: Sequence[str]
    ) -> EngineResult:
        """Return the documents that hold every word, or while browsing all of them, by date."""
        made = {"facets": FACETS_SQL if query.facets else NO_FACETS_SQL, "generation": GENERATION}
        if query.browse:
            async with self.database.read() as connection:
                return await browse(connection, query, sort, **made)
        tsquery = _tsquery(text, words, await self.synonym_store.get_folded(), every=True)
        async with self.database.read() as connection:
            return await search_by_date(connection, query, sort, tsquery=tsquery, keys=number_keys(text), **made)

    async def search_articles(self, query: SearchQuery) -> list[RankedAnswer]:
        """Find the articles that answer a question best, several of one document among them."""
        return await self.answerer.search_articles(query)

    async def engine(self) -> str:
        try:
            async with self.database.read() as connection:
                await connection.execute(text("SELECT 1"))
        except (OSError, SQLAlchemyError):
            return "none"
        return self.name

    def close(self) -> None:
        """Do nothing: the engine owns no resources, and the database belongs to its caller."""


def _tsquery(query_text: str, words: Sequence[str], synonyms: FoldedSynonyms, *, every: bool) -> str:
    """Build a query for the words, or any of them, and in any case for the phrases in quotation marks."""
    condition = phrase_condition([fold(phrase) for phrase in quoted_phrases(query_text)])
    found = build_tsquery(words, synonyms, every=every)
    return f"({found}){condition}" if condition else found


def _reference_hit(view: FoundView, query_text: str, labels: dict[UUID, str | None], article: str | None) -> Hit:
    """Build the hit of a document that the query names by its number, with the named article where it has that."""
    card = parse_view(view.card, view.document_id, "search")
    if card is None:
        return Hit(view.document_id, view.lang, view.seq, None)
    number = card.get("number") or ""
    html = highlight([f"{number} {card['title']}"], highlight_query(query_text)) or highlight(
        [number], highlight_query(number)
    )
    hit = Hit(view.document_id, view.lang, view.seq, html)
    if view.document_id not in labels:
        return hit
    return replace(hit, article=article, article_label=labels[view.document_id])


def _match(view: FoundView) -> ViewMatch:
    card = parse_view(view.card, view.document_id, "search")
    texts = (card["summary"], card["title"], card.get("number")) if card else (None, "", None)
    return ViewMatch(view.document_id, view.lang, view.seq, texts)
