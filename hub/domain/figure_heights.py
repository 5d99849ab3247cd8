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
