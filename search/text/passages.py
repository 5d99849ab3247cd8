"""Reads of live passages from the database, on both engines: the texts that highlights are taken from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from hub.db import Database
from hub.text import fold
from search.text.tsquery import build_tsquery, tokenize


@dataclass(frozen=True, slots=True)
class LivePassage:
    """A passage of a live view: its node, the printed label of that node, and its text."""

    ref: str | None
    label: str | None
    text: str


MAX_WORDS_LACKING_ONE = 8
"""Words of the longest query of which a passage may lack any one."""

_WANTED = """unnest(CAST({documents} AS uuid[]), CAST({langs} AS text[]), CAST({positions} AS bigint[]))
    WITH ORDINALITY AS w (document_id, lang, seq, place)
    JOIN published_view v ON v.document_id = w.document_id AND v.lang = w.lang AND v.seq_from = w.seq
        AND v.seq_to IS NULL AND v.state = 'live'"""

MAX_RANKED_PASSAGES = 12
"""Passages of one document that are ranked if none of its passages holds all words, or all but one."""


def _shortest_passage_sql(words: str, among: str) -> str:
    """Build the SQL for the shortest passage of each of these documents with the words, by one index scan for all.

    Ids are written as arrays, as the index has them: otherwise the planner unpacks the words of every passage.
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
            ) some_parts ORDER BY ts_rank(words, {_SOME}) DESC, part LIMIT 1
        ) ranked WHERE w.document_id NOT IN (SELECT document_id FROM most)
    )
    SELECT p.document_id, p.ref, p.label, concat_ws(E'\n', p.label, NULLIF(p.heading, ''), p.text)
    FROM best JOIN search_passage p USING (document_id, lang, part)"""  # noqa: S608 - our own words

_LABELS = text(
    "SELECT DISTINCT ON (document_id) document_id, label FROM search_passage"
    " WHERE document_id = ANY(CAST(:documents AS uuid[])) AND ref = :ref ORDER BY document_id, part"
)


def _columns(views: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return dict(zip(("documents", "langs", "positions", "parts"), map(list, zip(*views, strict=True)), strict=False))


async def read_best_passages(
    database: Database, views: Sequence[tuple[UUID, str, int]], query_text: str
) -> dict[UUID, LivePassage]:
    """Read for each of these `(document, language, position)` the passage with most of the words, if it is live.

    The shortest that holds all of them, else the shortest that holds all but one, else one that holds some.
    """
    words = tokenize(fold(query_text))[:32]
    if not words:
        return {}
    columns = _columns(views)
    queries = (_all_words(words), _all_but_one(words), build_tsquery(words, {}, every=False))
    async with database.driver() as connection:
        rows = await connection.fetch(_BEST, columns["documents"], columns["langs"], columns["positions"], *queries)
    return {row[0]: LivePassage(row[1], row[2], row[3]) for row in rows}


def _all_words(words: Sequence[str]) -> str:
    """Build a query for all words, without prefixes: a prefix is many words, whose index entries must be merged."""
    return " & ".join(f"'{word}'" for word in words)


def _all_but_one(words: Sequence[str]) -> str:
    """Build a query for all words but any one of them.

    Of two words only the last may be missing, because it is usually still being typed; for many words, so many
    combinations would be slow.
    """
    if not 2 < len(words) <= MAX_WORDS_LACKING_ONE:
        return _all_words(words[:-1] or words)
    return " | ".join(f"({_all_words([*words[:place], *words[place + 1 :]])})" for place in range(len(words)))


async def read_part_labels(database: Database, documents: Sequence[UUID], ref: str | None) -> dict[UUID, str | None]:
    """Read the printed number of this part (`Điều 5`) in each of these documents that has it."""
    if ref is None or not documents:
        return {}
    async with database.read() as connection:
        rows = await connection.execute(_LABELS, {"documents": list(documents), "ref": ref})
        return {row[0]: row[1] for row in rows}
