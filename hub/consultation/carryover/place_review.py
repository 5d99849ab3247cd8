"""Doubts about a place: another owner, changed facts, a look-alike, a second place. Pure."""

from collections.abc import Sequence
from functools import cached_property

from hub.consultation.carryover.alignment import distance, edits, similarity
from hub.consultation.carryover.anchor_search import MIN_FUZZY_SYLLABLES, AnchorSearch, Candidate
from hub.consultation.carryover.carried_targets import CarryDoubt
from hub.consultation.carryover.draft_text import DraftPassage, DraftText
from hub.consultation.carryover.facts import keeps_facts, numbers_in

MIN_REWORDED = 0.7
"""Least proportion of syllables that stayed in a passage that counts as reworded."""
MIN_MARGIN = 0.05
"""Least margin in score over the second best place."""
MIN_CONTEXT = 0.5
"""Least similarity of the words before or behind, where the quoted words alone are not enough."""
MIN_NUMBERS_BELOW = 0.8
"""Least proportion of the numbers that stayed in the nodes below one that was commented on."""
WIDE_CONTEXT = 40
"""Syllables before and behind that are compared between rivals for one place."""


class PlaceReview:
    """The review of the candidates of one search."""

    def __init__(self, search: AnchorSearch):
        self.search, self.redraft, self.old, self.new = search, search.redraft, search.old, search.new
        self.target, self.node, self.passage, self.keys = search.target, search.node, search.passage, search.keys
        self.successor = search.successor

    def has_better_owner(self, one: Candidate) -> bool:
        """True if another passage of the older version explains a place better than the comment's own."""
        mine = self._strangeness(self.passage, one)
        return any(
            self._strangeness(rival, one) < mine and not self._is_settled(rival, one) for rival in self._rivals(one)
        )

    def _rivals(self, one: Candidate) -> list[DraftPassage]:
        """Return the other passages of the older version that resemble a place."""
        keys = self.new.keys_in(one.passage)
        if one.is_whole_node:
            kind = self.new.nodes[one.node]["type"]
            places = {old for old, new in self.redraft.successors.items() if new == one.node}
            places |= set(self.old.similar_nodes(keys, kind))
            return [self.old.passage_of(place, whole=True) for place in sorted(places) if place != self.node]
        near = [old for old, new in self.redraft.successors.items() if new == one.node]
        found = {*self.old.occurrences(keys, near), *self.old.occurrences(self.keys, near)}
        if len(keys) >= MIN_FUZZY_SYLLABLES:
            found |= set(self.old.similar_passages(keys, near))
        return sorted(rival for rival in found if not rival.overlaps(self.passage))

    def _strangeness(self, old: DraftPassage, one: Candidate) -> tuple[int, int, int, bool]:
        """Return how far a passage is from a place: in its words, those around, the parts above, and by lineage.

        Equal clauses of two articles are told apart by their articles: a ref may be the other one's by now.
        """
        node = self.old.node_at(old.first)
        wide = _join(self.old, old, node, WIDE_CONTEXT), _join(self.new, one.passage, one.node, WIDE_CONTEXT)
        own = distance(self.old.keys_in(old), self.new.keys_in(one.passage))
        above = self.redraft.distance_above(node, one.node)
        return own, distance(*wide), above, self.redraft.successors.get(node) != one.node

    def _is_settled(self, rival: DraftPassage, one: Candidate) -> bool:
        """True if a rival's very words stand at another place of the newer version, and not here."""
        keys = self.old.keys_in(rival)
        if keys == self.new.keys_in(one.passage):
            return False
        node = self.redraft.successors.get(self.old.node_at(rival.first))
        if one.is_whole_node:
            return node not in (None, one.node) and self.new.keys_in(self.new.passage_of(node, whole=True)) == keys
        return any(not found.overlaps(one.passage) for found in self.new.occurrences(keys))

    def find_doubt(self, best: Candidate, second: Candidate | None) -> CarryDoubt | None:
        if second is not None and best.score - second.score < MIN_MARGIN:
            return CarryDoubt.second_place
        if any(self._strangeness(rival, best) == self._strangeness(self.passage, best) for rival in self._rivals(best)):
            return CarryDoubt.second_place
        if best.similarity == 1:
            return self._doubt_same_words(best)
        if best.similarity < MIN_REWORDED:
            return CarryDoubt.few_words
        if not self._keeps_facts(best):
            return CarryDoubt.facts
        if self._loses_distinction(best) or self._is_other_filling(best):
            return CarryDoubt.look_alike
        return None if self._is_in_place(best) else CarryDoubt.elsewhere

    def _doubt_same_words(self, best: Candidate) -> CarryDoubt | None:
        own = self.old.passage_of(self.node, whole=best.is_whole_node)
        is_all = 10 * len(self.keys) >= 9 * (own.last - own.first)
        is_long = len(self.keys) >= MIN_FUZZY_SYLLABLES
        if self._is_in_place(best):
            return None if is_all or is_long or self.search.context(best.passage) >= MIN_CONTEXT else CarryDoubt.context
        return None if is_all and is_long else CarryDoubt.elsewhere

    def _own_words(self, best: Candidate) -> tuple[DraftPassage, DraftPassage]:
        """Return the passages whose words are judged: of a node with others below it, its own text if it has one."""
        own = self.old.passage_of(self.node), self.new.passage_of(best.node)
        is_divided = best.is_whole_node and own[0].last < self.passage.last and all(one.last > one.first for one in own)
        return own if is_divided else (self.passage, best.passage)

    def _keeps_facts(self, best: Candidate) -> bool:
        old, new = self.old.syllables, self.new.syllables
        mine, theirs = self._own_words(best)
        if not keeps_facts(
            old[mine.first : mine.last], new[theirs.first : theirs.last], self.redraft.renumbered_articles
        ):
            return False
        if mine == self.passage:
            return True
        below = old[mine.last : self.passage.last], new[theirs.last : best.passage.last]
        return similarity(*([str(one) for one in numbers_in(words)] for words in below)) >= MIN_NUMBERS_BELOW

    def _is_other_filling(self, best: Candidate) -> bool:
        """True if the only change is that one expression took the place of another: as between two look-alikes."""
        mine, theirs = self._own_words(best)
        old, new = self.old.keys_in(mine), self.new.keys_in(theirs)
        found = edits(old, new)
        fillings = {(*old[one.old_first : one.old_last], "", *new[one.new_first : one.new_last]) for one in found}
        return len(fillings) == 1 and all(one.is_replacement for one in found)

    def _loses_distinction(self, best: Candidate) -> bool:
        """True if words changed by which the passage differs from a look-alike in the older version."""
        gaps = _edited_gaps(self.keys, self.new.keys_in(best.passage))
        return any(gaps & _edited_gaps(self.keys, self.old.keys_in(rival)) for rival in self._look_alikes)

    @cached_property
    def _look_alikes(self) -> list[DraftPassage]:
        if self.target.quote is None:
            nodes = self.old.similar_nodes(self.keys, self.old.nodes[self.node]["type"])
            found = [self.old.passage_of(node, whole=True) for node in nodes]
        else:
            found = self.old.similar_passages(self.keys)
        return [
            one
            for one in found
            if not one.overlaps(self.passage) and similarity(self.keys, self.old.keys_in(one)) >= MIN_REWORDED
        ]

    def _is_in_place(self, one: Candidate) -> bool:
        """True if a place is in the node's successor, and that stands where the node stood."""
        if one.node != self.successor:
            return False
        successors = self.redraft.successors
        heading = self.old.nodes[self.node].get("heading")
        if heading and [self.node] == self.old.headings[heading] and [one.node] == self.new.headings.get(heading):
            return True
        before, after = self.old.parents[self.node], self.new.parents[one.node]
        if (before is None) != (after is None) or (before is not None and successors.get(before) != after):
            return False
        if self.old.nodes[self.node]["ref"] == self.new.nodes[one.node]["ref"]:
            return True
        pairs = zip(self.old.neighbours[self.node], self.new.neighbours[one.node], strict=True)
        return any((a is None and b is None) or (a is not None and successors.get(a) == b) for a, b in pairs)


def _join(text: DraftText, passage: DraftPassage, node: int, width: int) -> list[str]:
    """Return the keys of a passage with those around it in the same node."""
    own = text.passage_of(node)
    whole = DraftPassage(min(own.first, passage.first), max(own.last, passage.last))
    before, behind = text.around(passage, width, whole)
    return [*before, *text.keys_in(passage), *behind]


def _edited_gaps(keys: Sequence[str], other: Sequence[str]) -> set[int]:
    """Return where keys were edited, as twice their places; an insertion stands between two places."""
    gaps = set[int]()
    for edit in edits(keys, other):
        gaps.update(range(2 * edit.old_first - 1, 2 * edit.old_last))
    return gaps
