"""Spelling suggestions ("did you mean"): unknown words of a query are replaced by similar ones of live documents.

The dictionary has the words of live titles and summaries; each process caches it and refreshes it now and then. A
proposal is checked against the live views when it is made, so a word whose only document was withdrawn is not proposed.
Only words that no live document has are replaced: a rare word is not a mistake.
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
"""Seconds for which a dictionary is used before a background task reads it again."""

MAX_QUERY_WORDS = 12
"""Words of the longest query with proposals; longer ones are questions."""

MIN_WORD_LETTERS = 3
"""Letters of the shortest word that may be a misspelling."""

MAX_PROPOSALS = 8
"""Combinations of similar words that are checked against the live views."""

MAX_SIMILAR_WORDS = 3
"""Similar words of one unknown word that are tried."""

_LETTERS = "abcdeghiklmnopqrstuvxyfjwz"


@dataclass(frozen=True)
class SpellingDictionary:
    """Folded words with their frequencies, and the most common spelling of each."""

    counts: Mapping[str, int]
    common_spellings: Mapping[str, str]

    def similar_words(self, word: str) -> list[str]:
        """Find known words at edit distance one (insert, delete, replace, transpose), the most frequent first."""
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
    """Return the cached dictionary; only the first search of a process waits for it to be read."""
    cached = _cache.get(database)
    if cached is None:
        return await read_dictionary(database)
    if time.monotonic() - cached[1] > CACHE_SECONDS and ((task := _refresh_tasks.get(database)) is None or task.done()):
        _refresh_tasks[database] = asyncio.create_task(read_dictionary(database))
    return cached[0]


async def read_dictionary(database: Database) -> SpellingDictionary:
    """Read the dictionary and cache it: one statement."""
    async with database.read() as connection:
        rows = (await connection.execute(_READ)).all()
    counts: dict[str, int] = defaultdict(int)
    spellings: dict[str, tuple[int, str]] = {}
    for word, count in rows:
        folded = strip_diacritics(word)
        counts[folded] += count
        spellings[folded] = max(spellings.get(folded, (0, "")), (count, word))
    found = SpellingDictionary(dict(counts), {folded: word for folded, (_, word) in spellings.items()})
    _cache[database] = (found, time.monotonic())
    return found


async def suggest_spelling(database: Database, query_text: str) -> str | None:
    """Suggest another spelling of a query that live documents match; mostly None. One statement for unknown words."""
    query_text = one_line(query_text).lower()
    words = "".join(char if char.isalnum() else " " for char in fold(query_text)).split()
    if not 0 < len(words) <= MAX_QUERY_WORDS or any(char.isdigit() for char in query_text):
        return None
    dictionary = await get_dictionary(database)
    unknown = [word for word in words if len(word) >= MIN_WORD_LETTERS and word not in dictionary.counts]
    choices = [dictionary.similar_words(word) if word in unknown else [word] for word in words]
    if not unknown or not all(choices):
        return None
    proposals = {_all_words_tsquery(several): several for several in islice(product(*choices), MAX_PROPOSALS)}
    # The last word may still be being typed: a prefix of a known word is not a mistake.
    wanted = " | ".join(f"'{word}':*" for word in unknown)
    async with database.read() as connection:
        rows = await connection.execute(_CHECK, {"proposals": list(proposals), "unknown": wanted})
        proposal = rows.scalar()
    if proposal is None:
        return None
    typed = query_text.split()
    plain = strip_diacritics(query_text) == query_text
    unchanged = dict(zip(words, typed, strict=True)) if len(words) == len(typed) else {}
    return " ".join(
        unchanged[word] if word in unchanged else word if plain else dictionary.common_spellings.get(word, word)
        for word in proposals[proposal]
    )


def _all_words_tsquery(words: Sequence[str]) -> str:
    return " & ".join(f"'{word}'" for word in words)
