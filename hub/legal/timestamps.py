"""Moments as feeds and pages write them: one reader for RFC 822, RFC 3339 and Vietnamese forms. Pure.

Read are a day (in figures with the day before the month, in words, or with the name of a month), a time (`15:30`,
`03:00:00 PM`, `15h30`, `15 giờ 30`) and a zone (`Z`, `+07:00`, `GMT+7`, `UTC+7`, `ICT`, `EST`). Without a zone, the
moment is in Việt Nam.
"""

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from hub.legal.dates import find_dates
from hub.text import one_line
from hub.times import VIETNAM, is_storable_day, is_storable_moment

MAX_LENGTH = 120
"""Longer texts are read up to here: a moment stands alone, or after a few words."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ISO_DAY = re.compile(r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)")
_NAMED = (
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -](?P<month>{_MONTH})\.?,?[ -](?P<year>\d{{4}}|\d{{2}})(?![\d:])",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<month>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,| ,)? (?P<year>\d{{4}})(?!\d)", re.IGNORECASE
    ),
    # As asctime: `Mon Nov  2 08:00:00 2026`.
    re.compile(
        rf"\b(?P<month>{_MONTH}) (?P<day>\d{{1,2}}) [\d:]{{4,8}}(?: [A-Z]{{1,5}})? (?P<year>\d{{4}})\b", re.IGNORECASE
    ),
)
_FIGURES = re.compile(r"(?<![\d/.-])(?P<day>\d{1,2})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)")
_TIME = re.compile(
    r"(?<![\d:.+-])(?P<hour>\d{1,2})(?: ?: ?| ?h ?| ?giờ ?)(?P<minute>\d{2})(?!\d)"
    r"(?:(?: ?: ?| ?phút ?)(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?(?!\d))?"
    r"(?: ?phút)?(?: ?(?P<half>[ap]\.?m\b\.?|sa\b|ch\b|sáng|chiều|tối|trưa))?",
    re.IGNORECASE,
)
_ISO_TIME = re.compile(r"(?<=\d)T(?=\d\d:?\d\d)", re.IGNORECASE)
_OFFSET = re.compile(
    r"\(?\b(?:gmt|utc|ut)? ?(?P<sign>[+-]) ?(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?![\d/.-])|"
    r"\(?(?P<sign2>[+-])(?P<hours2>\d{1,2})(?::?(?P<minutes2>\d{2}))?(?![\d/.-])",
    re.IGNORECASE,
)
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "ict": 7, "wib": 7, "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "cet": 1,
    "cest": 2, "bst": 1, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_ZONE_NAME = re.compile(rf"\(?(?<![A-Z])(?P<name>{'|'.join(_ZONES)})(?![A-Z])", re.IGNORECASE)
_AFTERNOON = ("p", "ch", "tối")


def read_moment(text: str) -> datetime | date | None:
    """Read the moment of a text, with its zone; a day if the text has no time; None if it has no day."""
    text = _ISO_TIME.sub(" ", one_line(text[:MAX_LENGTH]))
    day = _read_day(text)
    if day is None or not is_storable_day(day):
        return None
    found = _TIME.search(text)
    clock = None if found is None else _clock(found)
    if found is None or clock is None:
        return day
    zone = _read_zone(text[found.end() :])
    moment = datetime.combine(day, clock, zone)
    return moment if is_storable_moment(moment) else None


def _read_day(text: str) -> date | None:
    for pattern in (_ISO_DAY, *_NAMED):
        if (match := pattern.search(text)) is not None:
            return _date(match["year"], match["month"], match["day"])
    if (match := _FIGURES.search(text)) is not None:
        # An American page writes the month first, which shows where there is no such month.
        return _date(match["year"], match["month"], match["day"]) or _date(match["year"], match["day"], match["month"])
    found = find_dates(text)
    return found[0].on if found else None


def _date(year: str, month: str, day: str) -> date | None:
    number = _MONTHS.get(month.lower()) or int(month)
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day))
    except ValueError:
        return None


def _clock(found: re.Match[str]) -> time | None:
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half.startswith(_AFTERNOON) or (half == "chiều"):
        hour = hour + 12 if hour < 12 else hour
    elif half.startswith(("a", "sa", "sá")) and hour == 12:
        hour = 0
    elif half == "trưa" and hour < 4:
        hour += 12
    try:
        return time(hour, int(found["minute"]), min(int(found["second"] or 0), 59), _microseconds(found["fraction"]))
    except ValueError:
        return None


def _microseconds(fraction: str | None) -> int:
    return int((fraction or "").ljust(6, "0")[:6])


def _read_zone(after: str) -> tzinfo:
    """Read the zone that follows a time; Việt Nam if there is none that is known."""
    if (match := _OFFSET.match(after.lstrip(" ,;-–|")) or _OFFSET.match(after.lstrip())) is not None:
        sign = match["sign"] or match["sign2"]
        hours, minutes = int(match["hours"] or match["hours2"]), int(match["minutes"] or match["minutes2"] or 0)
        offset = timedelta(hours=hours, minutes=minutes)
        if offset <= timedelta(hours=14):
            return timezone(-offset if sign == "-" else offset)
        return VIETNAM
    match = _ZONE_NAME.match(after.lstrip())
    return VIETNAM if match is None else timezone(timedelta(hours=_ZONES[match["name"].lower()]))
