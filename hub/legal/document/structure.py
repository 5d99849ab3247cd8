"""Flat nodes of a stretch of lines: phần, chương, mục, tiểu mục, điều, khoản, điểm, or `I.`, `1.`, `a)` without điều.

An article is found by its number alone (`dieu-5`), wherever it stands; everything below it hangs under its ref. A mark
counts only where it goes on from the one before it; what does not is text of the node that it stands in.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.legal.document.lines import Line
from hub.legal.document.numbering import Level, Mark
from hub.legal.document.quotes import quoted
from hub.legal.refs import Refs, ref_part

HEADING = 250
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
_STEP = {Level.letter: "muc", Level.roman: "muc", Level.inner: "khoan"}
_FURTHEST = 40
"""How far a count may jump: parts that were repealed leave gaps, a figure in a sentence is no mark."""
_SENTENCE = (".", ";", ":", ",")


@dataclass
class Node:
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

    def stored(self) -> dict[str, Any]:
        """As `TextNode` takes it."""
        parts = {"label": self.label, "heading": " ".join(self.heading), "text": "\n".join(self.text)}
        return {"ref": self.ref, "parent": self.parent, "type": self.type} | {
            name: part for name, part in parts.items() if part
        }


@dataclass(frozen=True)
class Structure:
    """The nodes of a stretch; `unsure` names what makes them doubtful."""

    nodes: list[Node]
    unsure: tuple[str, ...]


def structured(lines: Sequence[Line], refs: Refs, above: str | None = None, *, paragraphs: int = 0) -> Structure:
    """Nodes of lines; `above` is the ref of the annex that they belong to."""
    return _Builder(lines, refs, above, paragraphs).build()


class _Builder:
    def __init__(self, lines: Sequence[Line], refs: Refs, above: str | None, paragraphs: int) -> None:
        self.lines, self.refs, self.above = lines, refs, above
        self.nodes: list[Node] = []
        self.path: list[Node] = []
        """The nodes that are open, the outermost first."""
        self.last_article = 0
        self.paragraphs = paragraphs
        self.unsure: list[str] = []
        self.flags, certain = quoted(lines)
        if not certain:
            self.unsure.append("A quotation does not end.")
        self.has_articles = any(
            line.mark is not None and line.mark.level is Level.article
            for line, inside in zip(lines, self.flags, strict=True)
            if not inside
        )

    def build(self) -> Structure:
        titled: Node | None = None
        for place, line in enumerate(self.lines):
            mark = None if self.flags[place] else self._counted(line.mark)
            if mark is not None:
                titled = self._open(mark, place)
            elif titled is not None and self._is_title(titled, place):
                titled.heading.append(line.text)
            else:
                titled = None
                self._add(line.text)
        return Structure(self.nodes, tuple(dict.fromkeys(self.unsure)))

    def _counted(self, mark: Mark | None) -> Mark | None:
        """The mark, when it goes on from those before it; None makes its line text."""
        if mark is None or mark.level is Level.annex:
            return None
        if mark.level is Level.article:
            return self._article(mark)
        if mark.level in _ABOVE:
            if mark.level is Level.section and self._open_at(Level.article) is not None and mark.rest == "":
                return mark
            return mark
        if mark.level is Level.letter and (self.has_articles or not self._letter_goes_on(mark)):
            return self._counted(self._as_roman(mark))
        if mark.level is Level.roman:
            if self._letter_goes_on(mark) and self._expected(Level.roman) != mark.order:
                return Mark(Level.letter, mark.label, mark.number, "ABCDĐEGH".find(mark.number) + 1, mark.rest)
            return mark if self._follows(mark, jump=3) else None
        if self.has_articles and self._open_at(Level.article) is None:
            return None
        if mark.level is Level.inner:
            clause = self._open_at(Level.clause)
            return mark if clause is not None and mark.number.split(".")[0] == clause.number.strip("abcdđ") else None
        if mark.level is Level.point:
            if mark.order is None or not self._point_follows(mark):
                return None
            return mark
        return mark if self._follows(mark, jump=_FURTHEST) else None

    def _article(self, mark: Mark) -> Mark | None:
        order = mark.order or 0
        if order < self.last_article or (order == self.last_article and mark.number.isdigit()):
            self.unsure.append(f"{mark.label} stands behind Điều {self.last_article}.")
            return None
        if order > self.last_article + 1:
            self.unsure.append(f"{mark.label} follows on Điều {self.last_article}.")
        if mark.sure < 1:
            if order != self.last_article + 1:
                return None
            self.unsure.append(f"{mark.label} has no full stop behind it.")
        self.last_article = order
        return mark

    def _as_roman(self, mark: Mark) -> Mark | None:
        small = mark.number.lower()
        if set(small) <= set("ivxl"):
            return Mark(Level.roman, mark.label, mark.number, {"i": 1, "v": 5, "x": 10, "l": 50}[small], mark.rest)
        return None

    def _letter_goes_on(self, mark: Mark) -> bool:
        place = "ABCDĐEGH".find(mark.number) + 1 if len(mark.number) == 1 else 0
        last = self._open_at(Level.letter)
        return place > 0 and place == (last.order or 0) + 1 if last is not None else place == 1

    def _open_at(self, level: Level) -> Node | None:
        return next((node for node in self.path if node.level is level), None)

    def _expected(self, level: Level) -> int:
        last = self._open_at(level)
        return (last.order or 0) + 1 if last is not None else 1

    def _follows(self, mark: Mark, jump: int) -> bool:
        if mark.order is None:
            return False
        expected = self._expected(mark.level)
        if mark.number in ("1", "I") and expected > 1:
            self.unsure.append(f"{mark.label} begins the count again.")
            return True
        lettered = not mark.number.isdigit() and mark.level is Level.clause
        if expected - lettered <= mark.order < expected + jump:
            if mark.order > expected:
                self.unsure.append(f"{mark.label} stands where {expected} was expected.")
            return True
        return False

    def _point_follows(self, mark: Mark) -> bool:
        last = self._open_at(Level.point)
        before = (last.order or 0) if last is not None else 0
        order = mark.order or 0
        if mark.sure < 1 and order != before + 1:
            return False
        if order == 1 and before > 1 and len(mark.number) == 1:
            self.unsure.append(f"{mark.label} begins the count again.")
            return True
        return before <= order <= before + 8

    def _open(self, mark: Mark, place: int) -> Node | None:
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
        node = Node(self._ref(mark, parent), parent, _TYPES[level], level, mark.number, mark.label, order=mark.order)
        self.nodes.append(node)
        self.path.append(node)
        if not mark.rest:
            return node if level in _TITLED or self._bare_article(level, place) else None
        if level in _TITLED or self._is_heading(mark, place):
            node.heading.append(mark.rest)
            if level is Level.clause:
                node.type = "section"
            return node if level in _TITLED and mark.rest.isupper() else None
        node.text.append(mark.rest)
        return None

    def _ref(self, mark: Mark, parent: str | None) -> str:
        number = str(int(mark.number)) if mark.number.isdigit() else mark.number
        if mark.level is Level.part:
            number = mark.label.split(" ", 1)[1]
        word = _STEP.get(mark.level, mark.level.value)
        if mark.level is Level.clause and not self.has_articles:
            word = "muc"
        part = ref_part(word, number)
        article = self._open_at(Level.article)
        if mark.level is Level.article:
            parent = self.above
        elif mark.level is Level.inner and article is not None:
            clause = self._open_at(Level.clause)
            parent = clause.parent if clause is not None else parent
        return self.refs.take(f"{parent}/{part}" if parent else part)

    def _is_heading(self, mark: Mark, place: int) -> bool:
        """Whether the words behind a mark are a title: short, no sentence, and something stands below."""
        if len(mark.rest) > HEADING or mark.rest.endswith(_SENTENCE):
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
        mark = None if self.flags[following] else self.lines[following].mark
        return mark is None or mark.level is Level.annex or _ORDER.index(mark.level) > _ORDER.index(level)

    def _bare_article(self, level: Level, place: int) -> bool:
        """`Điều 5` alone on its line, its title on the next."""
        following = self.lines[place + 1] if place + 1 < len(self.lines) else None
        return (
            level is Level.article
            and following is not None
            and following.mark is None
            and len(following.text) <= HEADING
            and not following.text.endswith(_SENTENCE)
            and self._has_body(place + 1, level)
        )

    def _is_title(self, node: Node, place: int) -> bool:
        """Whether a line goes on with the title of a part, chapter or section, which stand on lines of their own."""
        line = self.lines[place]
        if self.flags[place] or re.match(r"[-+*(]", line.text) or "|" in line.raw:
            return False
        if not node.heading:
            return len(line.text) <= HEADING and not line.text.endswith((";", ":", ","))
        if node.level is Level.article:
            return False
        return line.is_capital and node.heading[-1].isupper() and len(node.heading) < 5

    def _add(self, text: str) -> None:
        """A line that opens nothing: text of the innermost open node, or a paragraph of its own."""
        if self.path:
            self.path[-1].text.append(text)
            return
        self.paragraphs += 1
        part = ref_part("doan", str(self.paragraphs))
        ref = self.refs.take(f"{self.above}/{part}" if self.above else part)
        self.nodes.append(Node(ref, self.above, "paragraph", None, text=[text]))
