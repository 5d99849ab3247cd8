"""Matching of the nodes of two editions. Pure.

A ref alone does not identify a node: when a new Điều 5 is inserted, the old one becomes Điều 6. So nodes are matched by
ref and text first, then by text, then by ref if they are similar, then by similarity, and finally by ref alone.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MAX_COMPARISONS = 40_000
"""Most pairs of nodes that are compared by similarity; if more pairs are left over, refs alone decide."""

MIN_SIMILARITY_SAME_REF, MIN_SIMILARITY_OTHER_REF = 0.5, 0.6
"""Lowest share of common words at which nodes with the same ref, and with different refs, are the same node."""

Node = Mapping[str, Any]


@dataclass(frozen=True)
class NodePair:
    """A node that is in both editions, or in one of them."""

    old: Node | None
    new: Node | None
    out_of_place: bool = False
    """True if its order among the matched nodes or its parent changed."""


class _NodeMatcher:
    def __init__(self, before: Sequence[Node], after: Sequence[Node]):
        self.before, self.after = before, after
        self.old_of: dict[int, int] = {}
        self.new_of: dict[int, int] = {}

    def join(self, old: int, new: int) -> None:
        self.old_of[new], self.new_of[old] = old, new

    def unmatched_before(self) -> list[int]:
        return [i for i in range(len(self.before)) if i not in self.new_of]

    def unmatched_after(self) -> list[int]:
        return [j for j in range(len(self.after)) if j not in self.old_of]

    def match_by(
        self, key: Callable[[Node], Any], agrees: Callable[[Node, Node], bool] = lambda _old, _new: True
    ) -> None:
        """Match the remaining nodes with equal keys, in order."""
        waiting: dict[Any, list[int]] = defaultdict(list)
        for i in reversed(self.unmatched_before()):
            waiting[key(self.before[i])].append(i)
        for j in self.unmatched_after():
            found = key(self.after[j])
            if found is not None and waiting[found] and agrees(self.before[waiting[found][-1]], self.after[j]):
                self.join(waiting[found].pop(), j)

    def match_by_similarity(self) -> None:
        """Match the remaining nodes that are most similar, unless there are more than `MAX_COMPARISONS` pairs."""
        old, new = self.unmatched_before(), self.unmatched_after()
        if len(old) * len(new) > MAX_COMPARISONS:
            return
        old_words = {i: _word_counts(self.before[i]) for i in old}
        for j in new:
            words = _word_counts(self.after[j])
            kind = self.after[j]["type"]
            likely = [
                (_similarity(old_words[i], words), -i)
                for i in old
                if i not in self.new_of and self.before[i]["type"] == kind
            ]
            best = max(likely, default=(0.0, 0))
            if best[0] >= MIN_SIMILARITY_OTHER_REF:
                self.join(-best[1], j)


def match_nodes(before: Sequence[Node], after: Sequence[Node]) -> Iterator[NodePair]:
    """Yield all nodes of both editions in the reading order of the newer one, removed ones at their old position."""
    found = _NodeMatcher(before, after)
    found.match_by(lambda node: (node["ref"], *_heading_and_text(node)))
    found.match_by(lambda node: (node["type"], *_heading_and_text(node)) if any(_heading_and_text(node)) else None)
    found.match_by(
        lambda node: node["ref"],
        lambda old, new: _similarity(_word_counts(old), _word_counts(new)) >= MIN_SIMILARITY_SAME_REF,
    )
    found.match_by_similarity()
    found.match_by(lambda node: node["ref"])

    in_order = longest_increasing_subsequence([found.old_of[j] for j in range(len(after)) if j in found.old_of])
    old_refs = {node["ref"]: i for i, node in enumerate(before)}
    new_refs = {node["ref"]: j for j, node in enumerate(after)}

    def out_of_place(i: int, j: int) -> bool:
        old_parent = old_refs.get(before[i].get("parent") or "")
        new_parent = new_refs.get(after[j].get("parent") or "")
        same = (old_parent is None) is (new_parent is None) and (
            old_parent is None or found.new_of.get(old_parent) == new_parent
        )
        return i not in in_order or not same

    removed: dict[int, list[int]] = defaultdict(list)
    previous = -1
    for i in range(len(before)):
        if i in found.new_of:
            previous = found.new_of[i]
        else:
            removed[previous].append(i)
    for j in range(-1, len(after)):
        if j >= 0:
            old = found.old_of.get(j)
            yield NodePair(None, after[j]) if old is None else NodePair(before[old], after[j], out_of_place(old, j))
        yield from (NodePair(before[i], None) for i in removed[j])


def _heading_and_text(node: Node) -> tuple[str, str]:
    return node.get("heading") or "", node.get("text") or ""


def _word_counts(node: Node) -> Counter[str]:
    return Counter(" ".join(_heading_and_text(node)).split())


def _similarity(old: Counter[str], new: Counter[str]) -> float:
    """Return the share of common words, from 0 to 1; texts without words are equal."""
    total = old.total() + new.total()
    return 2 * (old & new).total() / total if total else 1.0


def longest_increasing_subsequence(numbers: Sequence[int]) -> frozenset[int]:
    """Return the members of a longest increasing subsequence: they kept their order, so the fewest count as moved."""
    tops: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(tops, number)
        tops[place : place + 1] = [number]
        before[number] = tops[place - 1] if place else None
    found = set[int]()
    last = tops[-1] if tops else None
    while last is not None:
        found.add(last)
        last = before[last]
    return frozenset(found)
