"""Flat nodes of numbered lines: phần, chương, mục, tiểu mục, điều, khoản, điểm, or `I.`, `1.`, `a)` without điều.

An article is identified by its number alone (`dieu-5`), in any chapter; its descendants extend its ref. A numbering
label counts only if it continues the numbering before it; otherwise its line is text of the current node.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hub.legal.document.footnote_marks import remove_marks
from hub.legal.document.label_sequence import ABOVE, LabelSequence, NodeBuilder
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
_TITLED = frozenset(ABOVE)
_REF_WORDS = {Level.letter: "muc", Level.roman: "muc", Level.inner: "khoan"}
_SENTENCE_ENDS = (".", ";", ":", ",")


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
        self.sequence = LabelSequence(has_articles=self.has_articles, warnings=self.warnings)

    def build(self) -> Structure:
        titled: NodeBuilder | None = None
        for place, line in enumerate(self.lines):
            label = None if self.quoted_flags[place] else self.sequence.accept(line.numbering)
            if label is not None:
                titled = self._append_node(label, place)
            elif titled is not None and self._is_title(titled, place):
                titled.heading.append(line.text)
            else:
                titled = None
                self._append_text(line.text)
        return Structure(self.nodes, tuple(dict.fromkeys(self.warnings)))

    def _append_node(self, label: NumberingLabel, place: int) -> NodeBuilder | None:
        level = label.level
        rank = _ORDER.index(level)
        if level is Level.inner:
            depth = label.number.count(".")
            self.sequence.path = [
                node
                for node in self.sequence.path
                if _ORDER.index(node.level or level) < rank
                or (
                    node.level is Level.inner
                    and node.number.count(".") < depth
                    and label.number.startswith(node.number)
                )
            ]
        else:
            self.sequence.path = [node for node in self.sequence.path if _ORDER.index(node.level or level) < rank]
        parent = self.sequence.path[-1].ref if self.sequence.path else self.above
        node = NodeBuilder(
            self._ref(label, parent), parent, _TYPES[level], level, label.number, label.label, order=label.order
        )
        self.nodes.append(node)
        self.sequence.path.append(node)
        if not label.rest:
            node.note = label.note
            return node if level in _TITLED or self._is_bare_article(level, place) else None
        if level in _TITLED or self._is_heading(label, place):
            node.note = label.note
            node.heading.append(label.rest)
            if level is Level.clause:
                node.type = "section"
            return node if level in _TITLED and label.rest.isupper() else None
        node.text.append(f"{label.note} {label.rest}".strip())
        return None

    def _ref(self, label: NumberingLabel, parent: str | None) -> str:
        number = str(int(label.number)) if label.number.isdecimal() else label.number
        if label.level is Level.part:
            number = label.label.split(" ", 1)[1]
        word = _REF_WORDS.get(label.level, label.level.value)
        if label.level is Level.clause and not self.has_articles:
            word = "muc"
        part = ref_part(word, number)
        article = self.sequence.open_node(Level.article)
        if label.level is Level.article:
            parent = self.above
        elif label.level is Level.inner and article is not None:
            clause = self.sequence.open_node(Level.clause)
            parent = clause.parent if clause is not None else parent
        return self.refs.allocate(f"{parent}/{part}" if parent else part)

    def _is_heading(self, label: NumberingLabel, place: int) -> bool:
        """True when the rest of the line is a title: short, no sentence, and with a body below."""
        if len(label.rest) > MAX_HEADING_LENGTH or remove_marks(label.rest).endswith(_SENTENCE_ENDS):
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
            and not following.without_marks.text.endswith(_SENTENCE_ENDS)
            and self._has_body(place + 1, level)
        )

    def _is_title(self, node: NodeBuilder, place: int) -> bool:
        """True for a line that continues the title of a part, chapter or section, which is on lines of its own."""
        line = self.lines[place]
        if self.quoted_flags[place] or re.match(r"[-+*(]", line.text) or "|" in line.raw:
            return False
        if not node.heading:
            return len(line.text) <= MAX_HEADING_LENGTH and not line.without_marks.text.endswith((";", ":", ","))
        if node.level is Level.article:
            return False
        return line.is_uppercase and node.heading[-1].isupper() and len(node.heading) < 5

    def _append_text(self, text: str) -> None:
        """Append a line without a label to the current node, or as a paragraph of its own."""
        if self.sequence.path:
            self.sequence.path[-1].text.append(text)
            return
        self.paragraphs += 1
        part = ref_part("doan", str(self.paragraphs))
        ref = self.refs.allocate(f"{self.above}/{part}" if self.above else part)
        self.nodes.append(NodeBuilder(ref, self.above, "paragraph", None, text=[text]))
