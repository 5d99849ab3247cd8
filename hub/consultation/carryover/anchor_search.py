"""Candidates for the place of a comment in a later version of its draft. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from hub.consultation.carryover.alignment import similarity
from hub.consultation.carryover.anchor_targets import CommentTarget
from hub.consultation.carryover.draft_text import DraftPassage
from hub.consultation.carryover.redraft import Redraft

MIN_FUZZY_SYLLABLES = 8
"""Shorter quotations are never looked for by similar words."""
CONTEXT_SYLLABLES = 8
"""Syllables before and behind that are compared for the score."""
TEXT_WEIGHT, CONTEXT_WEIGHT, LINEAGE_WEIGHT = 0.7, 0.2, 0.1


@dataclass(frozen=True)
class Candidate:
    """A passage of the newer version, with its similarity and score from 0 to 1."""

    passage: DraftPassage
    node: int
    similarity: float
    score: float
    is_whole_node: bool


class AnchorSearch:
    """The search for the place of one comment on a part of the older version."""

    def __init__(self, redraft: Redraft, target: CommentTarget):
        self.redraft, self.old, self.new = redraft, redraft.old, redraft.new
        assert target.ref is not None  # noqa: S101 - the whole draft is not searched for
        self.target = target
        self.node = self.old.places[target.ref]
        self.passage = self._passage_of_target()
        self.keys = self.old.keys_in(self.passage)
        self.successor = redraft.successors.get(self.node)
        self.near = () if self.successor is None else (self.successor,)

    def _passage_of_target(self) -> DraftPassage:
        quote = self.target.quote
        if quote is None:
            return self.old.passage_of(self.node, whole=True)
        own = self.old.passage_of(self.node)
        inside = [
            place
            for place in range(own.first, own.last)
            if self.old.syllables[place].end > quote.start and self.old.syllables[place].start < quote.end
        ]
        return DraftPassage(inside[0], inside[-1] + 1)

    def find_unchanged(self) -> Candidate | None:
        """Return the place in the successor if its text is the same and stands once in each version: most comments."""
        if self.successor is None:
            return None
        own = self.old.passage_of(self.node)
        text = tuple(self.old.keys_in(own))
        is_alone = self.old.same_texts[text] == [self.node] and self.new.same_texts.get(text) == [self.successor]
        if not text or not is_alone:
            return None
        if self.target.quote is None:
            passage = self.new.passage_of(self.successor, whole=True)
            is_same = self.new.keys_in(passage) == self.keys
            return Candidate(passage, self.successor, 1.0, 1.0, True) if is_same else None
        start = self.new.firsts[self.successor] - own.first
        passage = DraftPassage(self.passage.first + start, self.passage.last + start)
        return Candidate(passage, self.successor, 1.0, 1.0, False)

    def find_candidates(self) -> list[Candidate]:
        """Return the candidates that do not overlap, the best first; similar ones only if the same words do not do."""
        candidates = self._rate(self._find_same())
        if not any(self._is_sure(one) for one in candidates):
            candidates += self._rate(self._find_similar())
        kept: list[Candidate] = []
        for one in sorted(candidates, key=lambda one: (-one.score, one.passage)):
            if not any(one.passage.overlaps(other.passage) for other in kept):
                kept.append(one)
        return kept

    def _find_same(self) -> Iterable[tuple[DraftPassage, int]]:
        if self.target.quote is not None:
            return [(one, self.new.node_at(one.first)) for one in self.new.occurrences(self.keys, self.near)]
        likely = set(self.near)
        own = self.old.keys_in(self.old.passage_of(self.node))
        likely |= {self.new.node_at(one.first) for one in self.new.occurrences(own)} if own else set()
        whole = ((self.new.passage_of(node, whole=True), node) for node in likely)
        return [(passage, node) for passage, node in whole if self.new.keys_in(passage) == self.keys]

    def _find_similar(self) -> Iterable[tuple[DraftPassage, int]]:
        if self.target.quote is None:
            near = {*self.near, *self.new.similar_nodes(self.keys, self.old.nodes[self.node]["type"])}
            return [(self.new.passage_of(node, whole=True), node) for node in near]
        if len(self.keys) < MIN_FUZZY_SYLLABLES:
            return []
        return [(one, self.new.node_at(one.first)) for one in self.new.similar_passages(self.keys, self.near)]

    def _rate(self, found: Iterable[tuple[DraftPassage, int]]) -> list[Candidate]:
        rated = []
        for passage, node in found:
            alike = similarity(self.keys, self.new.keys_in(passage))
            score = (
                TEXT_WEIGHT * alike + CONTEXT_WEIGHT * self.context(passage) + LINEAGE_WEIGHT * (node == self.successor)
            )
            rated.append(Candidate(passage, node, alike, round(score, 4), self.target.quote is None))
        return sorted(rated, key=lambda one: (-one.score, one.passage))

    def context(self, passage: DraftPassage) -> float:
        """Return the better of the similarities before and behind; across the ends of the node, for these stay too."""
        everything = DraftPassage(0, len(self.old.keys)), DraftPassage(0, len(self.new.keys))
        mine = self.old.around(self.passage, CONTEXT_SYLLABLES, everything[0])
        theirs = self.new.around(passage, CONTEXT_SYLLABLES, everything[1])
        return max(similarity(one, other) if one or other else 1.0 for one, other in zip(mine, theirs, strict=True))

    def _is_sure(self, one: Candidate) -> bool:
        return one.similarity == 1 and one.node == self.successor and one.score >= TEXT_WEIGHT + LINEAGE_WEIGHT
