"""Rules of flat text nodes: unique refs, parents that exist and come first."""

from collections.abc import Iterable, Sequence
from typing import Any

from hub.domain.types import TextNode


def check_nodes(nodes: Sequence[TextNode]) -> None:
    """Raise `ValueError` naming the first node whose ref repeats or whose parent does not stand before it."""
    seen: set[str] = set()
    for place, node in enumerate(nodes):
        if node.ref in seen:
            raise ValueError(f"nodes.{place}.ref: the ref `{node.ref}` stands twice; refs are unique in a document")
        if node.parent is not None and node.parent not in seen:
            raise ValueError(f"nodes.{place}.parent: the parent `{node.parent}` does not stand before `{node.ref}`")
        seen.add(node.ref)


def nodes_text(nodes: Iterable[dict[str, Any]]) -> str:
    """The reading text of nodes (as stored JSON): label, heading and text, one line break between them."""
    return "\n".join(part for node in nodes for part in (node["label"], node["heading"], node["text"]) if part)
