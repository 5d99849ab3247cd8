"""Carrying of comments to a later version of their draft. Pure.

The place of a comment is looked for by lineage first, then by the very same words, then by similar words in a bounded
search (`hub.consultation.draft_text`). A place counts only if it stands up to four questions:

1. *Is it another provision's?* A place that an other passage of the older version explains better belongs to that one:
   a sibling that differs by a word stays itself when the true provision was deleted.
2. *Are the facts kept?* Numbers, polarity, names and operators (`hub.consultation.facts`).
3. *Do the words stay by which the passage differs from its look-alikes in the older version?*
4. *Is there a second place about as good?*

What fails is `uncertain`, with the place as a proposal, or `orphaned`; both are confirmed by a person. So a wrong place
is never shown as if it were right, at the price that a changed amount has to be confirmed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import islice

from hub.consultation.alignment import distance, edits, similarity
from hub.consultation.anchor_targets import CommentTarget, Quote, check_target, quote_at
from hub.consultation.draft_text import DraftText, Node, Passage
from hub.consultation.facts import keeps_facts, numbers_in
from hub.domain.node_matching import match_nodes

MIN_FUZZY_SYLLABLES = 8
"""Shorter quotations are never looked for by similar words."""
MIN_REWORDED = 0.7
"""Least proportion of syllables that stayed in a passage that counts as reworded."""
MIN_PROPOSED = 0.5
"""Least proportion of syllables that stayed in a passage that is proposed to a person."""
MIN_MARGIN = 0.05
"""Least margin in score over the second best place."""
MIN_CONTEXT = 0.5
"""Least similarity of the words before or behind, where the quoted words alone are not enough."""
MAX_EXAMINED = 12
"""Most places that are compared with rivals, the best first."""
CONTEXT_SYLLABLES, WIDE_CONTEXT = 8, 40
"""Syllables before and behind that are compared: for the score, and between rivals for one place."""
MIN_NUMBERS_BELOW = 0.8
"""Least proportion of the numbers that stayed in the nodes below one that was commented on."""
TEXT_WEIGHT, CONTEXT_WEIGHT, LINEAGE_WEIGHT = 0.7, 0.2, 0.1


class CarryStatus(StrEnum):
    """Result of carrying a comment to a later version."""

    exact = "exact"
    """The same words in the same node."""
    moved = "moved"
    """The same words in a node with another ref."""
    reworded = "reworded"
    """Other words for the same provision."""
    uncertain = "uncertain"
    """A likely place that a person has to confirm."""
    orphaned = "orphaned"
    """No place."""


class Doubt(StrEnum):
    """Reason for which a place is uncertain, or why there is none."""

    deleted = "deleted"
    other_provision = "other_provision"
    facts = "facts"
    look_alike = "look_alike"
    second_place = "second_place"
    few_words = "few_words"
    context = "context"
    elsewhere = "elsewhere"


@dataclass(frozen=True)
class CarriedPlace:
    """A place in the newer version, with its score from 0 to 1."""

    ref: str
    lineage: str | None
    quote: Quote | None
    score: float


@dataclass(frozen=True)
class CarriedTarget:
    """The place of a comment in the newer version: as it counts, or as it is proposed when `uncertain`."""

    status: CarryStatus
    place: CarriedPlace | None = None
    """None for the whole draft, and when orphaned."""
    doubt: Doubt | None = None
    runner_up: CarriedPlace | None = None
    margin: float | None = None
    """Score of the place minus that of the runner-up."""


@dataclass(frozen=True)
class _Candidate:
    passage: Passage
    node: int
    similarity: float
    score: float
    is_whole_node: bool


def carry_over(target: CommentTarget, old_nodes: Sequence[Node], new_nodes: Sequence[Node]) -> CarriedTarget:
    """Carry one comment to a later version; for several, make one `Redraft`."""
    return Redraft(old_nodes, new_nodes).carry_over(target)


class Redraft:
    """Two versions of a draft, between which any number of comments are carried."""

    def __init__(self, old_nodes: Sequence[Node], new_nodes: Sequence[Node]):
        self.old, self.new = DraftText(old_nodes), DraftText(new_nodes)

    @cached_property
    def successors(self) -> dict[int, int]:
        """Place of each older node's successor: by lineage where both versions have it, else by `match_nodes`."""
        by_lineage = {node["lineage"]: place for place, node in enumerate(self.new.nodes) if node.get("lineage")}
        found = {
            place: by_lineage[node["lineage"]]
            for place, node in enumerate(self.old.nodes)
            if node.get("lineage") in by_lineage and node.get("lineage")
        }
        used = set(found.values())
        rest = match_nodes(
            [node for place, node in enumerate(self.old.nodes) if place not in found],
            [node for place, node in enumerate(self.new.nodes) if place not in used],
        )
        for pair in rest:
            if pair.old is not None and pair.new is not None:
                found[self.old.places[pair.old["ref"]]] = self.new.places[pair.new["ref"]]
        return found

    @cached_property
    def renumbered_articles(self) -> dict[tuple[str, str], str]:
        """Numbers of articles that became other numbers: what their references may follow."""
        found = {}
        for old, new in self.successors.items():
            before, after = (text.nodes[place]["ref"].rpartition("-") for text, place in ((self.old, old), (self.new, new)))
            if before[0] == after[0] == "dieu" and before[2] != after[2]:
                found["dieu", before[2]] = after[2]
        return found

    def carry_over(self, target: CommentTarget) -> CarriedTarget:
        """Carry one comment; raises the errors of `check_target` if it does not fit the older version."""
        target = check_target(target, self.old.nodes)
        if target.ref is None:
            return CarriedTarget(CarryStatus.exact)
        return _Search(self, target).carry()


class _Search:
    """The search for one comment's place."""

    def __init__(self, redraft: Redraft, target: CommentTarget):
        self.redraft, self.old, self.new = redraft, redraft.old, redraft.new
        assert target.ref is not None  # noqa: S101 - the whole draft is not searched for
        self.target = target
        self.node = self.old.places[target.ref]
        self.passage = self._passage_of_target()
        self.keys = self.old.keys_in(self.passage)
        self.successor = redraft.successors.get(self.node)
        self._near = () if self.successor is None else (self.successor,)

    def _passage_of_target(self) -> Passage:
        quote = self.target.quote
        if quote is None:
            return self.old.passage_of(self.node, whole=True)
        own = self.old.passage_of(self.node)
        inside = [
            place
            for place in range(own.first, own.last)
            if self.old.syllables[place].end > quote.start and self.old.syllables[place].start < quote.end
        ]
        return Passage(inside[0], inside[-1] + 1)

    def carry(self) -> CarriedTarget:
        """Rate the candidates and decide."""
        if not self.keys:
            return self._carry_empty_node()
        if (same := self._find_unchanged()) is not None:
            return CarriedTarget(self._status_of(same), self._place(same))
        candidates = self._rate(self._find_same())
        if not any(self._is_sure_enough(one) for one in candidates):
            candidates += self._rate(self._find_similar())
        candidates = _drop_overlaps(candidates)
        rated = (one for one in candidates[:MAX_EXAMINED] if not self._has_better_owner(one))
        free = list(islice(rated, 2))
        if not free or free[0].similarity < MIN_PROPOSED:
            best = candidates[0] if candidates else None
            doubt = Doubt.other_provision if best and best.similarity >= MIN_PROPOSED else Doubt.deleted
            return CarriedTarget(CarryStatus.orphaned, doubt=doubt, runner_up=self._place(best))
        best = free[0]
        second = free[1] if len(free) > 1 else next((one for one in candidates if one is not best), None)
        margin = None if second is None else round(best.score - second.score, 4)
        doubt = self._find_doubt(best, free[1] if len(free) > 1 else None)
        status = CarryStatus.uncertain if doubt else self._status_of(best)
        return CarriedTarget(status, self._place(best), doubt, self._place(second), margin)

    def _carry_empty_node(self) -> CarriedTarget:
        """Carry a comment on a node without words, of which only the lineage is known."""
        if self.successor is None:
            return CarriedTarget(CarryStatus.orphaned, doubt=Doubt.deleted)
        node = self.new.nodes[self.successor]
        place = CarriedPlace(node["ref"], node.get("lineage"), None, 0.0)
        return CarriedTarget(CarryStatus.uncertain, place, Doubt.few_words)

    # Candidates

    def _find_unchanged(self) -> _Candidate | None:
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
            return _Candidate(passage, self.successor, 1.0, 1.0, True) if is_same else None
        start = self.new.firsts[self.successor] - own.first
        passage = Passage(self.passage.first + start, self.passage.last + start)
        return _Candidate(passage, self.successor, 1.0, 1.0, False)

    def _find_same(self) -> Iterable[tuple[Passage, int]]:
        if self.target.quote is not None:
            return [(one, self.new.node_at(one.first)) for one in self.new.occurrences(self.keys, self._near)]
        likely = set(self._near)
        own = self.old.keys_in(self.old.passage_of(self.node))
        likely |= {self.new.node_at(one.first) for one in self.new.occurrences(own)} if own else set()
        whole = ((self.new.passage_of(node, whole=True), node) for node in likely)
        return [(passage, node) for passage, node in whole if self.new.keys_in(passage) == self.keys]

    def _find_similar(self) -> Iterable[tuple[Passage, int]]:
        if self.target.quote is None:
            near = {*self._near, *self.new.similar_nodes(self.keys, self.old.nodes[self.node]["type"])}
            return [(self.new.passage_of(node, whole=True), node) for node in near]
        if len(self.keys) < MIN_FUZZY_SYLLABLES:
            return []
        return [(one, self.new.node_at(one.first)) for one in self.new.similar_passages(self.keys, self._near)]

    def _rate(self, found: Iterable[tuple[Passage, int]]) -> list[_Candidate]:
        rated = []
        for passage, node in found:
            alike = similarity(self.keys, self.new.keys_in(passage))
            score = (
                TEXT_WEIGHT * alike
                + CONTEXT_WEIGHT * self._context(passage)
                + LINEAGE_WEIGHT * (node == self.successor)
            )
            rated.append(_Candidate(passage, node, alike, round(score, 4), self.target.quote is None))
        return sorted(rated, key=lambda one: (-one.score, one.passage))

    def _context(self, passage: Passage) -> float:
        """Return the better of the similarities before and behind; across the ends of the node, for these stay too."""
        everything = Passage(0, len(self.old.keys)), Passage(0, len(self.new.keys))
        mine = self.old.around(self.passage, CONTEXT_SYLLABLES, everything[0])
        theirs = self.new.around(passage, CONTEXT_SYLLABLES, everything[1])
        return max(similarity(one, other) if one or other else 1.0 for one, other in zip(mine, theirs, strict=True))

    def _is_sure_enough(self, one: _Candidate) -> bool:
        return one.similarity == 1 and one.node == self.successor and one.score >= TEXT_WEIGHT + LINEAGE_WEIGHT

    # Doubts

    def _has_better_owner(self, one: _Candidate) -> bool:
        """True if another passage of the older version explains a place better than the comment's own."""
        mine = self._strangeness(self.passage, one)
        return any(self._strangeness(rival, one) < mine and not self._is_settled(rival, one) for rival in self._rivals(one))

    def _rivals(self, one: _Candidate) -> list[Passage]:
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

    def _strangeness(self, old: Passage, one: _Candidate) -> tuple[int, int, bool]:
        """Return how far a passage is from a place: in its own words, in those around, and by lineage."""
        node = self.old.node_at(old.first)
        wide = _join(self.old, old, node, WIDE_CONTEXT), _join(self.new, one.passage, one.node, WIDE_CONTEXT)
        own = distance(self.old.keys_in(old), self.new.keys_in(one.passage))
        return own, distance(*wide), self.redraft.successors.get(node) != one.node

    def _is_settled(self, rival: Passage, one: _Candidate) -> bool:
        """True if a rival's very words stand at another place of the newer version, and not here."""
        keys = self.old.keys_in(rival)
        if keys == self.new.keys_in(one.passage):
            return False
        node = self.redraft.successors.get(self.old.node_at(rival.first))
        if one.is_whole_node:
            return node not in (None, one.node) and self.new.keys_in(self.new.passage_of(node, whole=True)) == keys
        return any(not found.overlaps(one.passage) for found in self.new.occurrences(keys))

    def _find_doubt(self, best: _Candidate, second: _Candidate | None) -> Doubt | None:
        if second is not None and best.score - second.score < MIN_MARGIN:
            return Doubt.second_place
        if any(self._strangeness(rival, best) == self._strangeness(self.passage, best) for rival in self._rivals(best)):
            return Doubt.second_place
        if best.similarity == 1:
            return self._doubt_same_words(best)
        if best.similarity < MIN_REWORDED:
            return Doubt.few_words
        if not self._keeps_facts(best):
            return Doubt.facts
        if self._loses_distinction(best) or self._is_other_filling(best):
            return Doubt.look_alike
        return None if self._is_in_place(best) else Doubt.elsewhere

    def _doubt_same_words(self, best: _Candidate) -> Doubt | None:
        own = self.old.passage_of(self.node, whole=best.is_whole_node)
        is_all = 10 * len(self.keys) >= 9 * (own.last - own.first)
        is_long = len(self.keys) >= MIN_FUZZY_SYLLABLES
        if self._is_in_place(best):
            return None if is_all or is_long or self._context(best.passage) >= MIN_CONTEXT else Doubt.context
        return None if is_all and is_long else Doubt.elsewhere

    def _own_words(self, best: _Candidate) -> tuple[Passage, Passage]:
        """Return the passages whose words are judged: of a node with others below it, its own text if it has one."""
        own = self.old.passage_of(self.node), self.new.passage_of(best.node)
        is_divided = best.is_whole_node and own[0].last < self.passage.last and all(one.last > one.first for one in own)
        return own if is_divided else (self.passage, best.passage)

    def _keeps_facts(self, best: _Candidate) -> bool:
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

    def _is_other_filling(self, best: _Candidate) -> bool:
        """True if the only change is that one expression took the place of another: as between two look-alikes."""
        mine, theirs = self._own_words(best)
        old, new = self.old.keys_in(mine), self.new.keys_in(theirs)
        found = edits(old, new)
        fillings = {(*old[one.old_first : one.old_last], "", *new[one.new_first : one.new_last]) for one in found}
        return len(fillings) == 1 and all(one.is_replacement for one in found)

    def _loses_distinction(self, best: _Candidate) -> bool:
        """True if words changed by which the passage differs from a look-alike in the older version."""
        gaps = _edited_gaps(self.keys, self.new.keys_in(best.passage))
        return any(gaps & _edited_gaps(self.keys, self.old.keys_in(rival)) for rival in self._look_alikes)

    @cached_property
    def _look_alikes(self) -> list[Passage]:
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

    def _is_in_place(self, one: _Candidate) -> bool:
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

    # Results

    def _status_of(self, best: _Candidate) -> CarryStatus:
        if best.similarity < 1 or not self._has_same_text(best):
            return CarryStatus.reworded
        same = self.old.nodes[self.node]["ref"] == self.new.nodes[best.node]["ref"]
        return CarryStatus.exact if same else CarryStatus.moved

    def _has_same_text(self, best: _Candidate) -> bool:
        """True if not only the syllables agree, but also signs and capitals."""
        if self.target.quote is None:
            pairs = zip(
                self.old.texts[self.node : self.old.ends[self.node]],
                self.new.texts[best.node : self.new.ends[best.node]],
                strict=False,
            )
            return all(old.split() == new.split() for old, new in pairs)
        quote = self._quote(best)
        return quote is not None and quote.exact.split() == self.target.quote.exact.split()

    def _quote(self, one: _Candidate) -> Quote | None:
        """Return the new quotation; where its ends are the same words, they are cut as the old ones were."""
        quote = self.target.quote
        if quote is None:
            return None
        syllables, text = self.new.syllables, self.new.texts[one.node]
        first, last = syllables[one.passage.first], syllables[one.passage.last - 1]
        opening, closing = self.old.syllables[self.passage.first], self.old.syllables[self.passage.last - 1]
        start, end = first.start, last.end
        if first.key == opening.key:
            start += quote.start - opening.start
        if last.key == closing.key:
            end += quote.end - closing.end
        return quote_at(text, max(0, start), min(len(text), end))

    def _place(self, one: _Candidate | None) -> CarriedPlace | None:
        if one is None:
            return None
        node = self.new.nodes[one.node]
        return CarriedPlace(node["ref"], node.get("lineage"), self._quote(one), one.score)


def _join(text: DraftText, passage: Passage, node: int, width: int) -> list[str]:
    """Return the keys of a passage with those around it in the same node."""
    own = text.passage_of(node)
    whole = Passage(min(own.first, passage.first), max(own.last, passage.last))
    before, behind = text.around(passage, width, whole)
    return [*before, *text.keys_in(passage), *behind]


def _edited_gaps(keys: Sequence[str], other: Sequence[str]) -> set[int]:
    """Return where keys were edited, as twice their places; an insertion stands between two places."""
    gaps = set[int]()
    for edit in edits(keys, other):
        gaps.update(range(2 * edit.old_first - 1, 2 * edit.old_last))
    return gaps


def _drop_overlaps(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Keep the best of the candidates that overlap, in the order of their scores."""
    kept: list[_Candidate] = []
    for one in sorted(candidates, key=lambda one: (-one.score, one.passage)):
        if not any(one.passage.overlaps(other.passage) for other in kept):
            kept.append(one)
    return kept
