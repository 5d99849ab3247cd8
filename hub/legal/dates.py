"""Dates in Vietnamese writing: `ngày 01 tháng 8 năm 2023`, `01/8/2023`, `1.8.2023`, `1-8-2023`."""

import re
from dataclasses import dataclass
from datetime import date

from hub.text import one_line

IN_TEXT = (
    r"(?:ngày\s+)?\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}(?!\d)"
    r"|(?:ngày\s+)?(?<![\d/.-])\d{1,2}\s?(?P<mark>[/.-])\s?\d{1,2}\s?(?P=mark)\s?\d{4}(?!\d)"
)
"""Pattern of a date inside running text, for use without regard to case (it holds the group `mark`)."""

_DATE = re.compile(IN_TEXT, re.IGNORECASE)
_FIGURES = re.compile(r"\d+")


@dataclass(frozen=True)
class FoundDate:
    """A date and where it stands in a text."""

    start: int
    end: int
    on: date


def find_dates(text: str) -> list[FoundDate]:
    """Every date of a text in reading order, day before month; what is no day of the calendar is left out."""
    found = []
    for match in _DATE.finditer(text):
        day, month, year = (int(part) for part in _FIGURES.findall(match.group()))
        try:
            found.append(FoundDate(match.start(), match.end(), date(year, month, day)))
        except ValueError:
            continue
    return found


def parse_date(text: str) -> date | None:
    """The date that a text is, and nothing else; None for any other text."""
    text = one_line(text)
    found = find_dates(text)
    return found[0].on if len(found) == 1 and (found[0].start, found[0].end) == (0, len(text)) else None
