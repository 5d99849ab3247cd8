"""Days and moments in cells: real dates, serial numbers, and the spellings of people. Pure.

A cell is read as a whole: a text with other words than a date is none. What may be read in two ways has a doubt.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hub.legal.dates import find_dates
from hub.legal.timestamps import read_moment
from hub.lookalikes import fold_signs
from hub.text import one_line
from hub.times import VIETNAM
from ingest.spreadsheets.grid import DAY, MOMENT

FIRST_YEAR, LAST_YEAR = 1900, 2100
_SERIALS = range(10_000, 80_000)
"""Serial numbers of Excel that are taken for days: 1927 to 2119. A smaller number may be a year."""
_EPOCH = date(1899, 12, 30)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})")
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)")
_FIGURES = re.compile(r"(?P<first>\d{1,2}) ?(?P<mark>[/.-]) ?(?P<second>\d{1,2}) ?(?P=mark) ?(?P<year>\d{4}|\d{2})")
_TIME_BEHIND = re.compile(r"[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?(?: ?[AaPp][Mm])?$")
_ONLY_PLACE = re.compile(r"(?:[^\W\d_][^\d,]{0,40}, ?)?")
"""Before the date of a letterhead: `Huế, ngày 20 tháng 11 năm 2015`."""
_NAMED_MONTH = re.compile(r"\d{1,2}[ -][A-Za-z]{3,9}\.?,?[ -]\d{4}|[A-Za-z]{3,9}\.? \d{1,2}, ?\d{4}")


@dataclass(frozen=True)
class DayReading:
    """A day that was read, with the doubt about it."""

    on: date
    doubt: str | None = None


def read_day(value: Any) -> DayReading | None:
    """Read the day of a cell; None for a cell that has none, or more than one."""
    if isinstance(value, dict):
        return _check_year(date.fromisoformat(value.get(DAY) or value[MOMENT][:10]))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_number(value)
    text = fold_signs(one_line(str(value or ""))).replace("–", "-").strip(" .;,'")
    if text.isdecimal() and len(text) <= 8:
        return _of_number(int(text))
    return _of_figures(text) or _of_figures(_TIME_BEHIND.sub("", text)) or _of_words(text)


def read_cell_moment(value: Any) -> tuple[datetime | date | None, str | None]:
    """Read the moment of a cell, in Việt Nam, or its day if it has no time; with the doubt about it."""
    if isinstance(value, dict) and MOMENT in value:
        return datetime.fromisoformat(value[MOMENT]).replace(tzinfo=VIETNAM), None
    day = read_day(value)
    moment = read_moment(value) if isinstance(value, str) and len(value) < 80 else None
    if isinstance(moment, datetime):
        return moment, day.doubt if day else None
    return (day.on, day.doubt) if day else (moment, None)


def figures_of(value: Any) -> tuple[int, int] | None:
    """The first two numbers of a text in figures such as `20/11/2015`; None for any other cell."""
    found = _FIGURES.fullmatch(one_line(value)) if isinstance(value, str) else None
    return (int(found["first"]), int(found["second"])) if found else None


def _check_year(on: date, doubt: str | None = None) -> DayReading | None:
    return DayReading(on, doubt) if FIRST_YEAR <= on.year <= LAST_YEAR else None


def _of_number(number: int | float) -> DayReading | None:
    if int(number) in _SERIALS:
        return DayReading(_EPOCH + timedelta(days=int(number)))
    found = _COMPACT.fullmatch(str(int(number)))
    on = _date(int(found["year"]), int(found["month"]), int(found["day"])) if found else None
    return _check_year(on) if on else None


def _of_figures(text: str) -> DayReading | None:
    if (found := _YEAR_FIRST.fullmatch(text)) is not None:
        on = _date(int(found["year"]), int(found["month"]), int(found["day"]))
        return _check_year(on) if on else None
    found = _FIGURES.fullmatch(text)
    if found is None:
        return None
    first, second, year = int(found["first"]), int(found["second"]), int(found["year"])
    doubt = None
    if len(found["year"]) == 2:
        # Documents of the years 45 to 99 are of the last century, and none is older than the state.
        year += 1900 if year >= 45 else 2000
        if first <= 12 and first != second:
            doubt = f"`{text}` has two figures for the year, and may have the month first"
    on = _date(year, second, first)
    if on is None and (on := _date(year, first, second)) is not None:
        doubt = f"`{text}` has the month first"
    return _check_year(on, doubt) if on else None


def _of_words(text: str) -> DayReading | None:
    found = find_dates(text)
    if len(found) == 1:
        before, after = text[: found[0].start], text[found[0].end :]
        if not after.strip(" .") and _ONLY_PLACE.fullmatch(before):
            return _check_year(found[0].on)
        return None
    if _NAMED_MONTH.fullmatch(text) and isinstance(on := read_moment(text), date):
        return _check_year(on.date() if isinstance(on, datetime) else on)
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
