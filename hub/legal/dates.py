"""Dates in Vietnamese writing: `ngày 01 tháng 8 năm 2023`, `01/8/2023`, `1.8.2023`, `1-8-2023`."""

import re
from dataclasses import dataclass
from datetime import date

from hub.lookalikes import fold_signs
from hub.text import one_line

_S = r"[ \t\n\xa0]{0,12}"
WORD_MONTHS = {
    "giêng": 1, "một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8,
    "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
"""Numbers of the months by their words."""
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
    "xii": 12,
}
_WORD_MONTH = "|".join(sorted(WORD_MONTHS, key=len, reverse=True))
_ROMAN_MONTH = "|".join(sorted(_ROMAN, key=len, reverse=True))

_IN_WORDS = (
    rf"(?:(?:ngày|ngay){_S}(?:mồng|mùng)?{_S})?(?<!\d)\d{{1,2}}{_S}(?:tháng|thang|ngày(?={_S}\d{{1,2}}{_S}năm)){_S}"
    rf"(?:\d{{1,2}}|{_WORD_MONTH}|{_ROMAN_MONTH}){_S}(?:(?:năm|nam){_S}|/{_S})\d{{4}}(?!\d)"
)
_IN_FIGURES = (
    rf"(?:(?:ngày|ngay){_S})?(?<![\d/.-])\d{{1,2}} ?(?P<mark>[/.–-]) ?(?:\d{{1,2}}|(?:{_ROMAN_MONTH})(?=[ /.–-]))"
    r" ?(?P=mark) ?\d{4}(?!\d)"
)
DATE_PATTERN = f"{_IN_WORDS}|{_IN_FIGURES}"
"""Pattern of a date inside running text, to be compiled with IGNORECASE (it contains the group `mark`)."""

_DATE = re.compile(DATE_PATTERN, re.IGNORECASE)
_PARTS = re.compile(
    rf"\d+|(?<=tháng)\s*(?:{_WORD_MONTH}|{_ROMAN_MONTH})(?=[\s/]|năm)|(?<=[/.–-])\s?(?:{_ROMAN_MONTH})\b", re.IGNORECASE
)


@dataclass(frozen=True)
class DateMatch:
    """A date and its span in a text."""

    start: int
    end: int
    on: date


def find_dates(text: str) -> list[DateMatch]:
    """Find every date of a text in reading order, day before month. Dates that do not exist are skipped."""
    found = []
    for match in _DATE.finditer(fold_signs(text)):
        on = _date(match.group())
        if on is not None:
            found.append(DateMatch(match.start(), match.end(), on))
    return found


def parse_date(text: str) -> date | None:
    """Parse a text that consists of one date; None for any other text."""
    text = one_line(text)
    found = find_dates(text)
    return found[0].on if len(found) == 1 and (found[0].start, found[0].end) == (0, len(text)) else None


def _date(written: str) -> date | None:
    parts = [part.strip().lower() for part in _PARTS.findall(written)]
    if len(parts) != 3:
        return None
    day, month, year = parts
    try:
        return date(int(year), int(month) if month.isdigit() else WORD_MONTHS.get(month) or _ROMAN[month], int(day))
    except (ValueError, KeyError):
        return None
