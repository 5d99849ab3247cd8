"""Provisions of a draft as the table names them: the part, the group at a level, and the label in words. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hub.consultation.official_table.ledger import LedgerLevel
from hub.domain.types import NodeType

Node = Mapping[str, Any]

_DEEPER: Mapping[LedgerLevel, frozenset[str]] = {
    LedgerLevel.article: frozenset({NodeType.clause, NodeType.point, NodeType.paragraph}),
    LedgerLevel.clause: frozenset({NodeType.point, NodeType.paragraph}),
    LedgerLevel.point: frozenset({NodeType.paragraph}),
}
"""Types of nodes that are grouped under the node above them, by level."""
_WORDS: Mapping[str, str] = {NodeType.clause: "khoản", NodeType.point: "điểm"}


class Provisions:
    """The nodes of one version of a draft, as stored JSON in reading order."""

    def __init__(self, nodes: Sequence[Node]):
        self._nodes = {node["ref"]: node for node in nodes}
        self._places = {node["ref"]: place for place, node in enumerate(nodes)}

    def __contains__(self, ref: str | None) -> bool:
        return ref in self._nodes

    def place_of(self, ref: str) -> int:
        """Return the place of a node in reading order."""
        return self._places[ref]

    def group_of(self, ref: str, level: LedgerLevel) -> str:
        """Return the ref of the node under which a node is grouped: itself, or one above."""
        for node in self._lineup(ref):
            if node["type"] not in _DEEPER[level]:
                return str(node["ref"])
        return ref

    def part_of(self, ref: str) -> str | None:
        """Return the ref of the attached text (phụ lục, quy chế) that a node stands in; None for the text itself."""
        top = list(self._lineup(ref))[-1]
        return str(top["ref"]) if top["type"] == NodeType.annex else None

    def title_of(self, ref: str) -> str:
        """Return label and heading of a node, in one line."""
        node = self._nodes[ref]
        return " ".join(" ".join(filter(None, (node.get("label"), node.get("heading")))).split()) or ref

    def label_of(self, ref: str) -> str:
        """Return the label of a provision in words, the smallest unit first: `Điểm a khoản 2 Điều 5`."""
        words = []
        for node in self._lineup(ref):
            if (word := _WORDS.get(node["type"])) and node.get("label"):
                words.append(_with_word(node["label"], word))
            elif words or node["type"] != NodeType.paragraph:
                words.append(node.get("label") or node.get("heading") or node["ref"])
                break
        text = " ".join(words) or ref
        return text[:1].upper() + text[1:]

    def _lineup(self, ref: str) -> Iterator[Node]:
        """Iterate over a node and the nodes above it."""
        node = self._nodes.get(ref)
        while node is not None:
            yield node
            node = self._nodes.get(node.get("parent") or "")


def _with_word(label: str, word: str) -> str:
    number = label.strip().rstrip(".)").strip()
    return number if number.lower().startswith(word) else f"{word} {number}"
