"""A draft's text as one sequence of syllables, with an index by which passages are found in it. Pure.

A *passage* is a half-open range of syllables inside one node, or of a node with the nodes below it. Similar passages
are found in two steps, so that the time is bounded: rare runs of three syllables that passage and draft share vote for
a few regions, and only inside these are the syllables aligned.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from hub.consultation.carryover.alignment import find_counterpart
from hub.consultation.carryover.text_tokens import TextToken, keys_of, split_tokens

Node = Mapping[str, Any]

RUN = 3
"""Syllables in an indexed run."""
MAX_POSTINGS = 60
"""A run that a draft has more often does not vote: it is a set phrase."""
MAX_REGIONS = 10
"""Most regions of a draft in which a passage is aligned."""
MAX_OCCURRENCES = 60
"""Words that a draft has in more places are looked for in the nodes alone that are known to be near."""


@dataclass(frozen=True, order=True)
class DraftPassage:
    """Syllables from `first` up to `last`, not included, counted through the draft."""

    first: int
    last: int

    def overlaps(self, other: "DraftPassage") -> bool:
        """True if the two have a syllable in common."""
        return self.first < other.last and other.first < self.last


def node_text(node: Node) -> str:
    """Return the text in which quotations of a node are counted: heading and text, with one line break between."""
    return "\n".join(part for part in (node.get("heading"), node.get("text")) if part)


class DraftText:
    """The nodes of one version of a draft, as stored JSON in reading order."""

    def __init__(self, nodes: Sequence[Node]):
        self.nodes = nodes
        self.places = {node["ref"]: place for place, node in enumerate(nodes)}
        self.texts = [node_text(node) for node in nodes]
        self.syllables: list[TextToken] = []
        self.firsts: list[int] = []
        for text in self.texts:
            self.firsts.append(len(self.syllables))
            self.syllables += split_tokens(text)
        self.firsts.append(len(self.syllables))
        self.keys = keys_of(self.syllables)
        self._known: dict[tuple[str, ...], frozenset[int]] = {}
        self.parents = [self.places.get(node.get("parent") or "") for node in nodes]

    @cached_property
    def ends(self) -> list[int]:
        """For each node, the place behind the last node below it."""
        ends = [place + 1 for place in range(len(self.nodes))]
        for place in reversed(range(len(self.nodes))):
            parent = self.parents[place]
            if parent is not None:
                ends[parent] = max(ends[parent], ends[place])
        return ends

    @cached_property
    def neighbours(self) -> list[tuple[int | None, int | None]]:
        """For each node, the places of the nodes before and behind it under the same parent."""
        found: list[tuple[int | None, int | None]] = [(None, None)] * len(self.nodes)
        last: dict[int | None, int] = {}
        for place, parent in enumerate(self.parents):
            before = last.get(parent)
            found[place] = (before, None)
            if before is not None:
                found[before] = (found[before][0], place)
            last[parent] = place
        return found

    @cached_property
    def headings(self) -> dict[str, list[int]]:
        """The nodes by their headings."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, node in enumerate(self.nodes):
            if node.get("heading"):
                found[node["heading"]].append(place)
        return found

    @cached_property
    def same_texts(self) -> dict[tuple[str, ...], list[int]]:
        """The nodes by the keys of their own text."""
        found: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for node in range(len(self.nodes)):
            found[tuple(self.keys_in(self.passage_of(node)))].append(node)
        return found

    @cached_property
    def _runs(self) -> dict[tuple[str, ...], list[int]]:
        runs: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for place, run in enumerate(zip(self.keys, self.keys[1:], self.keys[2:], strict=False)):
            runs[run].append(place)
        return runs

    @cached_property
    def _places_of_key(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        for place, key in enumerate(self.keys):
            places[key].append(place)
        return places

    def node_at(self, place: int) -> int:
        """Return the place of the node that has a syllable."""
        return bisect_right(self.firsts, place, hi=len(self.nodes)) - 1

    def passage_of(self, node: int, *, whole: bool = False) -> DraftPassage:
        """Return the passage of a node's own text; with `whole`, together with the nodes below it."""
        return DraftPassage(self.firsts[node], self.firsts[self.ends[node] if whole else node + 1])

    def keys_in(self, passage: DraftPassage) -> list[str]:
        """Return the keys of a passage."""
        return self.keys[passage.first : passage.last]

    def around(self, passage: DraftPassage, width: int, within: DraftPassage) -> tuple[list[str], list[str]]:
        """Return up to `width` keys before and behind a passage, inside another one."""
        before = self.keys[max(within.first, passage.first - width) : passage.first]
        return before, self.keys[passage.last : min(within.last, passage.last + width)]

    def occurrences(self, keys: Sequence[str], nodes: Iterable[int] = ()) -> list[DraftPassage]:
        """Return the passages inside one node with exactly these keys: all up to `MAX_OCCURRENCES`, and of `nodes`."""
        near = (start for node in nodes for start in range(self.firsts[node], self.firsts[node + 1]))
        found = list(islice(self._check_starts(near, keys), MAX_OCCURRENCES))
        starts = self._likely_starts(keys)
        if len(starts) <= MAX_OCCURRENCES or len(keys) >= RUN:
            found += islice(self._check_starts(starts, keys), MAX_OCCURRENCES)
        return sorted(set(found))

    def _likely_starts(self, keys: Sequence[str]) -> list[int]:
        if len(keys) < RUN:
            return self._places_of_key.get(keys[0], []) if keys else []
        runs = [tuple(keys[place : place + RUN]) for place in range(len(keys) - RUN + 1)]
        offset, rarest = min(enumerate(runs), key=lambda run: len(self._runs.get(run[1], ())))
        return [place - offset for place in self._runs.get(rarest, ())]

    def _check_starts(self, starts: Iterable[int], keys: Sequence[str]) -> Iterator[DraftPassage]:
        for start in starts:
            last = start + len(keys)
            if start >= 0 and self.keys[start:last] == keys and self.firsts[self.node_at(start) + 1] >= last:
                yield DraftPassage(start, last)

    def similar_passages(self, keys: Sequence[str], nodes: Iterable[int] = ()) -> list[DraftPassage]:
        """Return passages inside one node that resemble these keys: in the regions with most votes, and in `nodes`."""
        size, pad = len(keys), max(6, len(keys) // 3)
        regions = {self.passage_of(node) for node in nodes if self._is_short(node, size)}
        for start in self._vote(keys):
            for place in (start, start + size // 2, start + size - 1):
                own = self.passage_of(self.node_at(min(max(place, 0), len(self.keys) - 1)))
                region = DraftPassage(max(own.first, start - pad), min(own.last, start + size + pad))
                if region.last > region.first:
                    regions.add(region)
        return sorted({passage for region in regions if (passage := self._align(keys, region)) is not None})

    def _align(self, keys: Sequence[str], region: DraftPassage) -> DraftPassage | None:
        own = self.passage_of(self.node_at(region.first))
        found = find_counterpart(keys, self.keys_in(region))
        if found is None:
            return None
        return DraftPassage(max(own.first, region.first + found[0]), min(own.last, region.first + found[1]))

    def _is_short(self, node: int, size: int) -> bool:
        own = self.passage_of(node)
        return 0 < own.last - own.first <= 4 * size + 200

    def similar_nodes(self, keys: Sequence[str], kind: str) -> list[int]:
        """Return the nodes of a type whose text, with that of the nodes below, shares most rare runs with the keys."""
        votes = Counter[int]()
        for run in set(zip(keys, keys[1:], keys[2:], strict=False)):
            votes.update(self._nodes_with(run))
        likely = [node for node in votes if self.nodes[node]["type"] == kind]
        return sorted(likely, key=lambda node: (-votes[node], node))[:MAX_REGIONS]

    def _nodes_with(self, run: tuple[str, ...]) -> frozenset[int]:
        """Return the nodes that have a rare run in their text or below; empty for a run that is not rare."""
        if run not in self._known:
            places = self._runs.get(run, ())
            rare = places if len(places) <= MAX_POSTINGS else ()
            self._known[run] = frozenset(node for place in rare for node in self.lineup(self.node_at(place)))
        return self._known[run]

    def lineup(self, node: int) -> Iterator[int]:
        """Iterate over a node and the nodes above it."""
        above: int | None = node
        while above is not None:
            yield above
            above = self.parents[above]

    def _vote(self, keys: Sequence[str]) -> list[int]:
        """Return the starts at which a passage would have most of its runs in common with the draft."""
        votes = Counter[int]()
        for offset in range(len(keys) - RUN + 1):
            places = self._runs.get(tuple(keys[offset : offset + RUN]), ())
            if len(places) <= MAX_POSTINGS:
                votes.update(place - offset for place in places)
        width = max(4, len(keys) // 4)
        regions = Counter[int]()
        best: dict[int, tuple[int, int]] = {}
        for start, count in votes.items():
            regions[start // width] += count
            best[start // width] = max(best.get(start // width, (0, 0)), (count, -start))
        order = sorted(regions, key=lambda region: (-regions[region], region))
        return [-best[region][1] for region in order[:MAX_REGIONS]]
