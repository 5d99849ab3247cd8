"""Two versions of a draft, and which node became which (lineage). Pure."""

from collections.abc import Sequence
from functools import cached_property

from hub.consultation.carryover.alignment import distance
from hub.consultation.carryover.draft_text import DraftText, Node
from hub.domain.node_matching import match_nodes


class Redraft:
    """Two versions of a draft, between which any number of comments are carried."""

    def __init__(self, old_nodes: Sequence[Node], new_nodes: Sequence[Node]):
        self.old, self.new = DraftText(old_nodes), DraftText(new_nodes)
        self._distances: dict[tuple[int, int], int] = {}

    def distance_above(self, old: int, new: int) -> int:
        """Return by how many syllables the parts differ that two nodes stand in, with all that is below them."""
        before, after = self.old.parents[old], self.new.parents[new]
        if before is None or after is None:
            return 0
        if (before, after) not in self._distances:
            passages = self.old.passage_of(before, whole=True), self.new.passage_of(after, whole=True)
            self._distances[before, after] = distance(self.old.keys_in(passages[0]), self.new.keys_in(passages[1]))
        return self._distances[before, after]

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
            before, after = (
                text.nodes[place]["ref"].rpartition("-") for text, place in ((self.old, old), (self.new, new))
            )
            if before[0] == after[0] == "dieu" and before[2] != after[2]:
                found["dieu", before[2]] = after[2]
        return found
