"""Flat nodes of numbered lines: phần, chương, mục, tiểu mục, điều, khoản, điểm, or `I.`, `1.`, `a)` without điều.

An article is identified by its number alone (`dieu-5`), in any chapter; its descendants extend its ref. A numbering
label counts only if it continues the numbering before it; otherwise its line is text of the current node.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.legal.document.lines import LayoutLine
from hub.legal.document.numbering import Level, NumberingLabel
from hub.legal.document.quotes import find_quoted_lines
from hub.legal.refs import RefAllocator, ref_part

MAX_HEADING_LENGTH = 250
"""Maximum length of a heading, in characters."""
_TYPES = {
    Level.part: "part",
    Level.chapter: "chapter",
    Level.section: "section",
    Level.subsection: "subsection",
    Level.article: "article",
    Level.letter: "section",
    Level.roman: "section",
    Level.clause: "clause",
    Level.inner: "clause",
    Level.point: "point",
}
_ORDER = tuple(_TYPES)
_ABOVE = (Level.part, Level.chapter, Level.section, Level.subsection)
_TITLED = frozenset(_ABOVE)
_REF_WORDS = {Level.letter: "muc", Level.roman: "muc", Level.inner: "khoan"}
_MAX_JUMP = 40
"""Maximum gap in a numbering: repealed parts leave gaps, but a figure in a sentence is no label."""
_SENTENCE_ENDS = (".", ";", ":", ",")


@dataclass
class NodeBuilder:
    """A node while its lines are collected."""

    ref: str
    parent: str | None
    type: str
    level: Level | None
    number: str = ""
    label: str | None = None
    heading: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    order: int | None = None

    def to_text_node(self) -> dict[str, Any]:
        """The input of `TextNode`."""
        parts = {"label": self.label, "heading": " ".join(self.heading), "text": "\n".join(self.text)}
        return {"ref": self.ref, "parent": self.parent, "type": self.type} | {
            name: part for name, part in parts.items() if part
        }


@dataclass(frozen=True)
class Structure:
    """The nodes of the lines; `warnings` are the reasons for doubts about them."""

    nodes: list[NodeBuilder]
    warnings: tuple[str, ...]


def build_structure(
    lines: Sequence[LayoutLine], refs: RefAllocator, above: str | None = None, *, paragraphs: int = 0
) -> Structure:
    """Build the nodes of lines; `above` is the ref of the annex that they belong to."""
    return _Builder(lines, refs, above, paragraphs).build()


class _Builder:
    def __init__(self, lines: Sequence[LayoutLine], refs: RefAllocator, above: str | None, paragraphs: int) -> None:
        self.lines, self.refs, self.above = lines, refs, above
        self.nodes: list[NodeBuilder] = []
        self.path: list[NodeBuilder] = []
        """The current node and its ancestors, the outermost first."""
        self.last_article = 0
        self.paragraphs = paragraphs
        self.warnings: list[str] = []
        self.quoted_flags, certain = find_quoted_lines(lines)
        if not certain:
            self.warnings.append("A quotation does not end.")
        self.has_articles = any(
            line.numbering is not None and line.numbering.level is Level.article
            for line, inside in zip(lines, self.quoted_flags, strict=True)
            if not inside
        )

    def build(self) -> Structure:
        titled: NodeBuilder | None = None
        for place, line in enumerate(self.lines):
            label = None if self.quoted_flags[place] else self._accept_label(line.numbering)
            if label is not None:
                titled = self._append_node(label, place)
            elif titled is not None and self._is_title(titled, place):
                titled.heading.append(line.text)
            else:
                titled = None
                self._append_text(line.text)
        return Structure(self.nodes, tuple(dict.fromkeys(self.warnings)))

    def _accept_label(self, label: NumberingLabel | None) -> NumberingLabel | None:
        """Return the label if it continues the numbering; None makes its line text."""
        if label is None or label.level is Level.annex:
            return None
        if label.level is Level.article:
            return self._accept_article(label)
        if label.level in _ABOVE:
            return label
        if label.level is Level.letter and (self.has_articles or not self._is_next_letter(label)):
            return self._accept_label(self._as_roman(label))
        if label.level is Level.roman:
            if self._is_next_letter(label) and self._expected_number(Level.roman) != label.order:
                return NumberingLabel(
                    Level.letter, label.label, label.number, "ABCDĐEGH".find(label.number) + 1, label.rest
                )
            return label if self._is_next(label, jump=3) else None
        if self.has_articles and self._open_node(Level.article) is None:
            return None
        if label.level is Level.inner:
            clause = self._open_node(Level.clause)
            return label if clause is not None and label.number.split(".")[0] == clause.number.strip("abcdđ") else None
        if label.level is Level.point:
            if label.order is None or not self._is_next_point(label):
                return None
            return label
        return label if self._is_next(label, jump=_MAX_JUMP) else None

    def _accept_article(self, label: NumberingLabel) -> NumberingLabel | None:
        order = label.order or 0
        if order < self.last_article or (order == self.last_article and label.number.isdigit()):
            self.warnings.append(f"{label.label} comes after Điều {self.last_article}.")
            return None
        if order > self.last_article + 1:
            self.warnings.append(f"{label.label} directly follows Điều {self.last_article}.")
        if label.confidence < 1:
            if order != self.last_article + 1:
                return None
            self.warnings.append(f"{label.label} is not followed by a full stop.")
        self.last_article = order
        return label

    def _as_roman(self, label: NumberingLabel) -> NumberingLabel | None:
        small = label.number.lower()
        if set(small) <= set("ivxl"):
            return NumberingLabel(
                Level.roman, label.label, label.number, {"i": 1, "v": 5, "x": 10, "l": 50}[small], label.rest
            )
        return None

    def _is_next_letter(self, label: NumberingLabel) -> bool:
        place = "ABCDĐEGH".find(label.number) + 1 if len(label.number) == 1 else 0
        last = self._open_node(Level.letter)
        return place > 0 and place == (last.order or 0) + 1 if last is not None else place == 1

    def _open_node(self, level: Level) -> NodeBuilder | None:
        return next((node for node in self.path if node.level is level), None)

    def _expected_number(self, level: Level) -> int:
        last = self._open_node(level)
        return (last.order or 0) + 1 if last is not None else 1

    def _is_next(self, label: NumberingLabel, jump: int) -> bool:
        if label.order is None:
            return False
        expected = self._expected_number(label.level)
        if label.number in ("1", "I") and expected > 1:
            self.warnings.append(f"{label.label} restarts the numbering.")
            return True
        lettered = not label.number.isdigit() and label.level is Level.clause
        if expected - lettered <= label.order < expected + jump:
            if label.order > expected:
                self.warnings.append(f"{label.label} was found where {expected} was expected.")
            return True
        return False

    def _is_next_point(self, label: NumberingLabel) -> bool:
        last = self._open_node(Level.point)
        before = (last.order or 0) if last is not None else 0
        order = label.order or 0
        if label.confidence < 1 and order != before + 1:
            return False
        if order == 1 and before > 1 and len(label.number) == 1:
            self.warnings.append(f"{label.label} restarts the numbering.")
            return True
        return before <= order <= before + 8

    def _append_node(self, label: NumberingLabel, place: int) -> NodeBuilder | None:
        level = label.level
        rank = _ORDER.index(level)
        if level is Level.inner:
            depth = label.number.count(".")
            self.path = [
                node
                for node in self.path
                if _ORDER.index(node.level or level) < rank
                or (
                    node.level is Level.inner
                    and node.number.count(".") < depth
                    and label.number.startswith(node.number)
                )
            ]
        else:
            self.path = [node for node in self.path if _ORDER.index(node.level or level) < rank]
        parent = self.path[-1].ref if self.path else self.above
        node = NodeBuilder(
            self._ref(label, parent), parent, _TYPES[level], level, label.number, label.label, order=label.order
        )
        self.nodes.append(node)
        self.path.append(node)
        if not label.rest:
            return node if level in _TITLED or self._is_bare_article(level, place) else None
        if level in _TITLED or self._is_heading(label, place):
            node.heading.append(label.rest)
            if level is Level.clause:
                node.type = "section"
            return node if level in _TITLED and label.rest.isupper() else None
        node.text.append(label.rest)
        return None

    def _ref(self, label: NumberingLabel, parent: str | None) -> str:
        number = str(int(label.number)) if label.number.isdigit() else label.number
        if label.level is Level.part:
            number = label.label.split(" ", 1)[1]
        word = _REF_WORDS.get(label.level, label.level.value)
        if label.level is Level.clause and not self.has_articles:
            word = "muc"
        part = ref_part(word, number)
        article = self._open_node(Level.article)
        if label.level is Level.article:
            parent = self.above
        elif label.level is Level.inner and article is not None:
            clause = self._open_node(Level.clause)
            parent = clause.parent if clause is not None else parent
        return self.refs.allocate(f"{parent}/{part}" if parent else part)

    def _is_heading(self, label: NumberingLabel, place: int) -> bool:
        """True when the rest of the line is a title: short, no sentence, and with a body below."""
        if len(label.rest) > MAX_HEADING_LENGTH or label.rest.endswith(_SENTENCE_ENDS):
            return False
        if label.level is Level.article:
            return self._has_body(place, Level.article)
        if label.level in (Level.roman, Level.letter):
            return True
        return label.level in (Level.clause, Level.inner) and not self.has_articles

    def _has_body(self, place: int, level: Level) -> bool:
        following = place + 1
        if following >= len(self.lines):
            return False
        label = None if self.quoted_flags[following] else self.lines[following].numbering
        return label is None or label.level is Level.annex or _ORDER.index(label.level) > _ORDER.index(level)

    def _is_bare_article(self, level: Level, place: int) -> bool:
        """True for `Điều 5` alone on its line, with its title on the next one."""
        following = self.lines[place + 1] if place + 1 < len(self.lines) else None
        return (
            level is Level.article
            and following is not None
            and following.numbering is None
            and len(following.text) <= MAX_HEADING_LENGTH
            and not following.text.endswith(_SENTENCE_ENDS)
            and self._has_body(place + 1, level)
        )

    def _is_title(self, node: NodeBuilder, place: int) -> bool:
        """True for a line that continues the title of a part, chapter or section, which is on lines of its own."""
        line = self.lines[place]
        if self.quoted_flags[place] or re.match(r"[-+*(]", line.text) or "|" in line.raw:
            return False
        if not node.heading:
            return len(line.text) <= MAX_HEADING_LENGTH and not line.text.endswith((";", ":", ","))
        if node.level is Level.article:
            return False
        return line.is_uppercase and node.heading[-1].isupper() and len(node.heading) < 5

    def _append_text(self, text: str) -> None:
        """Append a line without a label to the current node, or as a paragraph of its own."""
        if self.path:
            self.path[-1].text.append(text)
            return
        self.paragraphs += 1
        part = ref_part("doan", str(self.paragraphs))
        ref = self.refs.allocate(f"{self.above}/{part}" if self.above else part)
        self.nodes.append(NodeBuilder(ref, self.above, "paragraph", None, text=[text]))
