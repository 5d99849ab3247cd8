"""Texts whose structure is damaged, as valid nodes: what is no article is kept as a paragraph, in its place. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from hub.domain.loose_values import read_list, read_text, show_value
from hub.domain.types import NodeType
from hub.legal.refs import RefAllocator
from hub.text import clean, one_line

MAX_LABEL, MAX_HEADING, MAX_TEXT, MAX_NODES, MAX_REF = 200, 4_000, 1_000_000, 20_000, 120
_REF = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*(?:/[a-z0-9]+(?:[.-][a-z0-9]+)*)*")
_OWN = ("ref", "parent", "type", "label", "heading", "text")


def repair_nodes(given: Any) -> list[dict[str, Any]]:
    """Make valid nodes of anything; nothing that a reader could read is left out."""
    refs = RefAllocator()
    nodes: list[dict[str, Any]] = []
    used: set[str] = set()
    for item in read_list(given) or ([] if given is None else [show_value(given)]):
        if item is None:
            continue
        parts = _cut(_repair(item, refs, used), refs)
        nodes += parts
        used.update(part["ref"] for part in parts)
    return nodes if len(nodes) <= MAX_NODES else _join_rest(nodes)


def _repair(item: Any, refs: RefAllocator, used: set[str]) -> dict[str, Any]:
    if not isinstance(item, Mapping):
        words = clean(read_text(item) or show_value(item)).strip()
        return {"ref": refs.allocate("doan"), "type": NodeType.paragraph.value, "text": words or None}
    ref = item.get("ref")
    is_valid = isinstance(ref, str) and len(ref) < MAX_REF - 8 and _REF.fullmatch(ref) is not None
    kind = item.get("type")
    parent = item.get("parent")
    label, heading, text = (_text(item.get(name)) for name in ("label", "heading", "text"))
    others = {name: value for name, value in item.items() if name not in _OWN and value not in (None, "", [], {})}
    extra = "\n".join(read_text(value) or show_value(value) for value in others.values())
    label = one_line(label) if label else None
    if label and len(label) > MAX_LABEL:
        label, heading = None, f"{label} {heading or ''}"
    if heading and len(heading) > MAX_HEADING:
        heading, text = None, f"{heading}\n{text or ''}".strip()
    return {
        "ref": refs.allocate(ref if is_valid and isinstance(ref, str) else "doan"),
        "parent": parent if isinstance(parent, str) and parent in used else None,
        "type": kind if kind in frozenset(NodeType) else NodeType.paragraph.value,
        "label": label,
        "heading": heading,
        "text": "\n".join(part for part in (text, extra) if part) or None,
    }


def _text(value: Any) -> str | None:
    if value is None:
        return None
    text = (
        "\n".join(map(str, value)) if isinstance(value, list) and all(isinstance(one, str) for one in value) else None
    )
    return clean(text or read_text(value) or show_value(value)).strip() or None


def _cut(node: dict[str, Any], refs: RefAllocator) -> list[dict[str, Any]]:
    """Split a text that is too long for one node over several."""
    text = node.get("text") or ""
    parts = [node | {"text": text[:MAX_TEXT].strip() or None}]
    for start in range(MAX_TEXT, len(text), MAX_TEXT):
        parts.append(
            {
                "ref": refs.allocate("doan"),
                "type": NodeType.paragraph.value,
                "text": text[start : start + MAX_TEXT].strip(),
            }
        )
    return parts


def _join_rest(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the texts behind the largest number of nodes into as few as hold them."""
    kept, rest = nodes[: MAX_NODES - 100], nodes[MAX_NODES - 100 :]
    words = "\n".join(str(node[name]) for node in rest for name in ("label", "heading", "text") if node.get(name))
    refs = RefAllocator()
    return kept + [
        {
            "ref": refs.allocate("phan-con-lai"),
            "type": NodeType.paragraph.value,
            "text": words[start : start + MAX_TEXT],
        }
        for start in range(0, min(len(words), 100 * MAX_TEXT), MAX_TEXT)
    ]
