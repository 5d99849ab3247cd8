"""Numbering labels at the beginning of lines: `Chương II`, `Điều 5.`, `2.`, `a)`, `I.`, `Phụ lục 1`."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from hub.legal.aligned_text import AlignedText
from hub.legal.document.capitals import is_uppercase
from hub.legal.document.footnote_marks import RAISED, find_label_mark, remove_addresses


class Level(StrEnum):
    """Levels of numbering; their values are the words of refs."""

    annex = "phu-luc"
    part = "phan"
    chapter = "chuong"
    section = "muc"
    subsection = "tieu-muc"
    article = "dieu"
    letter = "chu"
    """`A.` above `I.`, in texts without articles."""
    roman = "la-ma"
    """`I.`"""
    clause = "khoan"
    """`1.`, `1)`"""
    inner = "khoan-con"
    """`1.1.`"""
    point = "diem"
    """`a)`"""


@dataclass(frozen=True)
class NumberingLabel:
    """A numbering label: its level, the label as printed, the bare number in it, its ordinal, and the rest of the line.

    `order` is the ordinal on its level (`II` → 2, `đ` → 5), None without one. `confidence` is less than 1 for a label
    that is not written by the rules. `note` is the mark of a footnote at the label, which is in none of the others. A
    raised figure after an Arabic number (`Chương 2³`) may be part of it: it stays in `label` and `number`, `note` is
    empty, and `ingest.extraction.figure_heights` adds a doubt. After a Roman one (`Chương II³`) it is a mark.
    """

    level: Level
    label: str
    number: str
    order: int | None
    rest: str
    confidence: float = 1.0
    note: str = ""


POINTS = "abcdđeghiklmnopqrstuvxy"
"""Letters that number points (điểm), in order; without f, j, w and z."""
_ORDINALS = {
    word: place
    for place, word in enumerate(
        ("nhat", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "muoi mot", "muoi hai"), start=1
    )
}
_FIGURE = rf"[ivxlc]{{1,7}}(?![^\W_])|\d{{1,3}}[a-z]?(?![^\W_{RAISED}])[{RAISED}]{{0,3}}"
_NUMBER = rf"(?P<number>{_FIGURE})"
_REST = r"(?P<rest>.*)$"
_GAP = r"(?: ?[.:–-] ?| |$)"

_STRUCTURE: tuple[tuple[Level, re.Pattern[str]], ...] = (
    (
        Level.part,
        re.compile(
            r"phan (?:(?:thu )(?P<number>nhat|hai|ba|tu|nam|sau|bay|tam|chin|muoi(?: mot| hai)?)(?![^\W_])"
            rf"|(?P<figure>(?:[ivxlc]{{1,7}}|[a-h])(?![^\W_])|\d{{1,2}}(?![^\W_{RAISED}])[{RAISED}]{{0,3}}))"
            rf"{_GAP}{_REST}"
        ),
    ),
    (Level.chapter, re.compile(rf"chuong (?:thu )?{_NUMBER}{_GAP}{_REST}")),
    (Level.subsection, re.compile(rf"tieu muc {_NUMBER}{_GAP}{_REST}")),
    (Level.section, re.compile(rf"muc {_NUMBER}{_GAP}{_REST}")),
)
_ARTICLE = re.compile(
    rf"dieu ?(?P<number>\d{{1,4}}(?: ?[a-z](?![^\W_{RAISED}]))?[{RAISED}]{{0,3}})"
    r"(?P<mark> ?[.:](?!\d)| ?[-–](?= )|(?= )|$) ?(?P<rest>.*)$"
)
_ANNEX = re.compile(
    rf"(?:phu luc|bieu mau|mau)(?: so)?(?: ?:)? ?(?:(?P<number>{_FIGURE}|[a-h](?![^\W_])))?{_GAP}{_REST}"
)
_ROMAN = re.compile(r"(?P<number>[IVXL]{1,6})(?:[.)] ?|/ )(?P<rest>(?![\dIVXL.]).*)$")
_LETTER = re.compile(r"(?P<number>[A-HĐ])[.] ?(?P<rest>(?![.\d]).*)$")
_CLAUSE = re.compile(
    rf"[*]{{0,2}}(?P<number>\d{{1,3}}[a-zđ]?[{RAISED}]{{0,3}})"
    r"(?P<mark> ?[.)])[*]{0,2}(?: |(?=[^\W\d_“\"(*/]))(?P<rest>.*)$"
)
_INNER = re.compile(
    rf"[*]{{0,2}}(?P<number>\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}[{RAISED}]{{0,3}})"
    r"(?P<mark>[.)]?) (?P<rest>(?=[^\W\d_“\"(*]).*)$"
)
_POINT = re.compile(
    rf"[*]{{0,2}}(?P<number>[a-zđ](?:\d{{1,2}}|(?:\.\d{{1,2}}){{1,3}})?[{RAISED}]{{0,3}})"
    r"(?P<mark> ?[)]|[.](?= [^\W\d_]))[*]{0,2} ?(?P<rest>.*)$"
)
_OF_ANOTHER = re.compile(
    r"(?:luat|bo luat|nghi dinh|thong tu|phap lenh|hien phap|quyet dinh|quy che|quy dinh|dieu le|nghi quyet|cua|nay|va|"
    r"va|den|hoac|cac|theo|thi|duoc|phai|,|;|khoan|diem|chuong)(?![^\W_])|[,;)]"
)
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def roman_value(text: str) -> int:
    """The value of a Roman number in lower case."""
    values = [_ROMAN_DIGITS[digit] for digit in text]
    return sum(
        -value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )


def ordinal(number: str) -> int | None:
    """The ordinal of a number: `II`, `2`, `2a`, `hai` → 2; None for any other text."""
    small = number.lower()
    if (figure := re.match(r"\d+", small)) is not None:
        return int(figure.group())
    if small in _ORDINALS:
        return _ORDINALS[small]
    return roman_value(small) if small and set(small) <= set("ivxlc") else None


def match_numbering(aligned: AlignedText) -> NumberingLabel | None:
    """Match the numbering label at the beginning of a line; None for text."""
    plain, bare = aligned.plain, aligned.bare
    note = find_label_mark(plain)
    if note is not None:
        start, end = note.span()
        without = plain[:start] + plain[end:]
        label = _match_label(without, bare[:start] + bare[end:])
        if label is not None and start <= len(without) - len(label.rest):
            # Stars on both sides of a number make it bold, and are no mark: `**1**. Nội dung`.
            mark = remove_addresses(note[0]).strip("* " if plain.startswith("*") else " ")
            return replace(label, note=mark)
    return _match_label(plain, bare)


def _match_label(plain: str, bare: str) -> NumberingLabel | None:
    first = bare[:1]
    if first in "pctmd" and (found := _match_structure(plain, bare)) is not None:
        return found
    if first in "pbm" and (found := _match_annex(plain, bare)) is not None:
        return found
    if (match := _INNER.match(plain)) is not None:
        return _build_label(Level.inner, match, plain, None)
    if (match := _CLAUSE.match(plain)) is not None:
        return _build_label(Level.clause, match, plain, ordinal(match["number"]))
    if (match := _POINT.match(plain)) is not None:
        letter = match["number"][0]
        order = POINTS.index(letter) + 1 if letter in POINTS else None
        return _build_label(Level.point, match, plain, order, 1.0 if match["mark"].endswith(")") else 0.8)
    if (match := _ROMAN.match(plain)) is not None:
        return _build_label(Level.roman, match, plain, roman_value(match["number"].lower()))
    if (match := _LETTER.match(plain)) is not None:
        return _build_label(Level.letter, match, plain, "ABCDĐEGH".find(match["number"]) + 1 or None)
    return None


def _match_structure(plain: str, bare: str) -> NumberingLabel | None:
    if (match := _ARTICLE.match(bare)) is not None:
        words = plain[match.start("rest") :]
        if match["mark"] == "" and words:
            if not words[:1].isupper() or _OF_ANOTHER.match(match["rest"]):
                return None
            return NumberingLabel(
                Level.article, _label(plain, match), _number(plain, match), ordinal(match["number"]), words, 0.7
            )
        if match["mark"].strip() in (".", ":") and _OF_ANOTHER.match(match["rest"]) and words[:1].islower():
            return None
        return NumberingLabel(
            Level.article, _label(plain, match), _number(plain, match), ordinal(match["number"]), words
        )
    for level, pattern in _STRUCTURE:
        match = pattern.match(bare)
        if match is None:
            continue
        group = "figure" if match.groupdict().get("figure") else "number"
        rest = plain[match.start("rest") :].strip()
        between = plain[match.end(group) : match.start("rest")].strip()
        # `Chương II quy định về …` is a sentence; a title is in capitals, or follows a full stop or a colon.
        if rest and not between and not is_uppercase(rest):
            return None
        if rest and not rest[:1].isupper() and rest[:1].isalpha():
            return None
        return NumberingLabel(
            level, plain[: match.end(group)], plain[slice(*match.span(group))], ordinal(match[group]), rest
        )
    return None


def _match_annex(plain: str, bare: str) -> NumberingLabel | None:
    match = _ANNEX.match(bare)
    if match is None:
        return None
    rest = plain[match.start("rest") :].strip()
    head = plain[: match.start("rest")].strip(" .:–-")
    number = plain[slice(*match.span("number"))] if match["number"] else ""
    if not bare.startswith("phu luc") and not (number and head.isupper()):
        return None
    if not rest and plain.endswith((".", ";", ",")):
        return None
    between = plain[match.end("number") if number else len(head) : match.start("rest")].strip()
    if rest and not is_uppercase(rest) and not rest.startswith("(") and not (between and rest[:1].isupper()):
        return None
    if not head.isupper() and not number and rest:
        return None
    return NumberingLabel(Level.annex, head, number, ordinal(number) if number else None, rest)


def _label(plain: str, match: re.Match[str]) -> str:
    return plain[: match.end("number")]


def _number(plain: str, match: re.Match[str]) -> str:
    return plain[slice(*match.span("number"))].replace(" ", "")


def _build_label(
    level: Level, match: re.Match[str], plain: str, order: int | None, sure: float = 1.0
) -> NumberingLabel:
    start = match.start("number")
    mark = match.groupdict().get("mark")
    end = match.end("number")
    label = plain[start:end] + (plain[end : end + 1] if mark is None else mark)
    return NumberingLabel(level, label.replace(" ", ""), match["number"], order, match["rest"].strip(), sure)
