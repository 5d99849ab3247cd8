"""Sequence of numbering labels: the decision whether a label continues the numbering, or its line is text.

Repealed parts leave gaps, and annexes and quotations begin again; but a figure at the start of a line is no label.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from hub.legal.document.numbering import Level, NumberingLabel

ABOVE = (Level.part, Level.chapter, Level.section, Level.subsection)
"""Levels above the article."""
_MAX_JUMP = 40
"""Maximum gap in a numbering: repealed parts leave gaps, but a figure in a sentence is no label."""


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
    note: str = ""
    """The mark of a footnote at the label, which is shown before the heading."""

    def to_text_node(self) -> dict[str, Any]:
        """The input of `TextNode`."""
        heading = " ".join(filter(None, (self.note, *self.heading)))
        parts = {"label": self.label, "heading": heading, "text": "\n".join(self.text)}
        return {"ref": self.ref, "parent": self.parent, "type": self.type} | {
            name: part for name, part in parts.items() if part
        }


class LabelSequence:
    """The nodes that are open at a line, and the labels that may follow them; `warnings` collects the doubts."""

    def __init__(self, *, has_articles: bool, warnings: list[str]) -> None:
        self.has_articles, self.warnings = has_articles, warnings
        self.path: list[NodeBuilder] = []
        """The current node and its ancestors, the outermost first."""
        self.last_article = 0

    def accept(self, label: NumberingLabel | None) -> NumberingLabel | None:
        """Return the label if it continues the numbering; None makes its line text."""
        if label is None or label.level is Level.annex:
            return None
        if label.level is Level.article:
            return self._accept_article(label)
        if label.level in ABOVE:
            return label
        if label.level is Level.letter and (self.has_articles or not self._is_next_letter(label)):
            return self.accept(self._as_roman(label))
        if label.level is Level.roman:
            if self._is_next_letter(label) and self._expected_number(Level.roman) != label.order:
                return replace(label, level=Level.letter, order="ABCDĐEGH".find(label.number) + 1)
            return label if self._is_next(label, jump=3) else None
        if self.has_articles and self.open_node(Level.article) is None:
            return None
        if label.level is Level.inner:
            clause = self.open_node(Level.clause)
            return label if clause is not None and label.number.split(".")[0] == clause.number.strip("abcdđ") else None
        if label.level is Level.point:
            if label.order is None or not self._is_next_point(label):
                return None
            return label
        return label if self._is_next(label, jump=_MAX_JUMP) else None

    def _accept_article(self, label: NumberingLabel) -> NumberingLabel | None:
        order = label.order or 0
        if order < self.last_article or (order == self.last_article and label.number.isdecimal()):
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
            return replace(label, level=Level.roman, order={"i": 1, "v": 5, "x": 10, "l": 50}[small])
        return None

    def _is_next_letter(self, label: NumberingLabel) -> bool:
        place = "ABCDĐEGH".find(label.number) + 1 if len(label.number) == 1 else 0
        last = self.open_node(Level.letter)
        return place > 0 and place == (last.order or 0) + 1 if last is not None else place == 1

    def open_node(self, level: Level) -> NodeBuilder | None:
        """Return the current node of a level, or the one that the current node is in; None without one."""
        return next((node for node in self.path if node.level is level), None)

    def _expected_number(self, level: Level) -> int:
        last = self.open_node(level)
        return (last.order or 0) + 1 if last is not None else 1

    def _is_next(self, label: NumberingLabel, jump: int) -> bool:
        if label.order is None:
            return False
        expected = self._expected_number(label.level)
        if label.number in ("1", "I") and expected > 1:
            self.warnings.append(f"{label.label} restarts the numbering.")
            return True
        lettered = not label.number.isdecimal() and label.level is Level.clause
        if expected - lettered <= label.order < expected + jump:
            if label.order > expected:
                self.warnings.append(f"{label.label} was found where {expected} was expected.")
            return True
        return False

    def _is_next_point(self, label: NumberingLabel) -> bool:
        last = self.open_node(Level.point)
        before = (last.order or 0) if last is not None else 0
        order = label.order or 0
        if label.confidence < 1 and order != before + 1:
            return False
        if order == 1 and before > 1 and len(label.number) == 1:
            self.warnings.append(f"{label.label} restarts the numbering.")
            return True
        return before <= order <= before + 8
