"""Parts of the day (buổi) beside an hour of twelve: `7 giờ tối` is 19:00, `1 giờ sáng` 1:00, `12 giờ trưa` noon."""

import re
from collections.abc import Iterable

_MORNING, _EVENING, _NIGHT, _LATE = range(12), range(17, 24), (*range(19, 24), *range(5)), (*range(21, 24), *range(5))
_IN_WORDS: dict[str, Iterable[int]] = {
    "rạng sáng": range(7), "sáng": _MORNING, "trưa": range(10, 16), "chiều tối": range(15, 21),
    "chiều": range(12, 20), "tối": _EVENING, "đêm khuya": _LATE, "khuya": _LATE, "nửa đêm": (23, *range(3)),
    "đêm": _NIGHT,
}  # fmt: skip
_HOURS = _IN_WORDS | {"a": _MORNING, "sa": _MORNING, "p": range(12, 24), "ch": range(12, 24)}
"""The hours of each part. Both halves of the day of programs (`SA`, `CH`, `AM`, `PM`) are parts as well."""
_HALVES = ("a", "sa", "p", "ch")
_ENDS_AT_MIDNIGHT = ("tối", "đêm khuya", "khuya", "nửa đêm", "đêm")
_LEAD = r"(?:(?:buổi|ban|xế|tờ mờ|mờ|tảng|giữa|(?:đầu|cuối)(?: giờ)?) )?"
_NAMES = "|".join(sorted(_IN_WORDS, key=len, reverse=True))
_OF_OTHER_WORDS = r"(?! (?:cao|đa|thiểu|ưu|mật|giản|kiến|tạo|lập|chế|tác|suốt|dài|rộng|sâu|hướng)(?![^\W_]))"
PART = rf"{_LEAD}(?:{_NAMES})(?![^\W_])(?: (?:sớm|muộn)(?![^\W_]))?{_OF_OTHER_WORDS}"
"""Pattern of a part of the day in words, which is none of `tối thiểu`, `chiều cao`, `sáng kiến`."""
ANY_PART = rf"(?:[ap]\.?m\b\.?|sa\b|ch\b|{PART})"
"""Pattern of a part of the day, also as programs write it."""
_NAME = re.compile(rf"{_LEAD}(?P<name>{_NAMES}|sa|ch|a|p)", re.IGNORECASE)
_ANYWHERE = re.compile(rf"(?<![^\W_])(?P<noun>(?:ánh|chiếu|thắp|hai|ngược|nhiều|đa) )?(?P<part>{PART})", re.IGNORECASE)


def hour_of_day(hour: int, part: str, *, is_full: bool = False) -> int | None:
    """The hour from 0 to 24 of an hour with its part of the day; None when the part has no such hour.

    Twelve at night is the end of the day when it is a full hour (`is_full`). With minutes nobody can tell the day.
    """
    found = _NAME.match(part.lower())
    if found is None:
        return None
    name = found["name"]
    if name in _ENDS_AT_MIDNIGHT and hour in (12, 24):
        return 24 if is_full else None
    if hour == 12 and name not in _HALVES:
        return 12 if 12 in _HOURS[name] else None
    hours = (hour % 12, hour % 12 + 12) if 0 < hour <= 12 or (name in ("p", "ch") and hour == 0) else (hour,)
    return next((each for each in hours if each in _HOURS[name]), None)


def is_after_midnight(hour: int, part: str) -> bool:
    """True for an hour of a night (`đêm`) that may lie on the next day: `đêm 02/11, 1 giờ`."""
    found = _NAME.match(part.lower())
    return found is not None and found["name"] in _ENDS_AT_MIDNIGHT and (hour_of_day(hour, part) or 24) < 12


def contradicts_hour(hour: int, text: str) -> bool:
    """True if a text has a part of the day with which this hour of twelve would, or may, be another one."""
    return 0 < hour <= 12 and any(
        hour_of_day(hour, found["part"], is_full=True) != hour or is_after_midnight(hour, found["part"])
        for found in _ANYWHERE.finditer(text)
        if found["noun"] is None
    )
