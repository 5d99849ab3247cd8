"""Sentences that contain others: people forget full stops, and write whole comments as one sentence. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from hub.consultation.campaigns.sentences import MIN_FUZZY_WORDS, Sentence, is_same_sentence
from hub.consultation.carryover.alignment import find_counterpart

MIN_USES = 3
"""Comments that have a sentence before it is looked for inside others."""
RUN = 3
"""Words in a run that is indexed."""
MIN_RUNS = 2
"""Least runs that a sentence has in common with one that it contains."""
MAX_POSTINGS = 40
"""A run that more sentences have is a set phrase and does not count."""


@dataclass(frozen=True)
class SentenceParts:
    """The sentences that one contains, by their clusters, and the number of its other words."""

    clusters: tuple[int, ...]
    other_words: int


def find_parts(sentences: Mapping[int, Sentence], uses: Mapping[int, int]) -> dict[int, SentenceParts]:
    """Return the parts of those sentences that contain shorter ones which more comments have.

    `sentences` has one sentence for each cluster, `uses` the number of comments that have one of the cluster.
    """
    index = defaultdict[tuple[str, ...], list[int]](list)
    for cluster, sentence in sentences.items():
        if uses[cluster] >= MIN_USES and len(sentence.words) >= MIN_FUZZY_WORDS:
            for run in _runs(sentence):
                index[run].append(cluster)
    found = {}
    for cluster, sentence in sentences.items():
        votes = Counter[int]()
        for run in _runs(sentence):
            likely = index.get(run, ())
            votes.update(likely if len(likely) <= MAX_POSTINGS else ())
        parts = _take_parts(
            sentence,
            [
                (other, sentences[other])
                for other, count in votes.items()
                if count >= MIN_RUNS
                and uses[other] > uses[cluster]
                and len(sentences[other].words) < len(sentence.words)
            ],
        )
        if parts is not None:
            found[cluster] = parts
    return found


def _runs(sentence: Sentence) -> set[tuple[str, ...]]:
    words = sentence.words
    return set(zip(words, words[1:], words[2:], strict=False))


def _take_parts(sentence: Sentence, likely: list[tuple[int, Sentence]]) -> SentenceParts | None:
    """Return the longest sentences that stand in one without overlapping."""
    taken = [False] * len(sentence.words)
    clusters = []
    for cluster, other in sorted(likely, key=lambda one: (-len(one[1].words), one[1].words)):
        place = find_counterpart(other.words, sentence.words)
        if place is None:
            continue
        first, last = max(0, place[0]), min(len(sentence.words), place[1])
        if not any(taken[first:last]) and is_same_sentence(sentence.part(first, last), other):
            taken[first:last] = [True] * (last - first)
            clusters.append(cluster)
    return SentenceParts(tuple(clusters), taken.count(False)) if clusters else None
