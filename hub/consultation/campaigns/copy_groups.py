"""Groups of comments by the sentences that they share, given as clusters with weights. Pure.

Independent of the order of the comments: components of a graph, and a choice by weight and then by key for the rest.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MIN_SHARED = 8
"""Least syllables that two near copies have in common."""
MUCH_SHARED = 40
"""Syllables in common from which a comment may have more of its own than it shares."""
MIN_PART, MIN_PART_OF_MUCH = 0.5, 0.3
"""Least proportion of a comment that it shares: below and from `MUCH_SHARED`."""
MIN_USES_OF_PART = 3
"""Least comments that have a sentence which makes copies of comments that agree in a part only: two may have it by
chance, or by quoting one another."""
MIN_COMMON = 0.6
"""Least proportion of the sentences in use by others that two near copies have in common."""
MIN_CORE = 0.5
"""Least proportion of a group's common text that an attached comment repeats."""
MIN_WHOLE = 24
"""Syllables of a group's text from which a comment that repeats nearly all of it is a copy, whatever else it says."""
NOTHING_ELSE = 0.8
"""Proportion of a comment from which it says hardly anything else, and of a text from which that is repeated."""
LEAST_KEPT = 0.6
"""Least proportion of what a comment has in common with a small group that it must have in common with a larger one to
be attached to that instead: fragments of a campaign, in which the same sentence was changed, return to it."""

Clusters = frozenset[int]


@dataclass(frozen=True)
class TextGroup:
    """Keys of comments, with the clusters that they have in common."""

    core: Clusters
    members: frozenset[str]
    attached: frozenset[str]


def group_texts(comments: Mapping[str, Mapping[int, int]]) -> list[TextGroup]:
    """Return the groups of comments that are each given by their clusters and weights (syllables)."""
    return _Grouping(comments).groups()


class _Grouping:
    """One computation of the groups, on clusters and weights."""

    def __init__(self, comments: Mapping[str, Mapping[int, int]]):
        self.comments = comments
        self.weights: dict[int, int] = {}
        uses = Counter[int]()
        for weights in comments.values():
            uses.update(weights.keys())
            for cluster, weight in weights.items():
                self.weights[cluster] = max(weight, self.weights.get(cluster, 0))
        self.uses = uses

    def groups(self) -> list[TextGroup]:
        """Find the core groups, attach others, and write them."""
        cores = [keys for keys in self._find_components() if len(keys) > 1]
        common = [self._common_clusters(keys) for keys in cores]
        home = {key: place for place, keys in enumerate(cores) for key in keys}
        index = defaultdict[int, list[int]](list)
        for place, clusters in enumerate(common):
            for cluster in clusters:
                index[cluster].append(place)
        members: dict[int, list[str]] = defaultdict(list)
        attached: dict[int, list[str]] = defaultdict(list)
        for key, weights in self.comments.items():
            own = home.get(key)
            likely = {place for cluster in weights for place in index.get(cluster, ())}
            if own is not None:
                size = (-len(cores[own]), cores[own][0])
                likely = {place for place in likely if (-len(cores[place]), cores[place][0]) < size}
            least = 0 if own is None else LEAST_KEPT * self._weight(weights.keys() & common[own])
            rated = [
                (-shared, cores[place][0], place)
                for place in likely
                if (shared := self._attach(key, common[place])) and shared >= least
            ]
            if rated:
                attached[min(rated)[2]].append(key)
            elif own is not None:
                members[own].append(key)
        return [
            TextGroup(common[place], frozenset(members[place]), frozenset(attached[place]))
            for place in range(len(cores))
            if len(members[place]) + len(attached[place]) > 1
        ]

    def _weight(self, clusters: Iterable[int]) -> int:
        return sum(self.weights[cluster] for cluster in clusters)

    def _is_enough(self, shared: int, whole: int) -> bool:
        """True if a comment shares enough of its text to be a copy."""
        part = MIN_PART_OF_MUCH if shared >= MUCH_SHARED else MIN_PART
        return shared >= MIN_SHARED and shared >= part * whole

    def _attach(self, key: str, core: Clusters) -> int:
        """Return the weight that a comment shares with a group that it may be attached to, else 0."""
        mine = self.comments[key].keys()
        shared, whole = self._weight(mine & core), self._weight(mine)
        if shared >= MIN_WHOLE and shared >= NOTHING_ELSE * self._weight(core):
            return shared
        repeats = shared >= MIN_CORE * self._weight(core) or shared >= NOTHING_ELSE * whole
        return shared if repeats and self._is_enough(shared, whole) else 0

    def _common_clusters(self, keys: Iterable[str]) -> Clusters:
        listed = list(keys)
        counts = Counter(cluster for key in listed for cluster in self.comments[key])
        return frozenset(cluster for cluster, count in counts.items() if count > 1 and 2 * count >= len(listed))

    def _find_components(self) -> list[list[str]]:
        """Return the connected components of comments of which each has enough in common with its neighbour."""
        same: dict[tuple[Clusters, int], list[str]] = defaultdict(list)
        for key, weights in self.comments.items():
            common = frozenset(cluster for cluster in weights if self.uses[cluster] > 1)
            whole = self._weight(weights)
            if self._is_enough(self._weight(common), whole):
                same[common, whole].append(key)
        groups: dict[int, list[tuple[Clusters, int]]] = {}
        homes: dict[int, set[int]] = defaultdict(set)
        for place, one in enumerate(same):
            found = {group for cluster in one[0] for group in homes[cluster]}
            near = sorted(group for group in found if any(self._is_near(one, other) for other in groups[group]))
            members = [one, *(other for group in near for other in groups.pop(group))]
            groups[place] = members
            for group in near:
                for cluster in {cluster for other in members for cluster in other[0]}:
                    homes[cluster].discard(group)
            for cluster in {cluster for other in members for cluster in other[0]} if near else one[0]:
                homes[cluster].add(place)
        return [sorted(key for one in members for key in same[one]) for members in groups.values()]

    def _is_near(self, one: tuple[Clusters, int], other: tuple[Clusters, int]) -> bool:
        both = one[0] & other[0]
        shared = self._weight(both)
        if shared >= MIN_SHARED and shared >= NOTHING_ELSE * max(one[1], other[1]):
            return True
        shared = self._weight(cluster for cluster in both if self.uses[cluster] >= MIN_USES_OF_PART)
        if not (self._is_enough(shared, one[1]) and self._is_enough(shared, other[1])):
            return False
        return shared >= MIN_COMMON * self._weight(one[0] | other[0])
