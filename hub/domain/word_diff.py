"""Differences between two texts word by word, within a budget. Pure.

Segments are flat: joined, the `equal` and `delete` ones are exactly the older text, and the `equal` and `insert` ones
exactly the newer text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from enum import StrEnum

from pydantic import Field

from hub.domain.node_matching import longest_increasing_subsequence
from hub.domain.types import View

MAX_DIFF_TOKENS = 4_000
"""Most words and punctuation marks, between the first and the last difference of two texts, that are compared one by
one. Longer texts are first split at paragraphs that are the same in both."""

MAX_DIFF_PAIRS = 40_000
"""Most pairs of equal words in two texts that are compared word by word: a table with few different numbers has many
pairs for its length."""

MAX_DIFF_COST = 400_000
"""Budget of tokens and pairs for one comparison; differences beyond it are marked as a whole."""

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")

Segments = list[tuple["WordOp", str]]


class WordOp(StrEnum):
    """Operation on a run of words."""

    equal = "equal"
    insert = "insert"
    delete = "delete"


class SegmentView(View):
    """A run of text, including its spaces, with its operation (đoạn chữ)."""

    op: WordOp = Field(
        description="`equal`: in both editions; `delete`: only in the older one; `insert`: only in the newer one."
    )
    text: str = Field(description="Text, including spaces.")


class TextDiffer:
    """Compares texts word by word within a budget; beyond it, whole texts are marked as different."""

    def __init__(self, budget: int = MAX_DIFF_COST):
        self.remaining = budget

    def diff(self, before: str | None, after: str | None) -> list[SegmentView]:
        """Return the segments of two texts, word by word as far as the budget allows."""
        before, after = before or "", after or ""
        return _merge_segments(self._diff_words(before, after) or self._diff_paragraphs(before, after))

    def _diff_words(self, before: str, after: str) -> Segments:
        """Compare word by word; returns an empty list if that would exceed a limit or the budget."""
        if before == after:
            return [(WordOp.equal, before)]
        old, new = _TOKEN.findall(before), _TOKEN.findall(after)
        head, tail = _common_ends(old, new)
        left, right = old[head : len(old) - tail], new[head : len(new) - tail]
        size, pairs = max(len(left), len(right)), _count_equal_pairs(left, right)
        if size > MAX_DIFF_TOKENS or pairs > MAX_DIFF_PAIRS or size + pairs > self.remaining:
            return []
        self.remaining -= size + pairs
        found = [(WordOp.equal, "".join(old[:head]))]
        for op, i, j, k, n in SequenceMatcher(str.isspace, left, right).get_opcodes():
            if op == "equal":
                found.append((WordOp.equal, "".join(left[i:j])))
            else:
                found += [(WordOp.delete, "".join(left[i:j])), (WordOp.insert, "".join(right[k:n]))]
        return [*found, (WordOp.equal, "".join(old[len(old) - tail :]))]

    def _diff_paragraphs(self, before: str, after: str) -> Segments:
        """Compare word by word between the paragraphs that occur once in each text and in the same order."""
        old, new = _LINE.findall(before), _LINE.findall(after)
        found: Segments = []
        i = k = 0
        for j, n in [*_anchors(old, new), (len(old), len(new))]:
            left, right = "".join(old[i:j]), "".join(new[k:n])
            found += self._diff_words(left, right) or [(WordOp.delete, left), (WordOp.insert, right)]
            found += [(WordOp.equal, line) for line in old[j : j + 1]]
            i, k = j + 1, n + 1
        return found


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return index pairs of lines that occur once in each text: a longest sequence of them in the same order."""
    in_old, in_new = Counter(old), Counter(new)
    place = {line: n for n, line in enumerate(new)}
    pairs = [(j, place[line]) for j, line in enumerate(old) if in_old[line] == in_new[line] == 1]
    kept = longest_increasing_subsequence([n for _, n in pairs])
    return [(j, n) for j, n in pairs if n in kept]


def _common_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Count the tokens of the common prefix, and of the common suffix of the rest."""
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    tail = next((i for i in range(shorter - head) if old[-1 - i] != new[-1 - i]), shorter - head)
    return head, tail


def _count_equal_pairs(old: Sequence[str], new: Sequence[str]) -> int:
    """Count the pairs of equal words that difflib looks at: without spaces and the commonest words of a long text."""
    counts = Counter(new)
    commonest = len(new) // 100 + 1 if len(new) >= 200 else len(new)
    return sum(
        number * counts[word]
        for word, number in Counter(old).items()
        if counts[word] <= commonest and not word.isspace()
    )


def _merge_segments(found: Iterable[tuple[WordOp, str]]) -> list[SegmentView]:
    """Drop empty segments and merge neighbours with the same operation."""
    joined: list[tuple[WordOp, str]] = []
    for op, text in found:
        if text and joined and joined[-1][0] is op:
            joined[-1] = (op, joined[-1][1] + text)
        elif text:
            joined.append((op, text))
    return [SegmentView(op=op, text=text) for op, text in joined]
