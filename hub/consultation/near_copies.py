"""Groups of comments that are near copies of one another (chiến dịch góp ý). Pure.

Comments are compared by sentences (`sentence_clusters`), weighed by their number of syllables. Nobody is hidden in a
group: it lists every member, with the sentences that are the member's own.

1. *Core*: two comments belong together if they have most of those sentences in common that stand in any other comment,
   and enough of their own text. Core groups are the connected components.
2. *Attached*: a comment outside of all core groups, or in a small one, joins the larger one of which it repeats most, if
   it repeats half of what that has in common, or nearly nothing else. It links no groups: who pastes two campaigns joins one, and the
   other's text is among the own sentences.

Sentences that quote the draft, addresses and thanks do not count: people who agree on nothing share them.

The groups depend on the set of comments alone, not on the order in which they came. A new comment may found a group,
join one, or unite two whose texts it connects; a withdrawn one undoes that. Groups have no number of their own: their
first member by key names them, as long as it stays.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub.consultation.joined_sentences import SentenceParts, find_parts
from hub.consultation.sentence_clusters import SentenceClusters
from hub.consultation.sentences import Sentence, split_sentences
from hub.domain.fingerprints import SHINGLE_WIDTH, hash_shingles

MIN_SHARED = 8
"""Least syllables that two near copies have in common."""
MUCH_SHARED = 40
"""Syllables in common from which a comment may have more of its own than it shares."""
MIN_PART, MIN_PART_OF_MUCH = 0.5, 0.3
"""Least proportion of a comment that it shares: below and from `MUCH_SHARED`."""
MIN_COMMON = 0.6
"""Least proportion of the sentences in use by others that two near copies have in common."""
MIN_CORE = 0.5
"""Least proportion of a group's common text that an attached comment repeats."""
NOTHING_ELSE = 0.8
"""Proportion of a comment from which it repeats hardly anything else than a part of a group's text."""
LEAST_KEPT = 0.6
"""Least proportion of what a comment has in common with a small group that it must have in common with a larger one to
be attached to that instead: fragments of a campaign, in which the same sentence was changed, return to it."""
QUOTED = 0.6
"""Proportion of a sentence's shingles in the draft from which it is a quotation of the draft."""


@dataclass(frozen=True)
class GroupMember:
    """A comment in a group."""

    key: str
    own_sentences: tuple[str, ...]
    """Its sentences that the group does not have in common, as written: never to be left out."""
    is_attached: bool


@dataclass(frozen=True)
class CopyGroup:
    """Comments that are near copies of one another."""

    representative: str
    """Key of the member with most of the common text and least of its own, in the words that most have used."""
    common_sentences: tuple[str, ...]
    """Sentences that half of the core members have, and at least two, as the representative writes them."""
    members: tuple[GroupMember, ...]
    """By key."""
    variants: tuple[tuple[str, int], ...]
    """The texts that differ by more than marks, case and punctuation: key of the first with it, and how many have it."""

    @property
    def count(self) -> int:
        """Number of comments."""
        return len(self.members)


@dataclass(frozen=True)
class _Comment:
    written: tuple[str, ...]
    numbers: tuple[int, ...]


Clusters = frozenset[int]


class CopyFinder:
    """Comments on one draft, and their groups of near copies.

    Adding costs the sentences of one comment; `groups` looks at all comments, in less than a second for ten thousand.
    """

    def __init__(self, draft_texts: Iterable[str] = ()):
        self._draft = set[int]()
        for text in draft_texts:
            self._draft |= hash_shingles(text)[0]
        self._comments: dict[str, _Comment] = {}
        self._clusters = SentenceClusters()
        self._uses = Counter[int]()
        self._weightless: dict[int, bool] = {}
        self._parts: dict[int, SentenceParts] = {}
        self._is_stale = False

    def add(self, key: str, text: str) -> None:
        """Add a comment, or replace its text. `key` orders comments, as a time-ordered id does."""
        self.remove(key)
        split = list(split_sentences(text))
        numbers = tuple(self._clusters.add(sentence) for _, sentence in split)
        self._uses.update(set(numbers))
        self._comments[key] = _Comment(tuple(written for written, _ in split), numbers)

    def remove(self, key: str) -> None:
        """Forget a comment that was withdrawn or erased; an unknown key changes nothing."""
        comment = self._comments.pop(key, None)
        for number in set(comment.numbers) if comment else ():
            self._uses[number] -= 1
            # A sentence that nobody uses any more may be what connects two others.
            self._is_stale |= not self._uses[number] and not self._clusters.is_alone(number)

    def groups(self) -> list[CopyGroup]:
        """Return the groups of two and more comments, the largest first."""
        if self._is_stale:
            self._cluster_again()
        self._parts = self._find_parts()
        return _Grouping({key: self._weigh(comment) for key, comment in self._comments.items()}, self).groups()

    def _find_parts(self) -> dict[int, SentenceParts]:
        """Return the parts of sentences that contain others, by cluster."""
        uses = Counter[int]()
        for comment in self._comments.values():
            uses.update({self._clusters.cluster_of(number) for number in comment.numbers})
        typical: dict[int, tuple[int, Sentence]] = {}
        for number, count in self._uses.items():
            cluster, sentence = self._clusters.cluster_of(number), self._clusters.sentences[number]
            if count and (cluster not in typical or (-count, sentence.words) < (typical[cluster][0], typical[cluster][1].words)):
                typical[cluster] = (-count, sentence)
        return find_parts({cluster: sentence for cluster, (_, sentence) in typical.items()}, uses)

    def _cluster_again(self) -> None:
        old, self._clusters, self._weightless = self._clusters, SentenceClusters(), {}
        self._comments = {
            key: _Comment(one.written, tuple(self._clusters.add(old.sentences[number]) for number in one.numbers))
            for key, one in self._comments.items()
        }
        self._uses = Counter(number for one in self._comments.values() for number in set(one.numbers))
        self._is_stale = False

    def _weigh(self, comment: _Comment) -> dict[int, int]:
        """Return the clusters of a comment's sentences that count, with their weights in syllables."""
        weights: dict[int, int] = {}
        for number in comment.numbers:
            if not self._is_weightless(number):
                cluster = self._clusters.cluster_of(number)
                length = len(self._clusters.sentences[number].words)
                parts = self._parts.get(cluster)
                for part in parts.clusters if parts else (cluster,):
                    weights[part] = max(weights.get(part, 0), min(length, self._length_of(part)))
                if parts and parts.other_words:
                    weights[~cluster] = parts.other_words
        return weights

    def _length_of(self, cluster: int) -> int:
        return len(self._clusters.sentences[cluster].words)

    def _is_common(self, number: int, core: Clusters) -> bool:
        """True if a sentence is among those that a group has in common, or made of them alone."""
        cluster = self._clusters.cluster_of(number)
        parts = self._parts.get(cluster)
        return cluster in core or (parts is not None and not parts.other_words and core.issuperset(parts.clusters))

    def _is_weightless(self, number: int) -> bool:
        if number not in self._weightless:
            sentence = self._clusters.sentences[number]
            self._weightless[number] = sentence.is_courtesy or (
                len(sentence.words) >= SHINGLE_WIDTH and bool(self._draft) and self._quotes_draft(sentence.key)
            )
        return self._weightless[number]

    def _quotes_draft(self, words: str) -> bool:
        shingles = hash_shingles(words)[0]
        return len(shingles & self._draft) >= QUOTED * len(shingles)

    def write_group(self, core: Clusters, keys: Iterable[str], attached: frozenset[str]) -> CopyGroup:
        """Build the group of some comments; `core` are the clusters that they have in common."""
        members: list[GroupMember] = []
        texts = defaultdict[tuple[tuple[str, ...], ...], list[str]](list)
        for key in sorted(keys):
            comment = self._comments[key]
            pairs = zip(comment.written, comment.numbers, strict=True)
            own = tuple(text for text, number in pairs if not self._is_common(number, core))
            members.append(GroupMember(key, own, key in attached))
            texts[self._words_of(key)].append(key)
        first = min(
            members,
            key=lambda one: (
                -sum(self._is_common(number, core) for number in self._comments[one.key].numbers),
                len(one.own_sentences),
                -len(texts[self._words_of(one.key)]),
                one.key,
            ),
        ).key
        common = tuple(
            text
            for text, number in zip(self._comments[first].written, self._comments[first].numbers, strict=True)
            if self._clusters.cluster_of(number) in core
        )
        variants = sorted(((same[0], len(same)) for same in texts.values()), key=lambda one: (-one[1], one[0]))
        return CopyGroup(first, common, tuple(members), tuple(variants))

    def _words_of(self, key: str) -> tuple[tuple[str, ...], ...]:
        return tuple(self._clusters.sentences[number].words for number in self._comments[key].numbers)


class _Grouping:
    """One computation of the groups, on clusters and weights."""

    def __init__(self, comments: Mapping[str, dict[int, int]], finder: CopyFinder):
        self.comments, self.finder = comments, finder
        self.weights: dict[int, int] = {}
        uses = Counter[int]()
        for weights in comments.values():
            uses.update(weights.keys())
            for cluster, weight in weights.items():
                self.weights[cluster] = max(weight, self.weights.get(cluster, 0))
        self.uses = uses

    def groups(self) -> list[CopyGroup]:
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
        written = [
            self.finder.write_group(common[place], members[place] + attached[place], frozenset(attached[place]))
            for place in range(len(cores))
            if len(members[place]) + len(attached[place]) > 1
        ]
        return sorted(written, key=lambda group: (-group.count, group.members[0].key))

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
        shared = self._weight(one[0] & other[0])
        if not (self._is_enough(shared, one[1]) and self._is_enough(shared, other[1])):
            return False
        return shared >= MIN_COMMON * self._weight(one[0] | other[0])


def group_near_copies(comments: Mapping[str, str], draft_texts: Iterable[str] = ()) -> list[CopyGroup]:
    """Group comments by key and text, all at once."""
    finder = CopyFinder(draft_texts)
    for key, text in comments.items():
        finder.add(key, text)
    return finder.groups()
