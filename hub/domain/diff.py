"""Differences between two editions (so sánh phiên bản) by node, field and word. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from hub.domain.kinds import KINDS
from hub.domain.kinds.html import HTML_FIELDS, html_to_text
from hub.domain.node_matching import NodePair, match_nodes
from hub.domain.types import NodeType, View
from hub.domain.word_diff import SegmentView, TextDiffer


class ChangeKind(StrEnum):
    """Kind of change to a node or a field."""

    added = "added"
    removed = "removed"
    changed = "changed"
    moved = "moved"


class NodeChangeView(View):
    """A node of the text that was added, removed, changed or moved (thay đổi theo điều, khoản)."""

    change: ChangeKind = Field(
        description="Kind of change; `moved`: the same text under another ref or at another position."
    )
    ref: str | None = Field(None, description="`ref` in the newer edition; null if removed.", examples=["dieu-6"])
    from_ref: str | None = Field(None, description="`ref` in the older edition; null if added.", examples=["dieu-5"])
    type: NodeType = Field(description="Type of the node, as in the newer edition; as in the older one if removed.")
    label: list[SegmentView] = Field(description="Printed number as segments; empty if there is none.")
    heading: list[SegmentView] = Field(description="Heading as segments; empty if there is none.")
    text: list[SegmentView] = Field(description="Text of the node itself as segments; empty if there is none.")


class FieldChangeView(View):
    """A field other than the nodes that was added, removed or changed, as text (thay đổi theo trường)."""

    field: str = Field(description="Name of the field.", examples=["title"])
    change: ChangeKind = Field(description="Kind of change: `added`, `removed` or `changed`.")
    words: list[SegmentView] = Field(description="Value as text segments; a list has one line for each entry.")


class DiffView(View):
    """Differences between two public editions in one language (so sánh hai phiên bản)."""

    id: UUID = Field(description="The document's UUID.")
    lang: str = Field(description="Language of both editions.")
    from_edition: int = Field(description="Number of the older edition.", examples=[1])
    to_edition: int = Field(description="Number of the newer edition.", examples=[2])
    fields: list[FieldChangeView] = Field(
        description="Fields that differ, except for bookkeeping fields such as times."
    )
    nodes: list[NodeChangeView] = Field(
        description="Nodes that differ, in the reading order of the newer edition, removed ones at their old position; "
        "empty for kinds without nodes."
    )


def diff_editions(
    kind: str,
    document_id: UUID,
    lang: str,
    before: tuple[int, Mapping[str, Any]],
    after: tuple[int, Mapping[str, Any]],
) -> DiffView:
    """Compare two editions of a document, each given as its number and its full view as stored JSON."""
    differ = TextDiffer()
    (from_edition, old), (to_edition, new) = before, after
    names = [name for name in KINDS[kind].content.model_fields if name != "nodes"]
    return DiffView(
        id=document_id,
        lang=lang,
        from_edition=from_edition,
        to_edition=to_edition,
        fields=list(diff_fields(names, old, new, differ)),
        nodes=list(diff_nodes(old.get("nodes", ()), new.get("nodes", ()), differ)),
    )


def diff_fields(
    names: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any], differ: TextDiffer
) -> Iterable[FieldChangeView]:
    """Yield the fields whose texts differ."""
    for name in names:
        old, new = _to_text(name, before.get(name)), _to_text(name, after.get(name))
        if old != new:
            change = ChangeKind.added if not old else ChangeKind.removed if not new else ChangeKind.changed
            yield FieldChangeView(field=name, change=change, words=differ.diff(old, new))


def _to_text(name: str, value: Any) -> str:
    """Format a field of a view as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "\n".join(_to_text(name, one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_to_text(key, one)}" for key, one in value.items() if one not in (None, []))
    return html_to_text(value) if name in HTML_FIELDS else str(value)


def diff_nodes(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], differ: TextDiffer
) -> Iterable[NodeChangeView]:
    """Yield the nodes that were added, removed, changed or moved, in reading order."""
    for pair in match_nodes(before, after):
        if (change := _classify_change(pair)) is not None:
            old, new = pair.old or {}, pair.new or {}
            yield NodeChangeView(
                change=change,
                ref=new.get("ref"),
                from_ref=old.get("ref"),
                type=(new or old)["type"],
                label=differ.diff(old.get("label"), new.get("label")),
                heading=differ.diff(old.get("heading"), new.get("heading")),
                text=differ.diff(old.get("text"), new.get("text")),
            )


def _classify_change(pair: NodePair) -> ChangeKind | None:
    if pair.old is None:
        return ChangeKind.added
    if pair.new is None:
        return ChangeKind.removed
    same_ref = pair.old["ref"] == pair.new["ref"]
    differs = [name for name in ("type", "label", "heading", "text") if pair.old.get(name) != pair.new.get(name)]
    # A renumbered article has another label, but its text is the same.
    if differs and (same_ref or differs != ["label"]):
        return ChangeKind.changed
    return None if same_ref and not pair.out_of_place else ChangeKind.moved
