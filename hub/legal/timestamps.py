"""Moments as feeds and pages write them: one reader for RFC 822, RFC 3339 and Vietnamese forms. Pure.

Read are a day (in figures with the day before the month, in words, or with the name of a month), a time (`15:30`,
`03:00:00 PM`, `15h30`, `15 giờ 30`, `15h`, `3 giờ chiều`) and a zone (`Z`, `+07:00`, `GMT+7`, `UTC+7`, `ICT`, `EST`,
`Asia/Tokyo`). Without a zone, the moment is in Việt Nam. An hour that its part of the day does not have is no time:
`15 giờ sáng`. So is an hour of twelve beside a part of the day that may be its own: `Hát tối 8:30`.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from hub.legal.dates import WORD_MONTHS, find_dates
from hub.legal.day_parts import ANY_PART, PART, contradicts_hour, hour_of_day, is_after_midnight
from hub.lookalikes import fold_signs
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
_WORD_MONTH = r"(?:tháng|thg|th)\.? ?(?P<month>\d{1,2}|" + "|".join(sorted(WORD_MONTHS, key=len, reverse=True)) + ")"
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_MONTHS |= WORD_MONTHS
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
        rf"\b(?P<month>{_MONTH}) (?P<day>\d{{1,2}}) [\d:]{{4,8}}(?:\.\d{{1,9}})?"
        r"(?: [A-Z]{1,5}| (?:GMT|UTC)?[+-]\d{1,2}(?::?\d\d)?){0,2} (?P<year>\d{4})\b",
        re.IGNORECASE,
    ),
    # As content management systems write Vietnamese: `02 Th11 2026`, `2 tháng 11, 2026`, `Tháng Mười Một 2, 2026`.
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})[ ,]{{1,2}}{_WORD_MONTH},? (?P<year>\d{{4}})(?![\d:])", re.IGNORECASE),
    re.compile(rf"{_WORD_MONTH} (?P<day>\d{{1,2}}), ?(?P<year>\d{{4}})(?!\d)", re.IGNORECASE),
)
_FIGURES = re.compile(r"(?<![\d/.-])(?P<day>\d{1,2})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)")
_SHORT_YEAR = re.compile(
    r"(?<![\d/.-])(?P<day>\d{1,2})(?P<mark>[/.])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{2})(?![\d/.-])"
)
"""Two figures are a year only beside a time: alone they may be the number of a section."""
_MONTH_NAME = rf"(?:st|nd|rd|th)?[ ,-]{{1,2}}(?:{_MONTH}|tháng|thg|th)(?![^\W\d_])"
"""Signs and words that follow the figures of a day before the name of its month."""
_NO_DAY = rf"(?!\d{{1,2}}(?:[/.-]\d{{1,2}}[/.-]\d{{2,4}}(?![\d/.-])|{_MONTH_NAME}))"
"""A day after a full hour is not its minute: `10h 02/11/2026`, `10 giờ 02 tháng 11`."""
_DAY_OF_WEEK = r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|t[2-7]|cn)(?![^\W_])"
_MINUTE_SIGN = r"(?: ?(?:phút|ph?(?![^\W_]|\.? ?m\b)|['’′]))"
_PART_BEHIND = (
    rf"(?:(?: vào | ?[,(\[] ?(?={ANY_PART}[ )\],;|]{{0,3}}(?:$|\d|[|-]|ngày |hôm |{_DAY_OF_WEEK}))| ?)"
    rf"(?P<part>{ANY_PART}))?"
)
"""Behind a comma or bracket, the part of the day ends the text or a day follows it."""
_ONE_FIGURE = (
    rf"\d(?={_MINUTE_SIGN}| ?{PART}|[ ,;(]{{1,3}}(?:(?:vào )?{PART}|ngày \d|{_DAY_OF_WEEK}|\d{{1,2}}[/.-]\d)|$)"
)
_TIME = re.compile(
    rf"(?<![\d:.+-])(?P<hour>\d{{1,2}})(?: ?: ?|(?: ?[hg] ?| ?giờ ?){_NO_DAY})(?P<minute>\d{{2}}(?!\d)|{_ONE_FIGURE})"
    rf"(?:(?: ?: ?|{_MINUTE_SIGN} ?{_NO_DAY})(?P<second>\d{{2}})(?:[.,](?P<fraction>\d{{1,9}}))?(?!\d)"
    rf"(?: ?giây|['’′\"”″]{{1,2}})?)?{_MINUTE_SIGN}?{_PART_BEHIND}",
    re.IGNORECASE,
)
_HOUR = re.compile(
    r"(?<![\d:.,/+-])(?P<hour>\d{1,2}) ?(?:giờ|h|g)(?![^\W_])(?:(?P<half> rưỡi)| kém (?P<less>\d{1,2})(?: phút)?)?"
    rf"{_PART_BEHIND}",
    re.IGNORECASE,
)
_POINT_TIME = re.compile(r"(?<![\d.,/-])(?P<hour>\d{1,2})\.(?P<minute>[0-5]\d)(?= ?[ap]\.?m\b)", re.IGNORECASE)
_ISO_TIME = re.compile(r"(?<=\d)T(?=\d\d:?\d\d)", re.IGNORECASE)
_COMPACT = re.compile(
    r"(?<!\d)(?P<day>\d{8})T(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?=[.,Z+-]|\b)", re.IGNORECASE
)
_NO_HOUR = r"(?![\d:/.-]| ?[%°]| ?(?:h|g|giờ)(?![^\W_])| ?(?:gmt|utc)(?![^\W_]))"
_NO_WORD = (
    rf"(?! ?(?!(?:ngày|hôm|{_DAY_OF_WEEK}|mon|tue|wed|thu|fri|sat|sun|ict|est|edt|cst|cdt|mst|mdt|pst|pdt)"
    r"(?![^\W_]))[^\W\d_])"
)
_OFFSET = re.compile(
    rf"[\[(]?\b(?:gmt|utc|ut)(?: ?/ ?(?:gmt|utc))? ?(?P<sign>[+-])(?: (?!\d{{1,2}}{_MONTH_NAME}))?"
    rf"(?P<hours>\d{{1,2}})(?::?(?P<minutes>\d{{2}}))?{_NO_HOUR}|"
    rf"[\[(]?(?P<sign2>[+-])(?P<hours2>\d{{1,2}})(?::?(?P<minutes2>\d{{2}}))?{_NO_HOUR}{_NO_WORD}|"
    # A plus that was decoded as the space of a form.
    rf"[\[(]?\b(?:gmt|utc) (?!\d{{1,2}}{_MONTH_NAME})(?P<hours3>\d{{1,2}}){_NO_HOUR}{_NO_WORD}",
    re.IGNORECASE,
)
_MINUTES_OF_ZONES = frozenset(
    {60 * hours for hours in range(-12, 15)} | {-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825}
)
"""Offsets that exist in the world."""
_UNTIL = re.compile(
    r"(?P<to> ?(?:->?|đến|tới) ?)(?P<hour>\d{1,2})(?:(?: ?: ?|(?: ?[hg] ?| ?giờ ?)"
    rf"{_NO_DAY})(?P<minute>\d{{2}})(?!\d)|(?P<unit> ?(?:giờ|h|g))(?![^\W_]))(?!:\d){_MINUTE_SIGN}?{_PART_BEHIND}",
    re.IGNORECASE,
)
"""The end of a range of hours, whose part of the day is that of its beginning as well: `7h - 9h tối`."""
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "ict": 7, "wib": 7, "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "cet": 1,
    "cest": 2, "bst": 1, "wet": 0, "west": 1, "eet": 2, "eest": 3, "msk": 3, "gst": 4, "ist": 5.5, "wita": 8, "myt": 8,
    "pht": 8, "awst": 8, "acst": 9.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_ZONE_NAME = re.compile(rf"[\[(]?(?<![A-Z])(?P<name>{'|'.join(_ZONES)})(?![A-Z])", re.IGNORECASE)
_REGION = re.compile(
    r"[\[(]?(?P<region>[A-Z][A-Z_]{1,20}(?:/[A-Z][A-Z_+-]{0,30}\d{0,2}){1,2})(?![A-Z\d/])", re.IGNORECASE
)
_VIETNAM = ("asia/ho_chi_minh", "asia/saigon")
_DAY_BETWEEN = (
    r"(?:\d{4}[/.-]\d{1,2}[/.-]\d{1,2}|\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{4})?"
    rf"|\d{{1,2}}(?:,? {_WORD_MONTH.replace('?P<month>', '?:')}(?:,? (?:năm )?\d{{4}})?)?)(?!\d)"
)
_PART_BEFORE = re.compile(
    rf"(?:^|[,;:|(-] ?|(?<![^\W_])(?:lúc|vào) )(?P<part>{PART})[ ,;:|(-]{{0,3}}"
    rf"(?:(?:{_DAY_OF_WEEK}|{_DAY_BETWEEN}|(?:nay|qua|ngày|hôm|mùng|mồng|vào|lúc|khoảng|hồi|từ)(?![^\W_]))"
    r"[ ,;:|()-]{0,3}){0,8}$",
    re.IGNORECASE,
)
"""A part of the day before its hour, with nothing but the day between them."""


_BEGINNING = re.compile(
    r"(?<![\d:.,/+-])(?<!ngày )(?<!tháng )(\d{1,2})(?=(?: ?- ?|(?<=từ \d)(?: đến | tới )|(?<=từ \d\d)(?: đến | tới ))"
    r"\d{1,2} ?(?:giờ|h|g)(?![^\W_])(?! (?:trước|sau|nữa)))",
    re.IGNORECASE,
)
"""The beginning of a range whose end alone has the word for hours: `8-11h`, `từ 8 đến 11 giờ`."""


def read_moment(text: str) -> datetime | date | None:
    """Read the moment of a text, with its zone; a day if the text has no time; None if it has no day."""
    text = fold_signs(one_line(text[:MAX_LENGTH])).replace("–", "-")
    is_joined = _ISO_TIME.search(text) is not None
    text = _ISO_TIME.sub(" ", _POINT_TIME.sub(r"\g<hour>:\g<minute>", _COMPACT.sub(_spread, text)))
    text = _BEGINNING.sub(r"\1h", text)
    found = _TIME.search(text) or _HOUR.search(text)
    parts = found.groupdict() if found is not None else {}
    after = text[found.end() :] if found is not None else ""
    is_exact = is_joined or bool(parts.get("second")) or any(each.search(text) for each in (_ISO_DAY, *_NAMED[:3]))
    if not (is_joined or parts.get("second")) and (until := _UNTIL.match(after)) is not None:
        begins = (int(parts["hour"] or 0), int(parts.get("minute") or 0))
        if not is_exact or until["to"] != "-" or begins < (int(until["hour"]), int(until["minute"] or 0)):
            after, parts["part"], is_exact = after[until.end() :], parts["part"] or until["part"], False
    is_time = found is not None and _clock({**parts, "part": None}) is not None
    if found is not None and not parts["part"]:
        parts["part"] = _part_before(
            text[: found.start()], parts, is_of_program=found[0].startswith("0") and ":" in found[0]
        )
    clock = _clock(parts) if parts else None
    if clock is not None and not parts["part"] and contradicts_hour(int(parts["hour"] or 0), text):
        clock = None
    day = _read_day(text, has_time=is_time)
    if day is None or not is_storable_day(day):
        return None
    if found is None or clock is None:
        return day
    moment = datetime.combine(day, time(), _read_zone(after, day, is_exact=is_exact)) + clock
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
    number = _MONTHS.get(month.lower()) or int(month)
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day))
    except ValueError:
        return None


def _part_before(before: str, parts: Mapping[str, str | None], *, is_of_program: bool) -> str | None:
    """The part of the day before an hour of twelve, when it has that hour on its day: `Chiều 02/11/2026, 3 giờ`.

    A program writes hours of the whole day (`08:30`), which a part of the day beside them leaves in doubt.
    """
    found = None if is_of_program else _PART_BEFORE.search(before)
    if found is None or is_after_midnight(int(parts["hour"] or 0), found["part"]):
        return None
    return found["part"] if _clock({**parts, "part": found["part"]}) is not None else None


def _clock(parts: Mapping[str, str | None]) -> timedelta | None:
    """The time since midnight; 24:00 is the end of the day."""
    hour, second = int(parts["hour"] or 0), min(int(parts.get("second") or 0), 59)
    minute = 30 if parts.get("half") else int(parts.get("minute") or 0)
    less = int(parts.get("less") or 0)
    if part := parts["part"]:
        of_day = hour_of_day(hour, part, is_full=minute == second == 0 and not less)
        if of_day is None:
            return None
        hour = of_day
    clock = timedelta(
        hours=hour, minutes=minute - less, seconds=second, microseconds=_microseconds(parts.get("fraction"))
    )
    return clock if max(minute, less) < 60 and timedelta() <= clock <= timedelta(hours=24) else None


def _microseconds(fraction: str | None) -> int:
    return int((fraction or "").ljust(6, "0")[:6])


def _read_zone(after: str, day: date, *, is_exact: bool) -> tzinfo:
    """Read the zone that follows a time; Việt Nam if there is none that is known.

    After a time in prose, a minus before an hour (`15:30 -10`) is none: programs write days, seconds or four figures.
    """
    after = re.sub(r"^ \d{4}(?= ?[+-]\d| [A-Z])", "", after)
    match = _OFFSET.match(after.lstrip(" ,;-–|")) or _OFFSET.match(after.lstrip(" ,;|"))
    is_bare = match is not None and match[0][0] == "-" and re.fullmatch(r"-\d{4}", match[0]) is None
    if match is not None and (is_exact or not is_bare):
        sign = match["sign"] or match["sign2"]
        hours = int(match["hours"] or match["hours2"] or match["hours3"])
        minutes = (60 * hours + int(match["minutes"] or match["minutes2"] or 0)) * (-1 if sign == "-" else 1)
        return timezone(timedelta(minutes=minutes)) if minutes in _MINUTES_OF_ZONES else VIETNAM
    match = _REGION.match(after.lstrip(" ,"))
    if match is not None and (zone := _zone_of_region(match["region"], day)) is not None:
        return zone
    match = _ZONE_NAME.match(after.lstrip())
    return VIETNAM if match is None else timezone(timedelta(hours=_ZONES[match["name"].lower()]))


def _zone_of_region(name: str, day: date) -> tzinfo | None:
    """The offset of a region on a day; None for no region.

    That of Việt Nam is the same on every day, as everywhere in the hub.
    """
    if name.lower() in _VIETNAM:
        return VIETNAM
    known = _regions().get(name.lower())
    offset = None if known is None else datetime.combine(day, time(12), ZoneInfo(known)).utcoffset()
    return None if offset is None else timezone(offset)


@lru_cache(maxsize=1)
def _regions() -> dict[str, str]:
    """The names of all regions, by their lower case."""
    return {name.lower(): name for name in available_timezones()}
