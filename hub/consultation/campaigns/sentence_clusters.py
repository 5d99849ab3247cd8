"""Clusters of sentences that are the same but for slips. Pure, deterministic, independent of the order of addition.

The clusters are the connected components of `is_same_sentence` over pairs that share a band of their MinHash sketch
(Broder 1997; one permutation with bins, Li, Owen and Zhang 2012, for one hash of each run of letters instead of fifty).
A pair that is already connected is not compared again, so a campaign of thousands costs each member one comparison.
Sentences of single persons meet dozens of others by chance; these are compared in one call, by their letters first.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
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
FEW = 4
"""Members of a cluster in one bucket up to which they are compared together with those of others."""
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
        self._buckets: dict[tuple[tuple[str, ...], tuple[int, ...]], dict[int, list[int]]] = {}
        """For figures and a band the sentences that have both, by a cluster that they were in: sentences with unlike
        figures are never the same."""

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
        few = set[int]()
        buckets = [self._bucket(sentence.figures, band) for band in bands_of(sentence.key)]
        for bucket in buckets:
            for cluster, others in bucket.items():
                if len(others) <= FEW:
                    few.update(others)
                else:
                    likely.setdefault(cluster, set()).update(others)
        for cluster in sorted(likely):
            if self.cluster_of(cluster) != self.cluster_of(number) and self._has_same(sentence, likely[cluster]):
                self._unite(cluster, number)
        for other in self._with_alike_letters(sentence, few):
            if self.cluster_of(other) != self.cluster_of(number) and is_same_sentence(sentence, self.sentences[other]):
                self._unite(other, number)
        own = self.cluster_of(number)
        for bucket in buckets:
            bucket.setdefault(own, []).append(number)

    def _has_same(self, sentence: Sentence, numbers: set[int]) -> bool:
        """True if one of some sentences is the same but for slips."""
        if any(is_same_sentence(sentence, self.sentences[number]) for number in islice(numbers, FIRST_TRIES)):
            return True
        alike = self._with_alike_letters(sentence, numbers)
        return any(is_same_sentence(sentence, self.sentences[number]) for number in alike)

    def _with_alike_letters(self, sentence: Sentence, numbers: Iterable[int]) -> Iterator[int]:
        """Iterate over those of some sentences of which enough letters agree with those of another one."""
        keys = {number: self.sentences[number].key for number in numbers}
        alike = process.extract_iter(
            sentence.key, keys, scorer=Levenshtein.normalized_similarity, score_cutoff=MIN_LETTERS_WITH_NAMES
        )
        return (number for _, _, number in alike)

    def _bucket(self, figures: tuple[str, ...], band: tuple[int, ...]) -> dict[int, list[int]]:
        """Return the bucket of a band, with the lists joined whose clusters were united since."""
        bucket = self._buckets.setdefault((figures, band), {})
        for cluster in [cluster for cluster in bucket if self._parents[cluster] != cluster]:
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
    for run in {letters[place : place + LETTERS] for place in range(max(1, len(letters) - LETTERS + 1))}:
        at, mixed = _hash_run(run)
        if mixed < bins[at]:
            bins[at] = mixed
    last = next(value for value in reversed(bins) if value != _EMPTY)
    for place in range(_BINS):
        # An empty bin takes the value of the one before it, the first that of the last one.
        last = bins[place] = bins[place] if bins[place] != _EMPTY else last
    for band in range(BANDS):
        yield (band, *bins[band * ROWS : (band + 1) * ROWS])


@lru_cache(maxsize=50_000)
def _hash_run(run: bytes) -> tuple[int, int]:
    """Return the bin and the hash of a run of letters."""
    # A multiplication spreads the bits, for checksums of texts that differ in one letter are alike.
    mixed = crc32(run) * 0x9E3779B97F4A7C15 >> 20 & 0xFFFFFFFF
    return mixed % _BINS, mixed
