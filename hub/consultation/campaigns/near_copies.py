"""Groups of comments that are near copies of one another (chiến dịch góp ý). Pure.

Comments are compared by sentences (`sentence_clusters`), weighed by their number of syllables. Nobody is hidden in a
group: it lists every member, with the sentences that are the member's own.

1. *Core*: two comments belong together if they have most of those sentences in common that stand in any other comment,
   and enough of their own text. Core groups are the connected components.
2. *Attached*: a comment outside of all core groups, or in a small one, joins the larger one of which it repeats most,
   if it repeats nearly all of what that has in common, or half of it and enough of the comment itself, or says
   nearly nothing else. It links no groups: who pastes two campaigns joins one, and the other text is among its own.

Sentences that quote the draft, addresses and thanks do not count: people who agree on nothing share them.

The groups depend on the set of comments alone, not on the order in which they came. A new comment may found a group,
join one, or unite two whose texts it connects; a withdrawn one undoes that. Groups have no number of their own: their
first member by key names them, as long as it stays.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub.consultation.campaigns.copy_groups import Clusters, TextGroup, group_texts
from hub.consultation.campaigns.joined_sentences import SentenceParts, find_parts
from hub.consultation.campaigns.sentence_clusters import SentenceClusters
from hub.consultation.campaigns.sentences import Sentence, split_sentences
from hub.domain.fingerprints import SHINGLE_WIDTH, hash_shingles

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
    """Texts that differ by more than marks, case and punctuation: key of the first with it, and how many have it."""

    @property
    def count(self) -> int:
        """Number of comments."""
        return len(self.members)


@dataclass(frozen=True)
class _Comment:
    written: tuple[str, ...]
    numbers: tuple[int, ...]


class CopyFinder:
    """Comments on one draft, and their groups of near copies.

    Adding costs the sentences of one comment; `groups` looks at all comments, in seconds for ten thousand.
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
        found = group_texts({key: self._weigh(comment) for key, comment in self._comments.items()})
        written = [self._write_group(one) for one in found]
        return sorted(written, key=lambda group: (-group.count, group.members[0].key))

    def _find_parts(self) -> dict[int, SentenceParts]:
        """Return the parts of sentences that contain others, by cluster."""
        uses = Counter[int]()
        for comment in self._comments.values():
            uses.update({self._clusters.cluster_of(number) for number in comment.numbers})
        typical: dict[int, tuple[int, Sentence]] = {}
        for number, count in self._uses.items():
            cluster, sentence = self._clusters.cluster_of(number), self._clusters.sentences[number]
            if count and (
                cluster not in typical or (-count, sentence.words) < (typical[cluster][0], typical[cluster][1].words)
            ):
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

    def _write_group(self, found: TextGroup) -> CopyGroup:
        core = found.core
        members: list[GroupMember] = []
        texts = defaultdict[tuple[tuple[str, ...], ...], list[str]](list)
        for key in sorted((*found.members, *found.attached)):
            comment = self._comments[key]
            pairs = zip(comment.written, comment.numbers, strict=True)
            own = tuple(text for text, number in pairs if not self._is_common(number, core))
            members.append(GroupMember(key, own, key in found.attached))
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


def group_near_copies(comments: Mapping[str, str], draft_texts: Iterable[str] = ()) -> list[CopyGroup]:
    """Group comments by key and text, all at once."""
    finder = CopyFinder(draft_texts)
    for key, text in comments.items():
        finder.add(key, text)
    return finder.groups()
