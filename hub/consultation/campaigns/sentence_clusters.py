"""Clusters of sentences that are the same but for slips. Pure, deterministic, independent of the order of addition.

The clusters are the connected components of `is_same_sentence` over pairs that share a band of their MinHash sketch
(Broder 1997; one permutation with bins, Li, Owen and Zhang 2012, for one hash of each run of letters instead of fifty).
A pair that is already connected is not compared again, so a campaign of thousands costs each member one comparison.
"""

from collections.abc import Iterator
from itertools import islice
from zlib import crc32

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from hub.consultation.campaigns.sentences import MIN_FUZZY_WORDS, MIN_LETTERS_WITH_NAMES, Sentence, is_same_sentence

LETTERS = 4
"""Letters in a run that is hashed; spaces count."""
BANDS, ROWS = 16, 4
"""Bins of the sketch in bands: sentences with three quarters of their runs in common meet with a probability of 0.998,
with a quarter of them with one of 0.06."""
FIRST_TRIES = 2
"""Members of a cluster that are compared one by one, before all are compared at once."""
_BINS = BANDS * ROWS
_EMPTY = 1 << 40


class SentenceClusters:
    """Sentences by number, united into clusters."""

    def __init__(self) -> None:
        self.sentences: list[Sentence] = []
        self._numbers: dict[Sentence, int] = {}
        self._parents: list[int] = []
        self._by_words: dict[tuple[str, ...], int] = {}
        self._members: dict[int, list[int]] = {}
        self._buckets: dict[tuple[int, ...], dict[int, list[int]]] = {}
        """For each band the sentences that have it, by a cluster that they were in."""

    def add(self, sentence: Sentence) -> int:
        """Return the number of a sentence; a new one is united with all that it resembles."""
        if sentence in self._numbers:
            return self._numbers[sentence]
        number = self._numbers[sentence] = len(self.sentences)
        self.sentences.append(sentence)
        self._parents.append(number)
        self._members[number] = [number]
        first = self._by_words.setdefault(sentence.words, number)
        if first != number:
            self._unite(first, number)
        if len(sentence.words) >= MIN_FUZZY_WORDS:
            self._unite_similar(number)
        return number

    def cluster_of(self, number: int) -> int:
        """Return the cluster of a sentence: the lowest number in it."""
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = self._parents[number]
        return number

    def is_alone(self, number: int) -> bool:
        """True if a sentence is the only one of its cluster."""
        return len(self._members[self.cluster_of(number)]) == 1

    def _unite_similar(self, number: int) -> None:
        sentence = self.sentences[number]
        likely: dict[int, set[int]] = {}
        for band in bands_of(sentence.key):
            bucket = self._bucket(band)
            for cluster, others in bucket.items():
                likely.setdefault(cluster, set()).update(others)
            bucket.setdefault(number, []).append(number)
        for cluster in sorted(likely):
            if self.cluster_of(cluster) != self.cluster_of(number) and self._has_same(sentence, likely[cluster]):
                self._unite(cluster, number)

    def _has_same(self, sentence: Sentence, numbers: set[int]) -> bool:
        """True if one of some sentences is the same but for slips."""
        if any(is_same_sentence(sentence, self.sentences[number]) for number in islice(numbers, FIRST_TRIES)):
            return True
        keys = {number: self.sentences[number].key for number in numbers}
        alike = process.extract_iter(
            sentence.key, keys, scorer=Levenshtein.normalized_similarity, score_cutoff=MIN_LETTERS_WITH_NAMES
        )
        return any(is_same_sentence(sentence, self.sentences[number]) for _, _, number in alike)

    def _bucket(self, band: tuple[int, ...]) -> dict[int, list[int]]:
        """Return the bucket of a band, with the lists joined whose clusters were united since."""
        bucket = self._buckets.setdefault(band, {})
        for cluster in [cluster for cluster in bucket if self.cluster_of(cluster) != cluster]:
            bucket.setdefault(self.cluster_of(cluster), []).extend(bucket.pop(cluster))
        return bucket

    def _unite(self, one: int, other: int) -> None:
        first, second = sorted((self.cluster_of(one), self.cluster_of(other)))
        if first != second:
            self._parents[second] = first
            self._members[first] += self._members.pop(second)


def bands_of(key: str) -> Iterator[tuple[int, ...]]:
    """Iterate over the bands of a text's sketch, each with its place first."""
    letters = key.encode()
    bins = [_EMPTY] * _BINS
    for place in range(max(1, len(letters) - LETTERS + 1)):
        # A multiplication spreads the bits, for checksums of texts that differ in one letter are alike.
        mixed = crc32(letters[place : place + LETTERS]) * 0x9E3779B97F4A7C15 >> 20 & 0xFFFFFFFF
        at = mixed % _BINS
        bins[at] = min(bins[at], mixed)
    last = next(value for value in reversed(bins) if value != _EMPTY)
    for place in range(_BINS):
        # An empty bin takes the value of the one before it, the first that of the last one.
        last = bins[place] = bins[place] if bins[place] != _EMPTY else last
    for band in range(BANDS):
        yield (band, *bins[band * ROWS : (band + 1) * ROWS])
