"""The automatic numbers of Word, which are not in the text of a DOCX (ECMA-376, part 1, 17.9)."""

import re
from dataclasses import dataclass, replace
from typing import Any

from docx.oxml.ns import qn

from ingest.extraction.docx_elements import find_shown, number, switch, to_int, value
from ingest.extraction.docx_styles import StyleSheet
from ingest.extraction.number_formats import format_count, format_custom

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True)
class _ListLevel:
    """One level of a list: the form of its count, the text around it, and the levels after which it begins again."""

    form: str
    pattern: str
    text: str
    start: int
    restart: int | None
    separator: str
    is_legal: bool
    is_hidden: bool
    style: str | None

    @classmethod
    def of(cls, level: Any) -> "_ListLevel":
        form = next(find_shown(level, (qn("w:numFmt"),)), None)
        restart = value(level, "w:lvlRestart")
        return cls(
            form=(None if form is None else form.get(qn("w:val"))) or "decimal",
            pattern=("" if form is None else form.get(qn("w:format"))) or "",
            text=value(level, "w:lvlText") or "",
            start=number(level, "w:start", 0 if level.find(qn("w:start")) is None else 1),
            restart=None if restart is None else to_int(restart, _LEVELS),
            separator="" if value(level, "w:suff") == "nothing" else " ",
            is_legal=bool(switch(level, "w:isLgl")),
            is_hidden=bool(switch(level.find(qn("w:rPr")), "w:vanish")),
            style=value(level, "w:pStyle"),
        )

    def begins_again_after(self, own: int, used: int) -> bool:
        """True when this level, with the index `own`, counts from its start after a paragraph of the level `used`."""
        if self.restart is None or self.restart > own:
            return True
        return used < self.restart

    def format(self, count: int) -> str:
        """The count in the form of this level; nothing for a level without figures."""
        if self.form in ("none", "bullet"):
            return ""
        return format_custom(count, self.pattern) if self.form == "custom" else format_count(count, self.form)


@dataclass(frozen=True)
class _ListDefinition:
    """A list (`w:num`): the definition whose counts it shares, its levels, and its own starts by level."""

    abstract: str
    levels: dict[int, _ListLevel]
    starts: dict[int, int]


class Numbering:
    """Counts the paragraphs of a document as Word does.

    Lists of one definition share its counts; a list with a start of its own (`w:startOverride`) counts from it when it
    is used for the first time.
    """

    def __init__(self, root: Any, styles: StyleSheet) -> None:
        self._styles = styles
        self._abstracts = {} if root is None else _by_id(root, "w:abstractNum", "w:abstractNumId")
        self._lists = {} if root is None else _by_id(root, "w:num", "w:numId")
        self._definitions: dict[str, _ListDefinition | None] = {}
        self._of_style: dict[str | None, tuple[str, int | None] | None] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    @classmethod
    def of(cls, document: Any, styles: StyleSheet) -> "Numbering":
        """The numbering of a python-docx document; empty when it has none."""
        try:
            return cls(document.part.numbering_part.element, styles)
        except (KeyError, NotImplementedError, AttributeError):
            return cls(None, styles)

    def label(self, properties: Any, style: str | None) -> str:
        """Count a paragraph and return what stands before its text: its number with the space after it.

        `-` for a bullet, empty for a paragraph that is not numbered.
        """
        found = self._list_and_level(properties, style)
        if found is None or not 0 <= found[1] < _LEVELS:
            return ""
        name, level = found
        definition = self._definition(name)
        if definition is None or level not in definition.levels:
            return ""
        own = definition.levels[level]
        self._count(name, definition, level)
        text = self._text(definition, level)
        return f"{text}{own.separator}" if text and not own.is_hidden else ""

    def _count(self, name: str, definition: _ListDefinition, level: int) -> None:
        counts = self._counts.setdefault(definition.abstract, [None] * _LEVELS)
        if level in definition.starts and (name, level) not in self._begun:
            counts[level] = None
        self._begun.add((name, level))
        last = counts[level]
        counts[level] = definition.levels[level].start if last is None else last + 1
        for deeper in range(level + 1, _LEVELS):
            below = definition.levels.get(deeper)
            if below is None or below.begins_again_after(deeper, level):
                counts[deeper] = None

    def _text(self, definition: _ListDefinition, level: int) -> str:
        own = definition.levels[level]
        if own.form == "bullet":
            return "+" if own.text.strip() == "+" else "-" if own.text.strip() else ""
        counts = self._counts[definition.abstract]

        def fill(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            of = definition.levels.get(at)
            if of is None or at > level:
                return ""
            count = counts[at]
            count = of.start if count is None else count
            return str(count) if own.is_legal and of.form not in ("none", "bullet") else of.format(count)

        return _PLACE.sub(fill, own.text).strip()

    def _list_and_level(self, properties: Any, style: str | None) -> tuple[str, int] | None:
        """The list and level of a paragraph, its own or those of its style; list 0 takes it out of any list."""
        own = None if properties is None else properties.find(qn("w:numPr"))
        name, level = value(own, "w:numId"), value(own, "w:ilvl")
        if name is None:
            if style not in self._of_style:
                self._of_style[style] = self._list_of_style(style)
            of_style = self._of_style[style]
            if of_style is None:
                return None
            name, own_level = of_style[0], of_style[1] or 0
            return None if name == "0" else (name, own_level if level is None else to_int(level, 0))
        return None if name == "0" else (name, to_int(level, 0))

    def _list_of_style(self, style: str | None) -> tuple[str, int | None] | None:
        """The list of a style, and its level: the one that names the style, or else the one that the style names."""
        chain = self._styles.chain(style)
        lists = [found for each in chain if (found := each.find(f"{qn('w:pPr')}/{qn('w:numPr')}")) is not None]
        name = next((found for each in lists if (found := value(each, "w:numId")) is not None), None)
        if name is None:
            return None
        definition = self._definition(name)
        by_style = {each.style: level for level, each in definition.levels.items()} if definition else {}
        for each in chain:
            if (own := each.get(qn("w:styleId"))) in by_style:
                return name, by_style[own]
        level = next((found for each in lists if (found := value(each, "w:ilvl")) is not None), None)
        return name, None if level is None else to_int(level, 0)

    def _definition(self, name: str) -> _ListDefinition | None:
        if name not in self._definitions:
            self._definitions[name] = self._read_definition(name)
        return self._definitions[name]

    def _read_definition(self, name: str) -> _ListDefinition | None:
        found = self._lists.get(name)
        abstract = self._linked_abstract(value(found, "w:abstractNumId"))
        if found is None or abstract is None:
            return None
        levels = {to_int(level.get(qn("w:ilvl")), -1): _ListLevel.of(level) for level in abstract.findall(qn("w:lvl"))}
        starts: dict[int, int] = {}
        for override in found.findall(qn("w:lvlOverride")):
            at = to_int(override.get(qn("w:ilvl")), -1)
            if (level := override.find(qn("w:lvl"))) is not None:
                levels[at] = _ListLevel.of(level)
            if at in levels and value(override, "w:startOverride") is not None:
                starts[at] = number(override, "w:startOverride", 1)
                levels[at] = replace(levels[at], start=starts[at])
        return _ListDefinition(abstract.get(qn("w:abstractNumId")), levels, starts)

    def _linked_abstract(self, name: str | None) -> Any:
        """A definition by its id; one that only links to a style of lists (`w:numStyleLink`) leads to that list's."""
        for _ in range(_LEVELS):
            abstract = self._abstracts.get(name)
            style = value(abstract, "w:numStyleLink")
            if style is None:
                return abstract
            lists = (each.find(f"{qn('w:pPr')}/{qn('w:numPr')}") for each in self._styles.chain(style))
            linked = next((found for each in lists if (found := value(each, "w:numId")) is not None), None)
            name = value(self._lists.get(linked), "w:abstractNumId")
        return None


def _by_id(root: Any, tag: str, attribute: str) -> dict[str | None, Any]:
    return {element.get(qn(attribute)): element for element in root.findall(qn(tag))}
