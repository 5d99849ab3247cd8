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
from hub.text import fold, one_line, unmark

KEPT_SECONDS = 600.0
"""How long a vocabulary is used before it is read again, beside the searches."""

MOST_WORDS = 12
"""Longer queries are questions; nothing is proposed for them."""

SHORTEST = 3
"""Letters of the shortest word that may be a misspelling."""

PROPOSALS = 8
"""How many combinations are checked against the live views."""

NEAR = 3
"""How many near words of one unknown word are tried."""

_LETTERS = "abcdeghiklmnopqrstuvxyfjwz"


@dataclass(frozen=True)
class Vocabulary:
    """Folded words with how often they are said, and the way each is mostly written."""

    counts: Mapping[str, int]
    written: Mapping[str, str]

    def near(self, word: str) -> list[str]:
        """Known words one change away (a letter more, less, other, or two exchanged), the most said first."""
        found = {other for other in _edits(word) if other in self.counts}
        return sorted(found, key=lambda other: (-self.counts[other], other))[:NEAR]


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

_kept: WeakKeyDictionary[Database, tuple[Vocabulary, float]] = WeakKeyDictionary()
_reading: WeakKeyDictionary[Database, "asyncio.Task[Vocabulary]"] = WeakKeyDictionary()


async def vocabulary(database: Database) -> Vocabulary:
    """The words of live titles and summaries; only the first search of a process waits for them."""
    kept = _kept.get(database)
    if kept is None:
        return await read(database)
    if time.monotonic() - kept[1] > KEPT_SECONDS and ((task := _reading.get(database)) is None or task.done()):
        _reading[database] = asyncio.create_task(read(database))
    return kept[0]


async def read(database: Database) -> Vocabulary:
    """Read and remember the vocabulary: one statement."""
    async with database.read() as connection:
        rows = (await connection.execute(_READ)).all()
    counts: dict[str, int] = defaultdict(int)
    most: dict[str, tuple[int, str]] = {}
    for word, count in rows:
        folded = unmark(word)
        counts[folded] += count
        most[folded] = max(most.get(folded, (0, "")), (count, word))
    found = Vocabulary(dict(counts), {folded: word for folded, (_, word) in most.items()})
    _kept[database] = (found, time.monotonic())
    return found


async def did_you_mean(database: Database, asked: str) -> str | None:
    """Another spelling of a query that live documents answer to; None mostly. One statement when a word is unknown."""
    asked = one_line(asked).lower()
    words = "".join(char if char.isalnum() else " " for char in fold(asked)).split()
    if not 0 < len(words) <= MOST_WORDS or any(char.isdigit() for char in asked):
        return None
    known = await vocabulary(database)
    unknown = [word for word in words if len(word) >= SHORTEST and word not in known.counts]
    choices = [known.near(word) if word in unknown else [word] for word in words]
    if not unknown or not all(choices):
        return None
    proposals = {_tsquery(several): several for several in islice(product(*choices), PROPOSALS)}
    # The last word may be on its way: the beginning of a known word is no mistake.
    wanted = " | ".join(f"'{word}':*" for word in unknown)
    async with database.read() as connection:
        rows = await connection.execute(_CHECK, {"proposals": list(proposals), "unknown": wanted})
        right = rows.scalar()
    if right is None:
        return None
    typed = asked.split()
    plain = unmark(asked) == asked
    kept = dict(zip(words, typed, strict=True)) if len(words) == len(typed) else {}
    return " ".join(
        kept[word] if word in kept else word if plain else known.written.get(word, word) for word in proposals[right]
    )


def _tsquery(words: Sequence[str]) -> str:
    return " & ".join(f"'{word}'" for word in words)
