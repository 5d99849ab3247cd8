"""Flat nodes of a stretch of lines: phần, chương, mục, tiểu mục, điều, khoản, điểm, or `I.`, `1.`, `a)` without điều.

An article is found by its number alone (`dieu-5`), wherever it stands; everything below it hangs under its ref. A mark
counts only where it goes on from the one before it; what does not is text of the node that it stands in.
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
"""Most characters of a heading."""
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
"""How far a count may jump: parts that were repealed leave gaps, a figure in a sentence is no mark."""
_SENTENCE_ENDS = (".", ";", ":", ",")


@dataclass
class NodeBuilder:
    """A node while its lines are gathered."""

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
        """As `TextNode` takes it."""
        parts = {"label": self.label, "heading": " ".join(self.heading), "text": "\n".join(self.text)}
        return {"ref": self.ref, "parent": self.parent, "type": self.type} | {
            name: part for name, part in parts.items() if part
        }


@dataclass(frozen=True)
class Structure:
    """The nodes of a stretch; `unsure` names what makes them doubtful."""

    nodes: list[NodeBuilder]
    warnings: tuple[str, ...]


def build_structure(
    lines: Sequence[LayoutLine], refs: RefAllocator, above: str | None = None, *, paragraphs: int = 0
) -> Structure:
    """Nodes of lines; `above` is the ref of the annex that they belong to."""
    return _Builder(lines, refs, above, paragraphs).build()


class _Builder:
    def __init__(self, lines: Sequence[LayoutLine], refs: RefAllocator, above: str | None, paragraphs: int) -> None:
        self.lines, self.refs, self.above = lines, refs, above
        self.nodes: list[NodeBuilder] = []
        self.path: list[NodeBuilder] = []
        """The nodes that are open, the outermost first."""
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
            mark = None if self.quoted_flags[place] else self._accept_label(line.numbering)
            if mark is not None:
                titled = self._append_node(mark, place)
            elif titled is not None and self._is_title(titled, place):
                titled.heading.append(line.text)
            else:
                titled = None
                self._append_text(line.text)
        return Structure(self.nodes, tuple(dict.fromkeys(self.warnings)))

    def _accept_label(self, mark: NumberingLabel | None) -> NumberingLabel | None:
        """The mark, when it goes on from those before it; None makes its line text."""
        if mark is None or mark.level is Level.annex:
            return None
        if mark.level is Level.article:
            return self._accept_article(mark)
        if mark.level in _ABOVE:
            if mark.level is Level.section and self._open_node(Level.article) is not None and mark.rest == "":
                return mark
            return mark
        if mark.level is Level.letter and (self.has_articles or not self._is_next_letter(mark)):
            return self._accept_label(self._as_roman(mark))
        if mark.level is Level.roman:
            if self._is_next_letter(mark) and self._expected_number(Level.roman) != mark.order:
                return NumberingLabel(
                    Level.letter, mark.label, mark.number, "ABCDĐEGH".find(mark.number) + 1, mark.rest
                )
            return mark if self._is_next(mark, jump=3) else None
        if self.has_articles and self._open_node(Level.article) is None:
            return None
        if mark.level is Level.inner:
            clause = self._open_node(Level.clause)
            return mark if clause is not None and mark.number.split(".")[0] == clause.number.strip("abcdđ") else None
        if mark.level is Level.point:
            if mark.order is None or not self._is_next_point(mark):
                return None
            return mark
        return mark if self._is_next(mark, jump=_MAX_JUMP) else None

    def _accept_article(self, mark: NumberingLabel) -> NumberingLabel | None:
        order = mark.order or 0
        if order < self.last_article or (order == self.last_article and mark.number.isdigit()):
            self.warnings.append(f"{mark.label} stands behind Điều {self.last_article}.")
            return None
        if order > self.last_article + 1:
            self.warnings.append(f"{mark.label} follows on Điều {self.last_article}.")
        if mark.confidence < 1:
            if order != self.last_article + 1:
                return None
            self.warnings.append(f"{mark.label} has no full stop behind it.")
        self.last_article = order
        return mark

    def _as_roman(self, mark: NumberingLabel) -> NumberingLabel | None:
        small = mark.number.lower()
        if set(small) <= set("ivxl"):
            return NumberingLabel(
                Level.roman, mark.label, mark.number, {"i": 1, "v": 5, "x": 10, "l": 50}[small], mark.rest
            )
        return None

    def _is_next_letter(self, mark: NumberingLabel) -> bool:
        place = "ABCDĐEGH".find(mark.number) + 1 if len(mark.number) == 1 else 0
        last = self._open_node(Level.letter)
        return place > 0 and place == (last.order or 0) + 1 if last is not None else place == 1

    def _open_node(self, level: Level) -> NodeBuilder | None:
        return next((node for node in self.path if node.level is level), None)

    def _expected_number(self, level: Level) -> int:
        last = self._open_node(level)
        return (last.order or 0) + 1 if last is not None else 1

    def _is_next(self, mark: NumberingLabel, jump: int) -> bool:
        if mark.order is None:
            return False
        expected = self._expected_number(mark.level)
        if mark.number in ("1", "I") and expected > 1:
            self.warnings.append(f"{mark.label} begins the count again.")
            return True
        lettered = not mark.number.isdigit() and mark.level is Level.clause
        if expected - lettered <= mark.order < expected + jump:
            if mark.order > expected:
                self.warnings.append(f"{mark.label} stands where {expected} was expected.")
            return True
        return False

    def _is_next_point(self, mark: NumberingLabel) -> bool:
        last = self._open_node(Level.point)
        before = (last.order or 0) if last is not None else 0
        order = mark.order or 0
        if mark.confidence < 1 and order != before + 1:
            return False
        if order == 1 and before > 1 and len(mark.number) == 1:
            self.warnings.append(f"{mark.label} begins the count again.")
            return True
        return before <= order <= before + 8

    def _append_node(self, mark: NumberingLabel, place: int) -> NodeBuilder | None:
        level = mark.level
        rank = _ORDER.index(level)
        if level is Level.inner:
            depth = mark.number.count(".")
            self.path = [
                node
                for node in self.path
                if _ORDER.index(node.level or level) < rank
                or (
                    node.level is Level.inner and node.number.count(".") < depth and mark.number.startswith(node.number)
                )
            ]
        else:
            self.path = [node for node in self.path if _ORDER.index(node.level or level) < rank]
        parent = self.path[-1].ref if self.path else self.above
        node = NodeBuilder(
            self._ref(mark, parent), parent, _TYPES[level], level, mark.number, mark.label, order=mark.order
        )
        self.nodes.append(node)
        self.path.append(node)
        if not mark.rest:
            return node if level in _TITLED or self._is_bare_article(level, place) else None
        if level in _TITLED or self._is_heading(mark, place):
            node.heading.append(mark.rest)
            if level is Level.clause:
                node.type = "section"
            return node if level in _TITLED and mark.rest.isupper() else None
        node.text.append(mark.rest)
        return None

    def _ref(self, mark: NumberingLabel, parent: str | None) -> str:
        number = str(int(mark.number)) if mark.number.isdigit() else mark.number
        if mark.level is Level.part:
            number = mark.label.split(" ", 1)[1]
        word = _REF_WORDS.get(mark.level, mark.level.value)
        if mark.level is Level.clause and not self.has_articles:
            word = "muc"
        part = ref_part(word, number)
        article = self._open_node(Level.article)
        if mark.level is Level.article:
            parent = self.above
        elif mark.level is Level.inner and article is not None:
            clause = self._open_node(Level.clause)
            parent = clause.parent if clause is not None else parent
        return self.refs.allocate(f"{parent}/{part}" if parent else part)

    def _is_heading(self, mark: NumberingLabel, place: int) -> bool:
        """Whether the words behind a mark are a title: short, no sentence, and something stands below."""
        if len(mark.rest) > MAX_HEADING_LENGTH or mark.rest.endswith(_SENTENCE_ENDS):
            return False
        if mark.level is Level.article:
            return self._has_body(place, Level.article)
        if mark.level in (Level.roman, Level.letter):
            return True
        return mark.level in (Level.clause, Level.inner) and not self.has_articles

    def _has_body(self, place: int, level: Level) -> bool:
        following = place + 1
        if following >= len(self.lines):
            return False
        mark = None if self.quoted_flags[following] else self.lines[following].numbering
        return mark is None or mark.level is Level.annex or _ORDER.index(mark.level) > _ORDER.index(level)

    def _is_bare_article(self, level: Level, place: int) -> bool:
        """`Điều 5` alone on its line, its title on the next."""
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
        """Whether a line goes on with the title of a part, chapter or section, which stand on lines of their own."""
        line = self.lines[place]
        if self.quoted_flags[place] or re.match(r"[-+*(]", line.text) or "|" in line.raw:
            return False
        if not node.heading:
            return len(line.text) <= MAX_HEADING_LENGTH and not line.text.endswith((";", ":", ","))
        if node.level is Level.article:
            return False
        return line.is_uppercase and node.heading[-1].isupper() and len(node.heading) < 5

    def _append_text(self, text: str) -> None:
        """A line that opens nothing: text of the innermost open node, or a paragraph of its own."""
        if self.path:
            self.path[-1].text.append(text)
            return
        self.paragraphs += 1
        part = ref_part("doan", str(self.paragraphs))
        ref = self.refs.allocate(f"{self.above}/{part}" if self.above else part)
        self.nodes.append(NodeBuilder(ref, self.above, "paragraph", None, text=[text]))
