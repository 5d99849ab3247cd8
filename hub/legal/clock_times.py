"""Times of the day: `15:30`, `03:00:00 PM`, `15h30`, `15 giờ 30`, `3 giờ chiều`, and the beginning of a range. Pure.

An hour that its part of the day does not have is no time (`15 giờ sáng`), and neither is one that may be another hour:
`Hát tối 8:30`, `8h - 10h tối`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from hub.legal.calendar_words import DAY_OF_WEEK, MONTH_NAME, WORD_MONTH
from hub.legal.day_parts import ANY_PART, PART, contradicts_hour, hour_of_day, is_after_midnight

_NO_DAY = rf"(?!\d{{1,2}}(?:[/.-]\d{{1,2}}[/.-]\d{{2,4}}(?![\d/.-])|{MONTH_NAME}))"
"""A day after a full hour is not its minute: `10h 02/11/2026`, `10 giờ 02 tháng 11`."""
_MINUTE_SIGN = r"(?: ?(?:phút|ph?(?![^\W_]|\.? ?m\b)|['’′]))"
_PART_BEHIND = (
    rf"(?:(?: vào | ?[,(\[] ?(?={ANY_PART}[ )\],;|]{{0,3}}(?:$|\d|[|-]|ngày |hôm |{DAY_OF_WEEK}))| ?)"
    rf"(?P<part>{ANY_PART}))?"
)
"""Behind a comma or bracket, the part of the day ends the text or a day follows it."""
_ONE_FIGURE = (
    rf"\d(?={_MINUTE_SIGN}| ?{PART}|[ ,;(]{{1,3}}(?:(?:vào )?{PART}|ngày \d|{DAY_OF_WEEK}|\d{{1,2}}[/.-]\d)|$)"
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
_UNTIL = re.compile(
    r"(?P<to> ?(?:->?|đến|tới) ?)(?P<hour>\d{1,2})(?:(?: ?: ?|(?: ?[hg] ?| ?giờ ?)"
    rf"{_NO_DAY})(?P<minute>\d{{2}})(?!\d)|(?P<unit> ?(?:giờ|h|g))(?![^\W_]))(?!:\d){_MINUTE_SIGN}?{_PART_BEHIND}",
    re.IGNORECASE,
)
"""The end of a range of hours, behind its beginning."""
_BEGINNING = re.compile(
    r"(?<![\d:.,/+-])(?<![^\W_])(?:(?<=từ )|(?<=lúc )|(?<![^\W\d_] ))(\d{1,2})"
    r"(?=(?: ?- ?|(?<=từ \d)(?: đến | tới )|(?<=từ \d\d)(?: đến | tới ))"
    r"\d{1,2} ?(?:giờ|h|g)(?![^\W\d_])(?! (?:trước|sau|nữa)))",
    re.IGNORECASE,
)
"""The beginning of a range whose end alone has the word for hours: `8-11h`, `từ 8 đến 11 giờ`.

A number behind a word is the number of something: `Thứ 2 - 8h`, `Phòng 3 - 14h`.
"""

_DAY_BETWEEN = (
    r"(?:\d{4}[/.-]\d{1,2}[/.-]\d{1,2}|\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{4})?"
    rf"|\d{{1,2}}(?:,? {WORD_MONTH.replace('?P<month>', '?:')}(?:,? (?:năm )?\d{{4}})?)?)(?!\d)"
)
_PART_BEFORE = re.compile(
    rf"(?:^|[,;:|(-] ?|(?<![^\W_])(?:lúc|vào) )(?P<part>{PART})[ ,;:|(-]{{0,3}}"
    rf"(?:(?:{DAY_OF_WEEK}|{_DAY_BETWEEN}|(?:nay|qua|ngày|hôm|mùng|mồng|vào|lúc|khoảng|hồi|từ)(?![^\W_]))"
    r"[ ,;:|()-]{0,3}){0,8}$",
    re.IGNORECASE,
)
"""A part of the day before its hour, with nothing but the day between them."""


@dataclass(frozen=True)
class FoundTime:
    """A time in a text."""

    clock: timedelta | None
    """Time since midnight, at most 24:00; None if the hour is none, or may be another one."""
    is_clock: bool
    """True if the figures are those of a time, whatever its part of the day."""
    has_seconds: bool
    is_range: bool
    after: str
    """The text behind it, and behind the end of a range."""


def find_time(text: str, *, is_of_program: bool, may_be_range: bool) -> FoundTime | None:
    """Find the time of a text: the first, or the beginning of a range.

    In a text that a program wrote, `08:00-05:00` is a time with its zone if it ends before it begins.
    """
    text = _BEGINNING.sub(r"\1h", text)
    found = _first_time(text)
    if found is None:
        return None
    parts = found.groupdict()
    before, after, has_seconds = text[: found.start()], text[found.end() :], bool(parts.get("second"))
    until = _UNTIL.match(after) if may_be_range and not has_seconds else None
    if (
        until is not None
        and is_of_program
        and until["to"].strip() == "-"
        and _hour_and_minute(parts) >= _hour_and_minute(until)
    ):
        until = None
    if until is not None:
        after = after[until.end() :]
    if not parts["part"]:
        parts["part"] = _part_before(before, parts, is_of_program=found[0].startswith("0") and ":" in found[0])
    clock = _clock(parts)
    if clock is not None and not parts["part"]:
        others = until is not None and _may_share_part(parts, until)
        if others or contradicts_hour(int(parts["hour"]), f"{before} {after}"):
            clock = None
    is_clock = _clock({**parts, "part": None}) is not None
    return FoundTime(clock, is_clock, has_seconds, until is not None, after)


def _first_time(text: str) -> re.Match[str] | None:
    """The first time with minutes, or else the first hour; an hour that a range begins with comes before both."""
    time, hour = _TIME.search(text), _HOUR.search(text)
    if time is not None and hour is not None and hour.start() < time.start() and _UNTIL.match(text[hour.end() :]):
        return hour
    return time or hour


def _hour_and_minute(parts: Mapping[str, str | None] | re.Match[str]) -> tuple[int, int]:
    """Hour and minute as they are written."""
    minute = parts["minute"] if isinstance(parts, re.Match) else parts.get("minute")
    return int(parts["hour"] or 0), int(minute or 0)


def _may_share_part(parts: Mapping[str, str | None], until: re.Match[str]) -> bool:
    """True if the part of a range's end may be that of its beginning, too, which would be another hour then."""
    if not until["part"] or int(parts["hour"] or 0) > 12:
        return False
    end = _clock({**until.groupdict(), "second": None})
    shared = _clock({**parts, "part": until["part"]})
    return shared is not None and end is not None and shared < end and shared != _clock(parts)


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
