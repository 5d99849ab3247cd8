"""Candidates for a question as Postgres has them now: their texts, and the facts of their views.

Whatever an index found is checked here in the statement that reads the texts: the view is public now, and matches the
filters now. While no index can answer, Postgres looks candidates up itself, by words.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.search.port import SearchQuery
from hub.times import now, today
from search.filters import CONSULTATION_SQL, FACETS, IN_FORCE_SQL, LAPSED_SQL, postgres_conditions
from search.question_index.shape import parse_view_key, view_key
from search.question_index.store import PassageKey
from search.ranking.answers import PassageCandidate
from search.ranking.bm25 import PassageFields, Question
from search.text.syllables import adjacent_pairs, plain_syllable

MAX_QUESTION_TERMS = 14
"""Pairs and syllables of a question that Postgres looks candidates up by."""

PASSAGES_PER_TERM = 400
"""Passages that are read for each of these terms."""

TITLES_PER_TERM = 50
"""Documents that are read for each term in their titles: their first passages are candidates."""

PASSAGES_LOOKED_AT, VIEWS_LOOKED_AT = 800, 400
"""Passages and views with the syllables of a term that are looked at: the index does not say whether these stand side
by side, or in the title. Rare terms have fewer; of frequent ones, which tell little, not all are looked at."""

MAX_CANDIDATES = 120
"""Candidates that Postgres found and that are scored: those with most of the terms."""

_LIVE = "v.seq_to IS NULL AND v.state = 'live'"

_COLUMNS = f"""p.document_id, p.lang, v.seq_from, p.part, p.ref, p.label, p.heading, p.text,
    convert_from(v.card, 'UTF8')::json AS card, v.kind, v.agency, v.issuers, v.topics, v.doc_type AS type,
    v.places, extract(year FROM v.issued_on)::int AS year, v.high_impact, v.channels, v.priority,
    CAST(floor(1000 * extract(epoch FROM v.published_at)) AS bigint) AS published_at,
    {CONSULTATION_SQL} AS consultation, {IN_FORCE_SQL} AS in_force, {LAPSED_SQL} AS lapsed"""


@lru_cache(maxsize=256)
def _statement_by_keys(where: str) -> TextClause:
    return text(
        f"""WITH kept AS MATERIALIZED (
            SELECT w.*, v.id FROM unnest(CAST(:documents AS uuid[]), CAST(:langs AS text[]), CAST(:parts AS int[]))
                WITH ORDINALITY AS w (document_id, lang, part, place)
            JOIN published_view v ON v.document_id = w.document_id AND v.lang = w.lang AND {_LIVE} {where}
            ORDER BY w.place LIMIT :most
        )
        SELECT {_COLUMNS}
        FROM kept JOIN published_view v USING (id)
        JOIN search_passage p ON p.document_id = kept.document_id AND p.lang = kept.lang AND p.part = kept.part
        ORDER BY kept.place"""  # noqa: S608 - our own words
    )


@lru_cache(maxsize=256)
def _statement_by_words(where: str) -> TextClause:
    return text(
        f"""WITH terms AS (
            SELECT * FROM unnest(CAST(:syllables AS text[]), CAST(:queries AS text[]), CAST(:titles AS text[]))
                AS a (syllables, query, title)
        ), matched AS (
            SELECT p.document_id, p.lang, p.part, count(*) AS weight
            FROM terms CROSS JOIN LATERAL (
                (SELECT document_id, lang, part FROM (
                    SELECT document_id, lang, part, words FROM search_passage
                    WHERE words @@ CAST(terms.syllables AS tsquery) LIMIT {PASSAGES_LOOKED_AT}
                ) AS looked_at WHERE words @@ CAST(terms.query AS tsquery) LIMIT {PASSAGES_PER_TERM})
                UNION
                (SELECT document_id, lang, 1 FROM (
                    SELECT document_id, lang, words FROM published_view
                    WHERE seq_to IS NULL AND state = 'live' AND words @@ CAST(terms.syllables AS tsquery)
                    LIMIT {VIEWS_LOOKED_AT}
                ) AS looked_at WHERE words @@ CAST(terms.title AS tsquery) LIMIT {TITLES_PER_TERM})
            ) p
            JOIN published_view v ON v.document_id = p.document_id AND v.lang = p.lang AND {_LIVE} {where}
            GROUP BY 1, 2, 3 ORDER BY weight DESC, 1, 2, 3 LIMIT {MAX_CANDIDATES}
        )
        SELECT {_COLUMNS}
        FROM matched JOIN search_passage p USING (document_id, lang, part)
        JOIN published_view v ON v.document_id = p.document_id AND v.lang = p.lang AND {_LIVE}"""  # noqa: S608 - ours
    )


@lru_cache(maxsize=256)
def _statement_of_views(where: str) -> TextClause:
    return text(f"SELECT v.document_id, v.lang FROM published_view v WHERE {_LIVE} {where} LIMIT :most")  # noqa: S608


async def read_by_keys(
    connection: AsyncConnection, keys: Sequence[PassageKey], query: SearchQuery, most: int
) -> list[PassageCandidate]:
    """Read the first `most` of these passages whose views are public and match the filters, in this order."""
    where, values = _conditions(query)
    views = [parse_view_key(key) for key, _ in keys]
    values |= {
        "documents": [document for document, _ in views],
        "langs": [lang for _, lang in views],
        "parts": [part for _, part in keys],
        "most": most,
        **_moments(),
    }
    return _candidates((await connection.execute(_statement_by_keys(where), values)).mappings(), query)


async def read_matching_views(connection: AsyncConnection, query: SearchQuery, most: int) -> list[str]:
    """Read the keys of at most `most` views that are public and match the filters."""
    where, values = _conditions(query)
    rows = await connection.execute(_statement_of_views(where), values | {"most": most})
    return [view_key(document, lang) for document, lang in rows]


async def read_by_words(connection: AsyncConnection, question: Question, query: SearchQuery) -> list[PassageCandidate]:
    """Find passages that share words with a question, with Postgres's own index: many are never looked at."""
    terms = list(dict.fromkeys((*adjacent_pairs(question.words), *question.words)))[:MAX_QUESTION_TERMS]
    where, values = _conditions(query)
    values |= {
        "syllables": [_phrase(term).replace(" <-> ", " & ") for term in terms],
        "queries": [_phrase(term) for term in terms],
        "titles": [_phrase(term, ":A") for term in terms],
        **_moments(),
    }
    return _candidates((await connection.execute(_statement_by_words(where), values)).mappings(), query)


def _candidates(rows: Iterable[RowMapping], query: SearchQuery) -> list[PassageCandidate]:
    # Who asks for the law of a day means what was in force then, whatever has become of it.
    is_about_today = query.filters.in_force_on is None
    return [
        PassageCandidate(
            row["document_id"],
            row["lang"],
            row["seq_from"],
            row["part"],
            row["ref"],
            row["label"],
            PassageFields(build_context(row["card"]), row["heading"], row["text"]),
            {member: row[member] for member in FACETS.values()},
            row["published_at"],
            is_about_today and row["lapsed"],
        )
        for row in rows
    ]


def _moments() -> dict[str, Any]:
    return {"day": today(), "moment": now()}


def _phrase(term: str, weight: str = "") -> str:
    return " <-> ".join(f"'{plain_syllable(word)}'{weight}" for word in term.split())


def _conditions(query: SearchQuery) -> tuple[str, dict[str, Any]]:
    """Build the filters, with the columns of the view qualified that another table of the join has as well."""
    where, values = postgres_conditions(query)
    return where.replace("document_id <> ALL", "v.document_id <> ALL"), values


def build_context(card: dict[str, Any]) -> str:
    """Build the title of a document as passages are compared with it: with its type and number."""
    return f"{card.get('type') or ''} {card.get('number') or ''} {card['title']}"
