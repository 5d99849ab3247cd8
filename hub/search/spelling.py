""" "Did you mean": a query's unknown words replaced by near ones that live documents do say together.

The vocabulary is that of live titles and summaries, remembered by each process and read anew now and then; a proposal
is checked against the live views in the moment it is made, so a word whose only document was withdrawn is not
proposed. Only words that no live document holds are replaced: a rare word is not a mistake.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from weakref import WeakKeyDictionary

from sqlalchemy import text

from hub.db import Database
from hub.text import fold, one_line, strip_diacritics

CACHE_SECONDS = 600.0
"""How long a vocabulary is used before it is read again, beside the searches."""

MAX_QUERY_WORDS = 12
"""Longer queries are questions; nothing is proposed for them."""

MIN_WORD_LETTERS = 3
"""Letters of the shortest word that may be a misspelling."""

MAX_PROPOSALS = 8
"""How many combinations are checked against the live views."""

MAX_SIMILAR_WORDS = 3
"""How many near words of one unknown word are tried."""

_LETTERS = "abcdeghiklmnopqrstuvxyfjwz"


@dataclass(frozen=True)
class SpellingDictionary:
    """Folded words with how often they are said, and the way each is mostly written."""

    counts: Mapping[str, int]
    common_spellings: Mapping[str, str]

    def similar_words(self, word: str) -> list[str]:
        """Known words one change away (a letter more, less, other, or two exchanged), the most said first."""
        found = {other for other in _edits(word) if other in self.counts}
        return sorted(found, key=lambda other: (-self.counts[other], other))[:MAX_SIMILAR_WORDS]


def _edits(word: str) -> Iterable[str]:
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in _LETTERS:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]


_READ = text(
    r"""
    SELECT word, count(*) AS n FROM (
        SELECT regexp_split_to_table(lower(concat_ws(' ', card ->> 'title', card ->> 'summary')), '[^[:alnum:]]+')
            AS word
        FROM (SELECT convert_from(card, 'UTF8')::json AS card FROM published_view
              WHERE seq_to IS NULL AND state = 'live' ORDER BY modified_at DESC LIMIT 20000) AS newest
    ) AS said WHERE length(word) BETWEEN 2 AND 24 GROUP BY word
    """
)

_CHECK = text(
    """
    SELECT proposal FROM unnest(CAST(:proposals AS text[])) WITH ORDINALITY AS given(proposal, place)
    WHERE NOT EXISTS (SELECT FROM published_view WHERE seq_to IS NULL AND state = 'live'
            AND words @@ CAST(:unknown AS tsquery))
        AND EXISTS (SELECT FROM published_view WHERE seq_to IS NULL AND state = 'live'
            AND words @@ CAST(proposal AS tsquery))
    ORDER BY place LIMIT 1
    """
)

_cache: WeakKeyDictionary[Database, tuple[SpellingDictionary, float]] = WeakKeyDictionary()
_refresh_tasks: WeakKeyDictionary[Database, "asyncio.Task[SpellingDictionary]"] = WeakKeyDictionary()


async def get_dictionary(database: Database) -> SpellingDictionary:
    """The words of live titles and summaries; only the first search of a process waits for them."""
    kept = _cache.get(database)
    if kept is None:
        return await read_dictionary(database)
    if time.monotonic() - kept[1] > CACHE_SECONDS and ((task := _refresh_tasks.get(database)) is None or task.done()):
        _refresh_tasks[database] = asyncio.create_task(read_dictionary(database))
    return kept[0]


async def read_dictionary(database: Database) -> SpellingDictionary:
    """Read and remember the vocabulary: one statement."""
    async with database.read() as connection:
        rows = (await connection.execute(_READ)).all()
    counts: dict[str, int] = defaultdict(int)
    most: dict[str, tuple[int, str]] = {}
    for word, count in rows:
        folded = strip_diacritics(word)
        counts[folded] += count
        most[folded] = max(most.get(folded, (0, "")), (count, word))
    found = SpellingDictionary(dict(counts), {folded: word for folded, (_, word) in most.items()})
    _cache[database] = (found, time.monotonic())
    return found


async def suggest_spelling(database: Database, query_text: str) -> str | None:
    """Another spelling of a query that live documents answer to; None mostly. One statement when a word is unknown."""
    query_text = one_line(query_text).lower()
    words = "".join(char if char.isalnum() else " " for char in fold(query_text)).split()
    if not 0 < len(words) <= MAX_QUERY_WORDS or any(char.isdigit() for char in query_text):
        return None
    known = await get_dictionary(database)
    unknown = [word for word in words if len(word) >= MIN_WORD_LETTERS and word not in known.counts]
    choices = [known.similar_words(word) if word in unknown else [word] for word in words]
    if not unknown or not all(choices):
        return None
    proposals = {_all_words_tsquery(several): several for several in islice(product(*choices), MAX_PROPOSALS)}
    # The last word may be on its way: the beginning of a known word is no mistake.
    wanted = " | ".join(f"'{word}':*" for word in unknown)
    async with database.read() as connection:
        rows = await connection.execute(_CHECK, {"proposals": list(proposals), "unknown": wanted})
        right = rows.scalar()
    if right is None:
        return None
    typed = query_text.split()
    plain = strip_diacritics(query_text) == query_text
    kept = dict(zip(words, typed, strict=True)) if len(words) == len(typed) else {}
    return " ".join(
        kept[word] if word in kept else word if plain else known.common_spellings.get(word, word)
        for word in proposals[right]
    )


def _all_words_tsquery(words: Sequence[str]) -> str:
    return " & ".join(f"'{word}'" for word in words)
