"""Raised and lowered figures as Unicode writes them: `10³ m²`, `CO₂`. Without it they would join the figures before."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import groupby

_RAISED = dict(zip("0123456789+-−–=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾", strict=True)) | {".": ".", ",": ","}
_LOWERED = dict(zip("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎", strict=True)) | {".": ".", ",": ","}
_RAISED_LETTERS = dict(zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))
MARKS = "⁰¹²³⁴-⁹" + "".join(_RAISED_LETTERS.values())
"""Characters of a pattern that match raised figures and letters."""
PROVISION = r"(?:điều|khoản|điểm|tiểu mục|mục|chương|phần|phụ lục)"
"""Pattern of the word for a numbered part of a legal text."""
_AFTER_PROVISION = re.compile(rf"{PROVISION}\s{{1,4}}\d{{1,4}}\s?$", re.IGNORECASE)
_BRACKETED = re.compile(r"\[\d{1,3}\]")
"""The mark of a footnote, which its brackets keep apart from figures."""
_CONTEXT = 40
"""Characters before raised text that decide what it is."""
_LONGEST = 12
"""Characters of raised or lowered text that are converted; a longer one is a sentence in small letters."""


class Height(StrEnum):
    """The height at which letters stand."""

    normal = "normal"
    raised = "raised"
    lowered = "lowered"


_HEIGHT_STYLE = re.compile(
    r"(?P<name>vertical-align|mso-text-raise|baseline-shift|font-variant-position|(?<![\w-])top)\s{0,4}:\s{0,4}"
    r"(?:(?P<named>super|sub|baseline)|(?P<size>[+-]?(?:\d{1,4}(?:\.\d{0,4})?|\.\d{1,4}))(?P<unit>px|pt|r?em|ex|%))",
    re.IGNORECASE,
)
_SMALLEST = {"px": 3.5, "pt": 2.5, "em": 0.2, "rem": 0.2, "ex": 0.4, "%": 20.0}
"""Distances from the line, at least; smaller ones only place a letter better."""
_FONT_SIZE = re.compile(
    r"font-size\s{0,4}:\s{0,4}(?:(?P<named>smaller|(?:xx?-)?small)|"
    r"(?P<size>\d{1,4}(?:\.\d{0,4})?|\.\d{1,4})(?P<unit>px|pt|r?em|ex|%))",
    re.IGNORECASE,
)
_NORMAL_SIZE = {"px": 14.0, "pt": 11.0, "em": 1.0, "rem": 1.0, "ex": 2.0, "%": 100.0}
"""Sizes of letters that are not small."""
_NAMED = {"super": Height.raised, "sub": Height.lowered, "baseline": Height.normal}


def height_of_style(style: str) -> Height | None:
    """The height that a style of HTML gives to letters; None when it gives none.

    Programs for texts give it as a distance (`mso-text-raise:4.0pt`), and `top` counts only for a relative position.
    Pages also move words down to align them, so that a distance lowers only letters that the same style makes small.
    """
    height = None
    is_relative = re.search(r"position\s{0,4}:\s{0,4}relative", style, re.IGNORECASE) is not None
    is_small = _is_small(style)
    for found in _HEIGHT_STYLE.finditer(style):
        name = found["name"].lower()
        if name == "top" and not is_relative:
            continue
        if found["named"]:
            height = _NAMED[found["named"].lower()]
        elif (size := float(found["size"])) and abs(size) >= _SMALLEST[found["unit"].lower()]:
            if (size < 0) == (name == "top"):
                height = Height.raised
            elif is_small:
                height = Height.lowered
    return height


def _is_small(style: str) -> bool:
    sizes = list(_FONT_SIZE.finditer(style))
    if not sizes:
        return False
    last = sizes[-1]
    return bool(last["named"]) or float(last["size"]) < _NORMAL_SIZE[last["unit"].lower()]


def join_heights(parts: Iterable[tuple[str, Height]]) -> str:
    """Join parts of a line, with raised and lowered figures as Unicode has them."""
    joined = ""
    for height, group in groupby((part for part in parts if part[0]), key=lambda part: part[1]):
        text = "".join(each for each, _ in group)
        joined += text if height is Height.normal else "".join(_convert_words(text, height, joined[-_CONTEXT:]))
    return joined


def _convert_words(text: str, height: Height, before: str) -> Iterator[str]:
    for word in re.split(r"(\s+)", text):
        yield word if not word or word.isspace() else _convert(word, height, before)
        before = f"{before}{word}"[-_CONTEXT:]


def _convert(text: str, height: Height, before: str) -> str:
    table = _RAISED if height is Height.raised else _LOWERED
    after_figure = before[-1:].isdecimal()
    if height is Height.raised and len(text) == 1:
        if text in "oO" and after_figure:
            return "°"
        if text in _RAISED_LETTERS and _AFTER_PROVISION.search(before):
            return _RAISED_LETTERS[text]
    if not any(letter.isdecimal() or letter in "+-−–" for letter in text) or _BRACKETED.fullmatch(text):
        return text
    if height is Height.lowered or all(letter in table for letter in text):
        return "".join(table.get(letter, letter) for letter in text)
    if len(text) <= _LONGEST:
        return f"^({text.strip('()')})" if before[-1:].isalnum() else text
    return f" {text}" if after_figure and text[:1].isdecimal() else text
