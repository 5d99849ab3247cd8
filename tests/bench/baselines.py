"""What the hub's search is compared with: plain BM25 in memory."""

import math
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from search.text.syllables import adjacent_pairs, syllables

Key = tuple[str, str]
"""A document's source id, and an article of it (empty at document level)."""

Ranker = Callable[[str, str], Awaitable[list[Key]]]
"""Answers a question at a level (`article`, `document`)."""


@dataclass(frozen=True)
class Article:
    """One article of the corpus, as the baselines read it."""

    key: Key
    context: str
    words: str


class BM25:
    """Plain BM25 in memory (k1 1.2, b 0.75) over one bag of terms for each text."""

    def __init__(self, texts: Iterable[tuple[Key, str]], *, paired: bool) -> None:
        self.keys: list[Key] = []
        self.paired = paired
        self.posted: dict[str, list[tuple[int, int]]] = {}
        self.lengths: list[int] = []
        for place, (key, body) in enumerate(texts):
            words = syllables(body)
            self.keys.append(key)
            self.lengths.append(len(words))
            for term, times in Counter(self._terms(words)).items():
                self.posted.setdefault(term, []).append((place, times))
        self.average = mean(self.lengths)

    def _terms(self, words: Sequence[str]) -> list[str]:
        return [*words, *adjacent_pairs(words)] if self.paired else list(words)

    def rank(self, question: str, most: int = 50) -> list[Key]:
        """The best, at most this many."""
        scores: dict[int, float] = {}
        size = len(self.keys)
        for term in self._terms(syllables(question)):
            found = self.posted.get(term, ())
            weight = math.log(1 + (size - len(found) + 0.5) / (len(found) + 0.5))
            for place, times in found:
                slope = 0.25 + 0.75 * self.lengths[place] / self.average
                scores[place] = scores.get(place, 0.0) + weight * times * 2.2 / (times + 1.2 * slope)
        return [self.keys[place] for place in sorted(scores, key=lambda place: -scores[place])[:most]]


def by_document(ranked: Iterable[Key]) -> list[Key]:
    """The documents of these articles, each once."""
    return list(dict.fromkeys((document, "") for document, _ in ranked))


def bm25(articles: Sequence[Article], *, paired: bool) -> Ranker:
    """The baseline: articles, and at document level the document of the best article."""
    index = BM25(((a.key, a.words) for a in articles), paired=paired)

    async def rank(question: str, level: str) -> list[Key]:
        found = index.rank(question)
        return by_document(found) if level == "document" else found

    return rank
