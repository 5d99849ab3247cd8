"""The difference between two editions (so sánh phiên bản), pure: by node and by field, with the words marked.

Segments are flat: those that are `equal` or `delete` make up the older text, those that are `equal` or `insert` the
newer one, to the letter.
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
"""Words and signs between the first and the last difference of two texts that are compared one by one. Longer texts are
first divided where a paragraph is the same in both."""

MAX_DIFF_PAIRS = 40_000
"""Places where a word of one text meets the same word of the other: a table of few numbers has many for its length."""

MAX_DIFF_COST = 400_000
"""Tokens and pairs of one answer; what differs beyond is marked as a whole."""

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_HTML = frozenset({"body"})

Segments = list[tuple["WordOp", str]]


class WordOp(StrEnum):
    """What became of a run of words."""

    equal = "equal"
    insert = "insert"
    delete = "delete"


class ChangeKind(StrEnum):
    """What became of a node or a field."""

    added = "added"
    removed = "removed"
    changed = "changed"
    moved = "moved"


class SegmentView(View):
    """A run of words with what became of it, spaces and all (đoạn chữ)."""

    op: WordOp = Field(description="`equal` stands in both editions, `delete` in the older, `insert` in the newer.")
    text: str = Field(description="The words with their spaces.")


class NodeChangeView(View):
    """A node of the text that was added, removed, changed or moved (thay đổi theo điều, khoản)."""

    change: ChangeKind = Field(description="`moved`: the same text under another ref, or in another place.")
    ref: str | None = Field(None, description="Its `ref` in the newer edition; null when removed.", examples=["dieu-6"])
    from_ref: str | None = Field(
        None, description="Its `ref` in the older edition; null when added.", examples=["dieu-5"]
    )
    type: NodeType = Field(description="What part of a text it is, in the newer edition where it is there.")
    label: list[SegmentView] = Field(description="Its printed number, marked; empty where it has none.")
    heading: list[SegmentView] = Field(description="Its title, marked; empty where it has none.")
    text: list[SegmentView] = Field(description="Its own text, marked; empty where it has none.")


class FieldChangeView(View):
    """A field other than the nodes that was added, removed or changed, as text (thay đổi theo trường)."""

    field: str = Field(description="Name of the field.", examples=["title"])
    change: ChangeKind = Field(description="`added`, `removed` or `changed`.")
    words: list[SegmentView] = Field(description="Its text, marked: a list is a line for each entry.")


class DiffView(View):
    """What differs between two public editions in one language (so sánh hai phiên bản)."""

    id: UUID = Field(description="The document's UUID.")
    lang: str = Field(description="Language of both editions.")
    from_edition: int = Field(description="Number of the older side.", examples=[1])
    to_edition: int = Field(description="Number of the newer side.", examples=[2])
    fields: list[FieldChangeView] = Field(description="Fields that differ, without bookkeeping such as times.")
    nodes: list[NodeChangeView] = Field(
        description="Nodes that differ, in the newer edition's reading order, removed ones where they stood; empty for "
        "kinds without nodes."
    )


class TextDiffer:
    """Marks words, and stops looking closely once an answer has cost enough."""

    def __init__(self, most: int = MAX_DIFF_COST):
        self.remaining = most

    def diff(self, before: str | None, after: str | None) -> list[SegmentView]:
        """The segments of two texts, word by word where that does not cost too much."""
        before, after = before or "", after or ""
        return _merge_segments(self._diff_words(before, after) or self._diff_paragraphs(before, after))

    def _diff_words(self, before: str, after: str) -> Segments:
        """What became of each word; nothing when it would cost too much."""
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
        """The words between paragraphs that stand once in each text, and in the same order."""
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
    """Places of lines that stand once in each text, as many as keep their order."""
    in_old, in_new = Counter(old), Counter(new)
    place = {line: n for n, line in enumerate(new)}
    pairs = [(j, place[line]) for j, line in enumerate(old) if in_old[line] == in_new[line] == 1]
    kept = longest_increasing_subsequence([n for _, n in pairs])
    return [(j, n) for j, n in pairs if n in kept]


def _common_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many tokens both begin with, and how many of the others both end with."""
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    tail = next((i for i in range(shorter - head) if old[-1 - i] != new[-1 - i]), shorter - head)
    return head, tail


def _count_equal_pairs(old: Sequence[str], new: Sequence[str]) -> int:
    """How many pairs of equal words difflib looks at; it leaves out spaces, and the commonest words of a long text."""
    counts = Counter(new)
    commonest = len(new) // 100 + 1 if len(new) >= 200 else len(new)
    return sum(
        number * counts[word]
        for word, number in Counter(old).items()
        if counts[word] <= commonest and not word.isspace()
    )


def _merge_segments(found: Iterable[tuple[WordOp, str]]) -> list[SegmentView]:
    """Segments without empty ones, neighbours of one kind as one."""
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
    """The difference between two editions of a document: their numbers and their full views as stored JSON."""
    marker = TextDiffer()
    (from_edition, old), (to_edition, new) = before, after
    names = [name for name in KINDS[kind].content.model_fields if name != "nodes"]
    return DiffView(
        id=document_id,
        lang=lang,
        from_edition=from_edition,
        to_edition=to_edition,
        fields=list(diff_fields(names, old, new, marker)),
        nodes=list(diff_nodes(old.get("nodes", ()), new.get("nodes", ()), marker)),
    )


def diff_fields(
    names: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any], differ: TextDiffer
) -> Iterable[FieldChangeView]:
    """Fields whose texts differ."""
    for name in names:
        old, new = _to_text(name, before.get(name)), _to_text(name, after.get(name))
        if old != new:
            change = ChangeKind.added if not old else ChangeKind.removed if not new else ChangeKind.changed
            yield FieldChangeView(field=name, change=change, words=differ.diff(old, new))


def _to_text(name: str, value: Any) -> str:
    """A field of a view as text."""
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
    """Nodes that were added, removed, changed or moved, in reading order."""
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
    # A renumbered article has another label and is still the same text.
    if differs and (same_ref or differs != ["label"]):
        return ChangeKind.changed
    return None if same_ref and not pair.out_of_place else ChangeKind.moved
