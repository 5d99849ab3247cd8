"""Status of a place that a person chose or confirmed: by the words at both places. Pure."""

from collections.abc import Sequence

from hub.consultation.carryover.anchor_targets import CommentTarget, find_node
from hub.consultation.carryover.carried_targets import CarryStatus
from hub.consultation.carryover.draft_text import Node, node_text


def decide_status(
    target: CommentTarget, old: Sequence[Node] | None, place: CommentTarget, new: Sequence[Node]
) -> CarryStatus:
    """Return `exact` or `moved` for the same words, else `reworded`; without the older text `reworded` as well.

    Raises `UnknownNode` if a target does not fit its version.
    """
    if target.ref is None or place.ref is None:
        return CarryStatus.exact if target.ref == place.ref else CarryStatus.reworded
    if old is None or words_of(target, old) != words_of(place, new):
        return CarryStatus.reworded
    return CarryStatus.exact if target.ref == place.ref else CarryStatus.moved


def words_of(target: CommentTarget, nodes: Sequence[Node]) -> list[str]:
    """Return the words that a target stands for: the quotation, or those of its node and of all below it."""
    if target.quote is not None:
        return target.quote.exact.split()
    node = find_node(target, nodes)
    inside, words = {node["ref"]}, node_text(node).split()
    for one in nodes:
        if one.get("parent") in inside:
            inside.add(one["ref"])
            words += node_text(one).split()
    return words
