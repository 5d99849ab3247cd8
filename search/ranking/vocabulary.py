"""The vocabulary: in how many passages each term (a syllable or pair) occurs, as counted by the worker."""

import asyncio
import math
from collections import Counter
from collections.abc import Iterable, Mapping

import structlog
from sqlalchemy import Text, bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.models import SearchTerm
from hub.db import Database, table
from hub.jobs.periodic import PeriodicJob
from hub.locks.registry import LockClass, lock_until_commit
from hub.log.models import LogHead
from search.text.syllables import adjacent_pairs, syllables

log = structlog.get_logger()

TERM = table(SearchTerm)


# Facts about all passages are stored among the terms, under names that no term can have.
TOTAL, CONTEXT, HEADING, BODY, POSITION = " total", " context", " heading", " body", " position"
_FACTS = (TOTAL, CONTEXT, HEADING, BODY, POSITION)

MAX_SAMPLED_PASSAGES = 30_000
"""Passages that are counted; of more, a sample shows just as well how common a word is."""

MAX_TERM_LETTERS = 40
"""Letters of the longest term that is counted; longer ones are not words."""

CHECK_SECONDS = 60.0
"""Seconds between the worker's checks whether a new count is due."""

GROWTH_FACTOR = 1.25
"""Growth of the log after which the terms are counted again."""


class Vocabulary:
    """The number of `total` passages that hold a term, for the terms of one query."""

    def __init__(self, found: Mapping[str, float]):
        self.total = found.get(TOTAL, 0.0)
        self.average = {name: found.get(name, 0.0) for name in (CONTEXT, HEADING, BODY)}
        self._counts = found

    def weight(self, term: str) -> float:
        """Return the inverse document frequency: the rarer a term, the higher its weight."""
        count = min(self._counts.get(term, 0.0), self.total)
        return math.log(1 + (self.total - count + 0.5) / (count + 0.5))

    def is_known(self, term: str) -> bool:
        return term in self._counts


async def read_vocabulary(connection: AsyncConnection, terms: Iterable[str]) -> Vocabulary:
    """Read the counts of these terms; empty before the first count."""
    wanted = bindparam("terms", [*_FACTS, *dict.fromkeys(terms)], ARRAY(Text))
    rows = await connection.execute(select(TERM.c.term, TERM.c.passages).where(TERM.c.term == func.any(wanted)))
    return Vocabulary({row[0]: row[1] for row in rows})


def term_counts(rows: Iterable[tuple[str, str, str]]) -> Counter[str]:
    """Count the passages (`context, heading, text`) that hold each term, and sum up the lengths of their fields."""
    counts: Counter[str] = Counter()
    for context, heading, body in rows:
        original = [syllables(part) for part in (heading, body)]
        plain = [syllables(part, with_diacritics=False) for part in (heading, body)]
        counts.update({term for words in (*original, *plain) for term in (*words, *adjacent_pairs(words))})
        counts[CONTEXT] += len(syllables(context))
        counts[HEADING] += len(original[0])
        counts[BODY] += len(original[1])
        counts[TOTAL] += 1
    return counts


_READ = text(
    "SELECT convert_from(v.card, 'UTF8')::json->>'title', p.heading, p.text FROM search_passage p"
    " JOIN published_view v ON v.document_id = p.document_id AND v.lang = p.lang AND v.seq_to IS NULL"
    " WHERE random() < :share"
)


async def count_terms(database: Database, position: int) -> None:
    """Count the terms of all passages and replace the old counts in one transaction, under an advisory lock.

    Readers see the old counts until the new ones are committed.
    """
    async with database.read() as connection:
        size = (await connection.execute(text("SELECT count(*) FROM search_passage"))).scalar_one()
        share = min(1.0, MAX_SAMPLED_PASSAGES / size) if size else 1.0
        rows = [(row[0], row[1], row[2]) for row in await connection.execute(_READ, {"share": share})]
    counts = await asyncio.to_thread(term_counts, rows)
    number = max(1, counts.pop(TOTAL, 0))
    facts = {name: counts.pop(name, 0) / number for name in (CONTEXT, HEADING, BODY)}
    scale = size / number
    scaled = {
        term: count * scale
        for term, count in counts.items()
        if (count > 1 or " " not in term) and len(term) <= MAX_TERM_LETTERS
    }
    values = [*(scaled | facts | {TOTAL: float(size), POSITION: float(position)}).items()]
    async with database.write() as session:
        await lock_until_commit(session, LockClass.search_terms)
        await session.execute(delete(TERM))
        for start in range(0, len(values), 20_000):
            lot = values[start : start + 20_000]
            await session.execute(_STORE, {"terms": [t for t, _ in lot], "counts": [n for _, n in lot]})
    log.info("search_terms_counted", passages=size, terms=len(values))


_STORE = text(
    "INSERT INTO search_term (term, passages) SELECT * FROM unnest(CAST(:terms AS text[]), CAST(:counts AS float8[]))"
)


async def refresh_if_grown(database: Database, position: int) -> bool:
    """Count the terms again if the log has grown by `GROWTH_FACTOR` since the last count; return True if it had."""
    async with database.read() as connection:
        query = select(TERM.c.passages).where(TERM.c.term == POSITION)
        then = (await connection.execute(query)).scalar_one_or_none()
    if then is not None and then <= position <= then * GROWTH_FACTOR + 20:
        return False
    await count_terms(database, position)
    return True


class TermCounter(PeriodicJob):
    """Worker task that keeps the counts up to date, for both engines; after a failure the old counts stay in use."""

    name = "search-terms"
    failure_event = "search_terms_not_counted"

    def __init__(self, database: Database, *, every: float = CHECK_SECONDS):
        self.database = database
        self.interval = every

    async def run_once(self) -> None:
        """Count the terms again if the log has grown enough."""
        async with self.database.read() as connection:
            head = (await connection.execute(select(func.max(table(LogHead).c.seq)))).scalar_one()
        await refresh_if_grown(self.database, head)
