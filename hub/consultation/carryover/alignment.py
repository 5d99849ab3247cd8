"""Alignment of two sequences of syllables: similarity, edits, and the best counterpart inside a region. Pure.

Everything is computed on keys of syllables, not on letters: five times less work, and a replaced word is one edit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel, LCSseq, Levenshtein

MAX_ALIGNED = 3_000
"""Most syllables of a sequence that are aligned with another one; of longer ones the first count."""


@dataclass(frozen=True)
class Edit:
    """Syllables `old_first:old_last` of one sequence that became `new_first:new_last` of another; one may be empty."""

    old_first: int
    old_last: int
    new_first: int
    new_last: int

    @property
    def is_replacement(self) -> bool:
        """True if syllables took the place of others, and not only came or went."""
        return self.old_first < self.old_last and self.new_first < self.new_last


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the number of syllables that were added, dropped or replaced."""
    return Levenshtein.distance(one[:MAX_ALIGNED], other[:MAX_ALIGNED])


def similarity(one: Sequence[str], other: Sequence[str]) -> float:
    """Return the proportion of syllables of both that stayed (twice the common ones by all), from 0 to 1.

    So an addition costs half of what a replacement costs. Two empty sequences are equal.
    """
    return Indel.normalized_similarity(one[:MAX_ALIGNED], other[:MAX_ALIGNED])


def common_runs(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return the runs of a longest common subsequence, each as its place in both sequences and its length."""
    return [
        (op.src_start, op.dest_start, op.src_end - op.src_start)
        for op in LCSseq.opcodes(one[:MAX_ALIGNED], other[:MAX_ALIGNED])
        if op.tag == "equal"
    ]


def edits(old: Sequence[str], new: Sequence[str]) -> list[Edit]:
    """Return what stands between the common runs of two sequences, in order.

    What came and what went with a single common syllable between them is one replacement: `trong nước` by `nước ngoài`.
    """
    found: list[Edit] = []
    old_first = new_first = 0
    for old_place, new_place, length in [*common_runs(old, new), (len(old), len(new), 0)]:
        if old_place > old_first or new_place > new_first:
            edit = Edit(old_first, old_place, new_first, new_place)
            if found and _is_shift(found[-1], edit):
                last = found.pop()
                edit = Edit(last.old_first, edit.old_last, last.new_first, edit.new_last)
            found.append(edit)
        old_first, new_first = old_place + length, new_place + length
    return found


def _is_shift(one: Edit, following: Edit) -> bool:
    """True for an addition and an omission, in any order, around a single syllable."""
    if one.is_replacement or following.is_replacement or following.old_first - one.old_last != 1:
        return False
    return (one.old_first < one.old_last) != (following.old_first < following.old_last)


def find_counterpart(keys: Sequence[str], region: Sequence[str]) -> tuple[int, int] | None:
    """Return the range of a region that corresponds to the keys; None if nothing does.

    The best series of common runs is taken, in which a syllable gains twice what a skipped one costs. It is extended
    by the keys at both ends that have no counterpart, for these may have been replaced; it may end outside of the
    region by as many.
    """
    runs = common_runs(keys, region)
    gain = best_gain = 0.0
    start = 0
    best: tuple[int, int] | None = None
    for place, (old, new, length) in enumerate(runs):
        if place:
            last_old, last_new, last_length = runs[place - 1]
            gain -= (old - last_old + new - last_new - 2 * last_length) / 2
        if gain <= 0:
            gain, start = 0.0, place
        gain += length
        if gain > best_gain:
            best_gain, best = gain, (start, place)
    if best is None:
        return None
    opening, closing = runs[best[0]], runs[best[1]]
    end = closing[2]
    return opening[1] - opening[0], closing[1] + end + min(len(keys), MAX_ALIGNED) - closing[0] - end
