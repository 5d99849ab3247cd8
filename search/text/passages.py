"""What search reads of passages in Postgres: candidates for a question, and the live text of what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.db import Database
from hub.search.port import SearchQuery
from hub.text import fold
from hub.times import today
from search.filters import CONSULTATION_SQL, IN_FORCE_SQL, postgres_conditions
from search.ranking.answers import PassageCandidate
from search.ranking.bm25 import PassageFields, Question
from search.ranking.vocabulary import Vocabulary, plain_syllable
from search.text.tsquery import build_tsquery, tokenize


@dataclass(frozen=True)
class LivePassage:
    """A passage of a live view: where it stands, and its text."""

    ref: str | None
    label: str | None
    text: str


MAX_WORDS_LACKING_ONE = 8
"""Words of a query up to which passages may lack any one of them."""

_WANTED = """unnest(CAST({documents} AS uuid[]), CAST({langs} AS text[]), CAST({positions} AS bigint[]))
    WITH ORDINALITY AS w (document_id, lang, seq, place)
    JOIN published_view v ON v.document_id = w.document_id AND v.lang = w.lang AND v.seq_from = w.seq
        AND v.seq_to IS NULL AND v.state = 'live'"""

MAX_RANKED_PASSAGES = 12
"""Passages of one document that are ranked where none holds all words, or all but one."""


def _shortest_passage_sql(words: str, among: str) -> str:
    """The shortest passage with the words of each of these documents, by one look into the index for all of them.

    Ids are written as arrays, as the index has them: else the planner unpacks the words of every passage.
    """
    return f"""SELECT DISTINCT ON (p.document_id) p.document_id, p.lang, p.part
        FROM search_passage p WHERE ARRAY[p.document_id] && ({among}) AND p.words @@ CAST({words} AS tsquery)
            AND (p.document_id, p.lang) IN (SELECT document_id, lang FROM wanted)
        ORDER BY p.document_id, octet_length(p.text), p.part"""  # noqa: S608 - our own words


_ALL = "SELECT array_agg(document_id) FROM wanted"
_LEFT = f"{_ALL} WHERE document_id NOT IN (SELECT document_id FROM every)"  # noqa: S608 - our own words

_EVERY, _BUT_ONE, _SOME = "$4", "$5", "CAST($6 AS tsquery)"

_BEST = f"""WITH wanted AS MATERIALIZED (
        SELECT w.document_id, w.lang FROM {_WANTED.format(documents="$1", langs="$2", positions="$3")}
    ), every AS MATERIALIZED ({_shortest_passage_sql(_EVERY, _ALL)}),
    most AS MATERIALIZED (SELECT * FROM every UNION ALL ({_shortest_passage_sql(_BUT_ONE, _LEFT)})),
    best AS (
        SELECT * FROM most
        UNION ALL
        SELECT w.document_id, w.lang, ranked.part FROM wanted w CROSS JOIN LATERAL (
            SELECT part FROM (
                SELECT part, words FROM search_passage p WHERE ARRAY[p.document_id] @> ARRAY[w.document_id]
                    AND p.lang = w.lang AND words @@ {_SOME} ORDER BY part LIMIT {MAX_RANKED_PASSAGES}
            ) held ORDER BY ts_rank(words, {_SOME}) DESC, part LIMIT 1
        ) ranked WHERE w.document_id NOT IN (SELECT document_id FROM most)
    )
    SELECT p.document_id, p.ref, p.label, concat_ws(E'\n', p.label, NULLIF(p.heading, ''), p.text)
    FROM best JOIN search_passage p USING (document_id, lang, part)"""  # noqa: S608 - our own words

_PARTS = text(
    f"""SELECT w.document_id, concat_ws(E'\n', NULLIF(heading, ''), p.text)
        FROM {_WANTED.format(documents=":documents", langs=":langs", positions=":positions")} JOIN search_passage p
        ON p.document_id = w.document_id AND p.lang = w.lang
        AND p.part = (CAST(:parts AS int[]))[w.place]"""  # noqa: S608 - our own words
)
_LABELS = text(
    "SELECT DISTINCT ON (document_id) document_id, label FROM search_passage"
    " WHERE document_id = ANY(CAST(:documents AS uuid[])) AND ref = :ref ORDER BY document_id, part"
)


def _columns(views: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return dict(zip(("documents", "langs", "positions", "parts"), map(list, zip(*views, strict=True)), strict=False))


async def read_best_passages(
    database: Database, views: Sequence[tuple[UUID, str, int]], query_text: str
) -> dict[UUID, LivePassage]:
    """A passage of each of these `(document, language, position)` that holds most of the words, if it is live.

    The shortest that holds all of them, else the shortest that holds all but one, else one that holds some.
    """
    words = tokenize(fold(query_text))[:32]
    if not words:
        return {}
    columns = _columns(views)
    asked_for = (_all_words(words), _all_but_one(words), build_tsquery(words, {}, every=False))
    async with database.driver() as connection:
        rows = await connection.fetch(_BEST, columns["documents"], columns["langs"], columns["positions"], *asked_for)
    return {row[0]: LivePassage(row[1], row[2], row[3]) for row in rows}


def _all_words(words: Sequence[str]) -> str:
    """Whole words only: the beginning of a word is many words, whose places the index would have to unite first."""
    return " & ".join(f"'{word}'" for word in words)


def _all_but_one(words: Sequence[str]) -> str:
    """All words but any one of them. Of two, the last is still being typed mostly; of many, so many ways are slow."""
    if not 2 < len(words) <= MAX_WORDS_LACKING_ONE:
        return _all_words(words[:-1] or words)
    return " | ".join(f"({_all_words([*words[:place], *words[place + 1 :]])})" for place in range(len(words)))


async def read_passage_texts(database: Database, parts: Sequence[tuple[UUID, str, int, int]]) -> dict[UUID, str]:
    """The texts of these `(document, language, position, part)`, as far as they are public now."""
    if not parts:
        return {}
    async with database.read() as connection:
        return {row[0]: row[1] for row in await connection.execute(_PARTS, _columns(parts))}


async def read_part_labels(database: Database, documents: Sequence[UUID], ref: str | None) -> dict[UUID, str | None]:
    """The printed number of this part in each of these documents that has it."""
    if ref is None or not documents:
        return {}
    async with database.read() as connection:
        rows = await connection.execute(_LABELS, {"documents": list(documents), "ref": ref})
        return {row[0]: row[1] for row in rows}


MAX_QUESTION_TERMS = 14
"""Pairs and syllables of a question that candidates are looked for by, the rarest first."""

PASSAGES_PER_TERM = 400
"""Passages that are looked at for one of them."""

TITLES_PER_TERM = 50
"""Documents that are looked at for having one of them in the title: their first passages are candidates."""

MAX_CANDIDATES = 120
"""Candidates, those with the most weight of these."""


@lru_cache(maxsize=256)
def _candidates_statement(where: str) -> TextClause:
    return text(
        f"""WITH asked AS (
            SELECT * FROM unnest(CAST(:queries AS text[]), CAST(:titles AS text[]), CAST(:weights AS float8[]))
                AS a (query, title, weight)
        ), held AS (
            SELECT p.document_id, p.lang, p.part, sum(asked.weight) AS weight
            FROM asked CROSS JOIN LATERAL (
                (SELECT document_id, lang, part FROM search_passage
                WHERE words @@ CAST(asked.query AS tsquery) LIMIT {PASSAGES_PER_TERM})
                UNION
                (SELECT document_id, lang, 1 FROM published_view
                WHERE seq_to IS NULL AND state = 'live' AND words @@ CAST(asked.title AS tsquery)
                LIMIT {TITLES_PER_TERM})
            ) p
            JOIN published_view v ON v.document_id = p.document_id AND v.lang = p.lang
                AND v.seq_to IS NULL AND v.state = 'live' {where}
            GROUP BY 1, 2, 3 ORDER BY weight DESC, 1, 2, 3 LIMIT {MAX_CANDIDATES}
        )
        SELECT p.document_id, p.lang, v.seq_from, p.part, p.ref, p.label, p.heading, p.text,
            convert_from(v.card, 'UTF8')::json AS card, v.kind, v.agency, v.issuers, v.topics, v.doc_type AS type,
            v.places, extract(year FROM v.issued_on)::int AS year, v.high_impact,
            {CONSULTATION_SQL} AS consultation, {IN_FORCE_SQL} AS in_force
        FROM held JOIN search_passage p USING (document_id, lang, part)
        JOIN published_view v ON v.document_id = p.document_id AND v.lang = p.lang AND v.seq_to IS NULL
            AND v.state = 'live'"""  # noqa: S608 - our own words
    )


async def read_candidates(
    connection: AsyncConnection, question: Question, known: Vocabulary, query: SearchQuery
) -> list[PassageCandidate]:
    """Passages that share the most telling words with a question."""
    asked = question.rarest_terms(known, MAX_QUESTION_TERMS)
    where, values = postgres_conditions(query)
    values |= {
        "queries": [_phrase(term) for term in asked],
        "titles": [_phrase(term, ":A") for term in asked],
        "weights": [known.weight(term) if known.total else 1.0 for term in asked],
        "day": today(),
    }
    rows = (await connection.execute(_candidates_statement(_qualify_columns(where)), values)).mappings().all()
    return [
        PassageCandidate(
            row["document_id"],
            row["lang"],
            row["seq_from"],
            row["part"],
            row["ref"],
            row["label"],
            PassageFields(_context(row["card"]), row["heading"], row["text"]),
            dict(row),
        )
        for row in rows
    ]


def _phrase(term: str, weight: str = "") -> str:
    return " <-> ".join(f"'{plain_syllable(word)}'{weight}" for word in term.split())


def _qualify_columns(where: str) -> str:
    """Conditions on columns of the view where another table with a `document_id` stands beside it."""
    return where.replace("document_id <> ALL", "v.document_id <> ALL")


def _context(card: dict[str, Any]) -> str:
    return f"{card.get('type') or ''} {card.get('number') or ''} {card['title']}"
