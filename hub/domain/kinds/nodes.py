"""Rules for flat text nodes: refs are unique, and each parent exists and comes before its children."""

from collections.abc import Iterable, Sequence
from typing import Any

from hub.domain.types import TextNode
from hub.problem_texts.templates import fill


def check_nodes(nodes: Sequence[TextNode]) -> None:
    """Raise `ValueError` for the first node with a duplicate ref, or with a parent that does not come before it."""
    seen: set[str] = set()
    for place, node in enumerate(nodes):
        if node.ref in seen:
            raise ValueError(
                fill(
                    "nodes.{place}.ref: the ref `{ref}` is used twice; refs must be unique in a document",
                    place=place,
                    ref=node.ref,
                )
            )
        if node.parent is not None and node.parent not in seen:
            raise ValueError(
                fill(
                    "nodes.{place}.parent: the parent `{parent}` does not come before `{ref}`",
                    place=place,
                    parent=node.parent,
                    ref=node.ref,
                )
            )
        seen.add(node.ref)


def nodes_text(nodes: Iterable[dict[str, Any]]) -> str:
    """Return the text of nodes (as stored JSON): label, heading and text, separated by line breaks."""
    return "\n".join(part for node in nodes for part in (node["label"], node["heading"], node["text"]) if part)
