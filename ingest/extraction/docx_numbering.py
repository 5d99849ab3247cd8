"""The automatic numbers of Word, which are not in the text of a DOCX."""

from collections.abc import Callable
from typing import Any, Self

from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

_LEVELS = 9


def _letter(count: int) -> str:
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)


def _roman(count: int) -> str:
    steps = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    roman = ""
    for value, letters in steps:
        times, count = divmod(count, value)
        roman += letters * times
    return roman


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda count: f"{count:02}",
    "lowerLetter": _letter,
    "upperLetter": lambda count: _letter(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
}


class Numbering:
    """Counts the paragraphs of a document as Word does."""

    def __init__(self, levels: dict[str, dict[int, tuple[str, str, int]]], lists: dict[str, str]) -> None:
        self._levels, self._lists = levels, lists
        self._counts: dict[str, list[int | None]] = {}
        self._styles: dict[str | None, tuple[str, int] | None] = {}
        """List and level by style: python-docx searches all styles at each lookup."""

    @classmethod
    def of(cls, document: Any) -> Self:
        """The numbering of a python-docx document; empty when it has none."""
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return cls({}, {})
        levels = {
            abstract.get(qn("w:abstractNumId")): {
                int(level.get(qn("w:ilvl"))): (
                    _value(level, "w:numFmt") or "decimal",
                    _value(level, "w:lvlText") or "",
                    int(_value(level, "w:start") or 1),
                )
                for level in abstract.findall(qn("w:lvl"))
            }
            for abstract in root.findall(qn("w:abstractNum"))
        }
        lists = {
            number.get(qn("w:numId")): _value(number, "w:abstractNumId") or "" for number in root.findall(qn("w:num"))
        }
        return cls(levels, lists)

    def label(self, paragraph: Paragraph) -> str:
        """Count a paragraph and return its number: `-` for a bullet, empty for a paragraph that is not numbered."""
        found = self._list_and_level(paragraph)
        if found is None or found[0] not in self._lists:
            return ""
        abstract, level = self._lists[found[0]], found[1]
        levels = self._levels.get(abstract, {})
        if level not in levels or level >= _LEVELS:
            return ""
        counts = self._counts.setdefault(abstract, [None] * _LEVELS)
        last = counts[level]
        counts[level] = levels[level][2] if last is None else last + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        form, text, _ = levels[level]
        if form == "bullet":
            return "-"
        if form == "none":
            return text
        for each in range(level + 1):
            own, _, start = levels.get(each, ("decimal", "", 1))
            count = counts[each]
            text = text.replace(f"%{each + 1}", _FORMATS.get(own, str)(start if count is None else count))
        return text.strip()

    def _list_and_level(self, paragraph: Paragraph) -> tuple[str, int] | None:
        """The list and level of a paragraph, its own or those of its style."""
        own = _list_of(paragraph._p.pPr)
        if own is None:
            style = paragraph._p.style
            if style not in self._styles:
                self._styles[style] = _list_of_style(paragraph)
            own = self._styles[style]
        return own if own is not None and own[0] != "0" else None


def _list_of(properties: Any) -> tuple[str, int] | None:
    """The list and level in paragraph properties; list 0 takes a paragraph out of its style's list."""
    numbered = properties.find(qn("w:numPr")) if properties is not None else None
    if numbered is None:
        return None
    number, level = _value(numbered, "w:numId"), _value(numbered, "w:ilvl")
    return (number, int(level or 0)) if number else None


def _list_of_style(paragraph: Paragraph) -> tuple[str, int] | None:
    style, above = paragraph.style, 0
    while style is not None and above < _LEVELS:
        if (found := _list_of(style.element.find(qn("w:pPr")))) is not None:
            return found
        style, above = getattr(style, "base_style", None), above + 1
    return None


def _value(element: Any, name: str) -> str | None:
    found = element.find(qn(name))
    return None if found is None else found.get(qn("w:val"))
