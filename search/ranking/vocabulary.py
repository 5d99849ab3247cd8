"""Words of a text as rescoring compares them, and how common each is in all passages.

Syllables are compared with their marks and without regard to where the tone mark stands (`hòa`, `hoà`); a query
without any mark is compared without. Neighbouring syllables are counted as pairs: in Vietnamese most words are two.
"""

import asyncio
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import pairwise

import structlog
from sqlalchemy import Text, bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.models import SearchTerm
from hub.db import Database, table
from hub.legal.agency_names import name_key
from hub.log.models import LogHead
from hub.text import strip_diacritics

log = structlog.get_logger()

TERM = table(SearchTerm)

_WORD = re.compile(r"\w+")

# Facts about all passages stand among the terms under names that no term can have.
TOTAL, CONTEXT, HEADING, BODY, POSITION = " total", " context", " heading", " body", " position"
_FACTS = (TOTAL, CONTEXT, HEADING, BODY, POSITION)

MAX_SAMPLED_PASSAGES = 30_000
"""Passages that are counted; of more, a sample tells how common a word is just as well."""

MAX_TERM_LETTERS = 40
"""Letters of a term that is counted; what is longer is no word."""

CHECK_SECONDS = 60.0
"""How often the worker looks whether it is time."""

GROWTH_FACTOR = 1.25
"""Counted anew when the log is this much longer."""


@lru_cache(65_536)
def syllable(word: str) -> str:
    """One word with its marks, small, the tone at its end."""
    return name_key(word)


@lru_cache(65_536)
def plain_syllable(word: str) -> str:
    """One word without marks."""
    return strip_diacritics(word)


def syllables(text: str, *, with_diacritics: bool = True) -> list[str]:
    """The words of a text, in order."""
    form = syllable if with_diacritics else plain_syllable
    return [form(word) for word in _WORD.findall(text.lower())]


def has_diacritics(text: str) -> bool:
    """Whether somebody typed marks; without any, none are meant."""
    return any(plain_syllable(word) != word for word in _WORD.findall(text.lower()))


def adjacent_pairs(words: Sequence[str]) -> list[str]:
    """Neighbouring words, joined."""
    return [f"{one} {other}" for one, other in pairwise(words)]


class Vocabulary:
    """How many of `total` passages hold a term, for the terms of one query."""

    def __init__(self, found: Mapping[str, float]):
        self.total = found.get(TOTAL, 0.0)
        self.average = {name: found.get(name, 0.0) for name in (CONTEXT, HEADING, BODY)}
        self._counts = found

    def weight(self, term: str) -> float:
        """The rarer, the heavier (inverse document frequency)."""
        held = min(self._counts.get(term, 0.0), self.total)
        return math.log(1 + (self.total - held + 0.5) / (held + 0.5))

    def is_known(self, term: str) -> bool:
        return term in self._counts


async def read_vocabulary(connection: AsyncConnection, terms: Iterable[str]) -> Vocabulary:
    """What is known of these terms; empty before the first count."""
    wanted = bindparam("terms", [*_FACTS, *dict.fromkeys(terms)], ARRAY(Text))
    rows = await connection.execute(select(TERM.c.term, TERM.c.passages).where(TERM.c.term == func.any(wanted)))
    return Vocabulary({row[0]: row[1] for row in rows})


def term_counts(rows: Iterable[tuple[str, str, str]]) -> Counter[str]:
    """In how many passages (`context, heading, text`) each term stands, and the sums of their lengths."""
    counts: Counter[str] = Counter()
    for context, heading, body in rows:
        marked = [syllables(part) for part in (heading, body)]
        plain = [syllables(part, with_diacritics=False) for part in (heading, body)]
        counts.update({term for words in (*marked, *plain) for term in (*words, *adjacent_pairs(words))})
        counts[CONTEXT] += len(syllables(context))
        counts[HEADING] += len(marked[0])
        counts[BODY] += len(marked[1])
        counts[TOTAL] += 1
    return counts


_READ = text(
    "SELECT convert_from(v.card, 'UTF8')::json->>'title', p.heading, p.text FROM search_passage p"
    " JOIN published_view v ON v.document_id = p.document_id AND v.lang = p.lang AND v.seq_to IS NULL"
    " WHERE random() < :share"
)


async def count_terms(database: Database, position: int) -> None:
    """Count the terms of all passages anew. Readers see the old counts until the new ones are there."""
    async with database.read() as connection:
        size = (await connection.execute(text("SELECT count(*) FROM search_passage"))).scalar_one()
        share = min(1.0, MAX_SAMPLED_PASSAGES / size) if size else 1.0
        rows = [(row[0], row[1], row[2]) for row in await connection.execute(_READ, {"share": share})]
    counts = await asyncio.to_thread(term_counts, rows)
    number = max(1, counts.pop(TOTAL, 0))
    facts = {name: counts.pop(name, 0) / number for name in (CONTEXT, HEADING, BODY)}
    scale = size / number
    kept = {
        term: held * scale
        for term, held in counts.items()
        if (held > 1 or " " not in term) and len(term) <= MAX_TERM_LETTERS
    }
    values = [*(kept | facts | {TOTAL: float(size), POSITION: float(position)}).items()]
    async with database.write() as session:
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('hub:search-terms'))"))
        await session.execute(delete(TERM))
        for start in range(0, len(values), 20_000):
            lot = values[start : start + 20_000]
            await session.execute(_STORE, {"terms": [t for t, _ in lot], "counts": [n for _, n in lot]})
    log.info("search_terms_counted", passages=size, terms=len(values))


_STORE = text(
    "INSERT INTO search_term (term, passages) SELECT * FROM unnest(CAST(:terms AS text[]), CAST(:counts AS float8[]))"
)


async def refresh_if_grown(database: Database, position: int) -> bool:
    """Count again when the log has grown enough since; tells whether it did."""
    async with database.read() as connection:
        query = select(TERM.c.passages).where(TERM.c.term == POSITION)
        then = (await connection.execute(query)).scalar_one_or_none()
    if then is not None and then <= position <= then * GROWTH_FACTOR + 20:
        return False
    await count_terms(database, position)
    return True


class TermCounter:
    """Keeps the counts near the truth, with any engine; a failure costs nothing but their age."""

    name = "search-terms"

    def __init__(self, database: Database, *, every: float = CHECK_SECONDS):
        self.database = database
        self.every = every

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again until told to stop."""
        position = select(func.max(table(LogHead).c.seq))
        while not stop.is_set():
            try:
                async with self.database.read() as connection:
                    head = (await connection.execute(position)).scalar_one()
                await refresh_if_grown(self.database, head)
            except (OSError, SQLAlchemyError) as problem:
                log.warning("search_terms_not_counted", problem=f"{type(problem).__name__}: {problem}"[:300])
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self.every)
