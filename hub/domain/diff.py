"""Differences between two editions (so sánh phiên bản) by node, field and word. Pure.

Segments are flat: joined, the `equal` and `delete` ones are exactly the older text, and the `equal` and `insert` ones
exactly the newer text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from hub.domain.kinds import KINDS
from hub.domain.kinds.html import html_to_text
from hub.domain.node_matching import NodePair, longest_increasing_subsequence, match_nodes
from hub.domain.types import NodeType, View

MAX_DIFF_TOKENS = 4_000
"""Most words and punctuation marks, between the first and the last difference of two texts, that are compared one by
one. Longer texts are first split at paragraphs that are the same in both."""

MAX_DIFF_PAIRS = 40_000
"""Most pairs of equal words in two texts that are compared word by word: a table with few different numbers has many
pairs for its length."""

MAX_DIFF_COST = 400_000
"""Budget of tokens and pairs for one comparison; differences beyond it are marked as a whole."""

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_HTML = frozenset({"body"})

Segments = list[tuple["WordOp", str]]


class WordOp(StrEnum):
    """Operation on a run of words."""

    equal = "equal"
    insert = "insert"
    delete = "delete"


class ChangeKind(StrEnum):
    """Kind of change to a node or a field."""

    added = "added"
    removed = "removed"
    changed = "changed"
    moved = "moved"


class SegmentView(View):
    """A run of text, including its spaces, with its operation (đoạn chữ)."""

    op: WordOp = Field(
        description="`equal`: in both editions; `delete`: only in the older one; `insert`: only in the newer one."
    )
    text: str = Field(description="Text, including spaces.")


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


class TextDiffer:
    """Compares texts word by word within a budget; beyond it, whole texts are marked as different."""

    def __init__(self, budget: int = MAX_DIFF_COST):
        self.remaining = budget

    def diff(self, before: str | None, after: str | None) -> list[SegmentView]:
        """Return the segments of two texts, word by word as far as the budget allows."""
        before, after = before or "", after or ""
        return _merge_segments(self._diff_words(before, after) or self._diff_paragraphs(before, after))

    def _diff_words(self, before: str, after: str) -> Segments:
        """Compare word by word; returns an empty list if that would exceed a limit or the budget."""
        if before == after:
            return [(WordOp.equal, before)]
        old, new = _TOKEN.findall(before), _TOKEN.findall(after)
        head, tail = _common_ends(old, new)
        left, right = old[head : len(old) - tail], new[head : len(new) - tail]
        size, pairs = max(len(left), len(right)), _count_equal_pairs(left, right)
        if size > MAX_DIFF_TOKENS or pairs > MAX_DIFF_PAIRS or size + pairs > self.remaining:
            return []
        self.remaining -= size + pairs
        found = [(WordOp.equal, "".join(old[:head]))]
        for op, i, j, k, n in SequenceMatcher(str.isspace, left, right).get_opcodes():
            if op == "equal":
                found.append((WordOp.equal, "".join(left[i:j])))
            else:
                found += [(WordOp.delete, "".join(left[i:j])), (WordOp.insert, "".join(right[k:n]))]
        return [*found, (WordOp.equal, "".join(old[len(old) - tail :]))]

    def _diff_paragraphs(self, before: str, after: str) -> Segments:
        """Compare word by word between the paragraphs that occur once in each text and in the same order."""
        old, new = _LINE.findall(before), _LINE.findall(after)
        found: Segments = []
        i = k = 0
        for j, n in [*_anchors(old, new), (len(old), len(new))]:
            left, right = "".join(old[i:j]), "".join(new[k:n])
            found += self._diff_words(left, right) or [(WordOp.delete, left), (WordOp.insert, right)]
            found += [(WordOp.equal, line) for line in old[j : j + 1]]
            i, k = j + 1, n + 1
        return found


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return index pairs of lines that occur once in each text: a longest sequence of them in the same order."""
    in_old, in_new = Counter(old), Counter(new)
    place = {line: n for n, line in enumerate(new)}
    pairs = [(j, place[line]) for j, line in enumerate(old) if in_old[line] == in_new[line] == 1]
    kept = longest_increasing_subsequence([n for _, n in pairs])
    return [(j, n) for j, n in pairs if n in kept]


def _common_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Count the tokens of the common prefix, and of the common suffix of the rest."""
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    tail = next((i for i in range(shorter - head) if old[-1 - i] != new[-1 - i]), shorter - head)
    return head, tail


def _count_equal_pairs(old: Sequence[str], new: Sequence[str]) -> int:
    """Count the pairs of equal words that difflib looks at: without spaces and the commonest words of a long text."""
    counts = Counter(new)
    commonest = len(new) // 100 + 1 if len(new) >= 200 else len(new)
    return sum(
        number * counts[word]
        for word, number in Counter(old).items()
        if counts[word] <= commonest and not word.isspace()
    )


def _merge_segments(found: Iterable[tuple[WordOp, str]]) -> list[SegmentView]:
    """Drop empty segments and merge neighbours with the same operation."""
    joined: list[tuple[WordOp, str]] = []
    for op, text in found:
        if text and joined and joined[-1][0] is op:
            joined[-1] = (op, joined[-1][1] + text)
        elif text:
            joined.append((op, text))
    return [SegmentView(op=op, text=text) for op, text in joined]


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
    return html_to_text(value) if name in _HTML else str(value)


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
