"""Moments as feeds and pages write them: one reader for RFC 822, RFC 3339 and Vietnamese forms. Pure.

Read are a day (in figures with the day before the month, in words, or with the name of a month), a time (`15:30`,
`03:00:00 PM`, `15h30`, `15 giờ 30`, `15h`, `3 giờ chiều`) and a zone (`Z`, `+07:00`, `GMT+7`, `UTC+7`, `ICT`, `EST`,
`Asia/Tokyo`). Without a zone, the moment is in Việt Nam. An hour that its part of the day does not have is no time:
`15 giờ sáng`. So is an hour of twelve beside a part of the day that may be its own: `Hát tối 8:30`.
"""

import re
from datetime import date, datetime, time

from hub.legal.calendar_words import MONTH, MONTHS, WORD_MONTH
from hub.legal.clock_times import find_time
from hub.legal.dates import find_dates
from hub.legal.time_zones import read_zone
from hub.lookalikes import fold_signs
from hub.text import one_line
from hub.times import is_storable_day, is_storable_moment

MAX_LENGTH = 120
"""Longer texts are read up to here: a moment stands alone, or after a few words."""

_ISO_DAY = re.compile(r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)")
_NAMED = (
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -](?P<month>{MONTH})\.?,?[ -](?P<year>\d{{4}}|\d{{2}})(?![\d:])",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<month>{MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,| ,)? (?P<year>\d{{4}})(?!\d)", re.IGNORECASE
    ),
    # As asctime: `Mon Nov  2 08:00:00 2026`.
    re.compile(
        rf"\b(?P<month>{MONTH}) (?P<day>\d{{1,2}}) [\d:]{{4,8}}(?:\.\d{{1,9}})?"
        r"(?: [A-Z]{1,5}| (?:GMT|UTC)?[+-]\d{1,2}(?::?\d\d)?){0,2} (?P<year>\d{4})\b",
        re.IGNORECASE,
    ),
    # As content management systems write Vietnamese: `02 Th11 2026`, `2 tháng 11, 2026`, `Tháng Mười Một 2, 2026`.
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})[ ,]{{1,2}}{WORD_MONTH},? (?P<year>\d{{4}})(?![\d:])", re.IGNORECASE),
    re.compile(rf"{WORD_MONTH} (?P<day>\d{{1,2}}), ?(?P<year>\d{{4}})(?!\d)", re.IGNORECASE),
)
_FIGURES = re.compile(r"(?<![\d/.-])(?P<day>\d{1,2})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)")
_SHORT_YEAR = re.compile(
    r"(?<![\d/.-])(?P<day>\d{1,2})(?P<mark>[/.])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{2})(?![\d/.-])"
)
"""Two figures are a year only beside a time: alone they may be the number of a section."""
_POINT_TIME = re.compile(r"(?<![\d.,/-])(?P<hour>\d{1,2})\.(?P<minute>[0-5]\d)(?= ?[ap]\.?m\b)", re.IGNORECASE)
_ISO_TIME = re.compile(r"(?<=\d)T(?=\d\d:?\d\d)", re.IGNORECASE)
_COMPACT = re.compile(
    r"(?<!\d)(?P<day>\d{8})T(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?=[.,Z+-]|\b)", re.IGNORECASE
)


def read_moment(text: str) -> datetime | date | None:
    """Read the moment of a text, with its zone; a day if the text has no time; None if it has no day."""
    text = fold_signs(one_line(text[:MAX_LENGTH])).replace("–", "-")
    is_joined = _ISO_TIME.search(text) is not None
    text = _ISO_TIME.sub(" ", _POINT_TIME.sub(r"\g<hour>:\g<minute>", _COMPACT.sub(_spread, text)))
    is_of_program = is_joined or any(each.search(text) for each in (_ISO_DAY, *_NAMED[:3]))
    found = find_time(text, is_of_program=is_of_program, may_be_range=not is_joined)
    day = _read_day(text, has_time=found is not None and found.is_clock)
    if day is None or not is_storable_day(day):
        return None
    if found is None or found.clock is None:
        return day
    zone = read_zone(found.after, day, is_exact=found.has_seconds or (is_of_program and not found.is_range))
    moment = datetime.combine(day, time(), zone) + found.clock
    return moment if is_storable_moment(moment) else None


def _spread(found: re.Match[str]) -> str:
    """The compact form of ISO 8601 with the signs of the other."""
    day = found["day"]
    return f"{day[:4]}-{day[4:6]}-{day[6:]} {found['hour']}:{found['minute']}:{found['second'] or '00'}"


def _read_day(text: str, *, has_time: bool) -> date | None:
    for pattern in (_ISO_DAY, *_NAMED):
        if (match := pattern.search(text)) is not None:
            return _date(match["year"], match["month"], match["day"])
    if (match := _FIGURES.search(text)) is not None:
        # An American page writes the month first, which shows where there is no such month.
        return _date(match["year"], match["month"], match["day"]) or _date(match["year"], match["day"], match["month"])
    if has_time and (match := _SHORT_YEAR.search(text)) is not None:
        return _date(match["year"], match["month"], match["day"])
    found = find_dates(text)
    return found[0].on if found else None


def _date(year: str, month: str, day: str) -> date | None:
    number = MONTHS.get(month.lower()) or int(month)
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day))
    except ValueError:
        return None
