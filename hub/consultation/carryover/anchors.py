"""Carrying of comments to a later version of their draft. Pure.

The place of a comment is looked for by lineage first, then by the very same words, then by similar words in a bounded
search (`hub.consultation.carryover.draft_text`). A place counts only if it stands up to four questions:

1. *Is it another provision's?* A place that an other passage of the older version explains better belongs to that one:
   a sibling that differs by a word stays itself when the true provision was deleted.
2. *Are the facts kept?* Numbers, polarity, names and operators (`hub.consultation.carryover.facts`).
3. *Do the words stay by which the passage differs from its look-alikes in the older version?*
4. *Is there a second place about as good?*

What fails is `uncertain`, with the place as a proposal, or `orphaned`; both are confirmed by a person. So a wrong place
is never shown as if it were right, at the price that a changed amount has to be confirmed.
"""

from collections.abc import Sequence
from itertools import islice

from hub.consultation.carryover.anchor_search import AnchorSearch, Candidate
from hub.consultation.carryover.anchor_targets import CommentTarget, Quote, check_target, quote_at
from hub.consultation.carryover.carried_targets import CarriedPlace, CarriedTarget, CarryDoubt, CarryStatus
from hub.consultation.carryover.draft_text import Node
from hub.consultation.carryover.place_review import PlaceReview
from hub.consultation.carryover.redraft import Redraft

MIN_PROPOSED = 0.5
"""Least proportion of syllables that stayed in a passage that is proposed to a person."""
MAX_EXAMINED = 12
"""Most places that are compared with rivals, the best first."""


def carry_over(target: CommentTarget, old_nodes: Sequence[Node], new_nodes: Sequence[Node]) -> CarriedTarget:
    """Carry one comment to a later version; for several, make one `Redraft` and call `carry_between`."""
    return carry_between(Redraft(old_nodes, new_nodes), target)


def carry_between(redraft: Redraft, target: CommentTarget) -> CarriedTarget:
    """Carry one comment; raises the errors of `check_target` if it does not fit the older version."""
    target = check_target(target, redraft.old.nodes)
    if target.ref is None:
        return CarriedTarget(CarryStatus.exact)
    return _Carrier(AnchorSearch(redraft, target)).carry()


class _Carrier:
    """The decision about one comment."""

    def __init__(self, search: AnchorSearch):
        self.search, self.old, self.new = search, search.old, search.new
        self.target, self.node, self.passage = search.target, search.node, search.passage

    def carry(self) -> CarriedTarget:
        """Rate the candidates and decide."""
        if not self.search.keys:
            return self._carry_empty_node()
        if (same := self.search.find_unchanged()) is not None:
            return CarriedTarget(self._status_of(same), self._place(same))
        review = PlaceReview(self.search)
        candidates = self.search.find_candidates()
        owned = (one for one in candidates[:MAX_EXAMINED] if not review.has_better_owner(one))
        free = list(islice(owned, 2))
        if not free or free[0].similarity < MIN_PROPOSED:
            nearest = candidates[0] if candidates else None
            is_other = nearest is not None and nearest.similarity >= MIN_PROPOSED
            reason = CarryDoubt.other_provision if is_other else CarryDoubt.deleted
            return CarriedTarget(CarryStatus.orphaned, doubt=reason, runner_up=self._place(nearest))
        best = free[0]
        second = free[1] if len(free) > 1 else next((one for one in candidates if one is not best), None)
        margin = None if second is None else round(best.score - second.score, 4)
        doubt = review.find_doubt(best, free[1] if len(free) > 1 else None)
        status = CarryStatus.uncertain if doubt else self._status_of(best)
        return CarriedTarget(status, self._place(best), doubt, self._place(second), margin)

    def _carry_empty_node(self) -> CarriedTarget:
        """Carry a comment on a node without words, of which only the lineage is known."""
        if self.search.successor is None:
            return CarriedTarget(CarryStatus.orphaned, doubt=CarryDoubt.deleted)
        node = self.new.nodes[self.search.successor]
        place = CarriedPlace(node["ref"], node.get("lineage"), None, 0.0)
        return CarriedTarget(CarryStatus.uncertain, place, CarryDoubt.few_words)

    def _status_of(self, best: Candidate) -> CarryStatus:
        if best.similarity < 1 or not self._has_same_text(best):
            return CarryStatus.reworded
        same = self.old.nodes[self.node]["ref"] == self.new.nodes[best.node]["ref"]
        return CarryStatus.exact if same else CarryStatus.moved

    def _has_same_text(self, best: Candidate) -> bool:
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

    def _quote(self, one: Candidate) -> Quote | None:
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

    def _place(self, one: Candidate | None) -> CarriedPlace | None:
        if one is None:
            return None
        node = self.new.nodes[one.node]
        return CarriedPlace(node["ref"], node.get("lineage"), self._quote(one), one.score)
