"""Candidates for a question in Postgres: passages of live views that share its rarest words."""

from functools import lru_cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.search.port import SearchQuery
from hub.times import now, today
from search.filters import CONSULTATION_SQL, FACETS, IN_FORCE_SQL, postgres_conditions
from search.ranking.answers import PassageCandidate
from search.ranking.bm25 import PassageFields, Question
from search.ranking.vocabulary import Vocabulary
from search.text.syllables import plain_syllable

MAX_QUESTION_TERMS = 14
"""Pairs and syllables of a question that candidates are looked up by, the rarest first."""

PASSAGES_PER_TERM = 400
"""Passages that are read for each of these terms."""

TITLES_PER_TERM = 50
"""Documents that are read for each term in their titles: their first passages are candidates."""

MAX_CANDIDATES = 120
"""Candidates that are scored: those with the most weight."""


@lru_cache(maxsize=256)
def _candidates_statement(where: str) -> TextClause:
    return text(
        f"""WITH terms AS (
            SELECT * FROM unnest(CAST(:queries AS text[]), CAST(:titles AS text[]), CAST(:weights AS float8[]))
                AS a (query, title, weight)
        ), matched AS (
            SELECT p.document_id, p.lang, p.part, sum(terms.weight) AS weight
            FROM terms CROSS JOIN LATERAL (
                (SELECT document_id, lang, part FROM search_passage
                WHERE words @@ CAST(terms.query AS tsquery) LIMIT {PASSAGES_PER_TERM})
                UNION
                (SELECT document_id, lang, 1 FROM published_view
                WHERE seq_to IS NULL AND state = 'live' AND words @@ CAST(terms.title AS tsquery)
                LIMIT {TITLES_PER_TERM})
            ) p
            JOIN published_view v ON v.document_id = p.document_id AND v.lang = p.lang
                AND v.seq_to IS NULL AND v.state = 'live' {where}
            GROUP BY 1, 2, 3 ORDER BY weight DESC, 1, 2, 3 LIMIT {MAX_CANDIDATES}
        )
        SELECT p.document_id, p.lang, v.seq_from, p.part, p.ref, p.label, p.heading, p.text,
            convert_from(v.card, 'UTF8')::json AS card, v.kind, v.agency, v.issuers, v.topics, v.doc_type AS type,
            v.places, extract(year FROM v.issued_on)::int AS year, v.high_impact, v.channels, v.priority,
            CAST(floor(1000 * extract(epoch FROM v.published_at)) AS bigint) AS published_at,
            {CONSULTATION_SQL} AS consultation, {IN_FORCE_SQL} AS in_force
        FROM matched JOIN search_passage p USING (document_id, lang, part)
        JOIN published_view v ON v.document_id = p.document_id AND v.lang = p.lang AND v.seq_to IS NULL
            AND v.state = 'live'"""  # noqa: S608 - our own words
    )


async def read_candidates(
    connection: AsyncConnection, question: Question, vocabulary: Vocabulary, query: SearchQuery
) -> list[PassageCandidate]:
    """Read the passages that share the rarest words with a question: one statement."""
    terms = question.rarest_terms(vocabulary, MAX_QUESTION_TERMS)
    where, values = postgres_conditions(query)
    values |= {
        "queries": [_phrase(term) for term in terms],
        "titles": [_phrase(term, ":A") for term in terms],
        "weights": [vocabulary.weight(term) if vocabulary.total else 1.0 for term in terms],
        "day": today(),
        "moment": now(),
    }
    rows = (await connection.execute(_candidates_statement(_qualify_columns(where)), values)).mappings()
    return [
        PassageCandidate(
            row["document_id"],
            row["lang"],
            row["seq_from"],
            row["part"],
            row["ref"],
            row["label"],
            PassageFields(_context(row["card"]), row["heading"], row["text"]),
            {member: row[member] for member in FACETS.values()},
            row["published_at"],
        )
        for row in rows
    ]


def _phrase(term: str, weight: str = "") -> str:
    return " <-> ".join(f"'{plain_syllable(word)}'{weight}" for word in term.split())


def _qualify_columns(where: str) -> str:
    """Qualify the conditions on columns of the view that another table of the join has as well."""
    return where.replace("document_id <> ALL", "v.document_id <> ALL")


def _context(card: dict[str, Any]) -> str:
    return f"{card.get('type') or ''} {card.get('number') or ''} {card['title']}"
