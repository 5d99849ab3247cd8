"""Parts of the day (buổi) beside an hour of twelve: `7 giờ tối` is 19:00, `1 giờ sáng` 1:00, `12 giờ trưa` noon."""

import re
from collections.abc import Iterable

_MORNING, _EVENING, _NIGHT = range(12), range(17, 24), (*range(19, 24), *range(5))
_HOURS: dict[str, Iterable[int]] = {
    "a": _MORNING, "sa": _MORNING, "p": range(12, 24), "ch": range(12, 24),
    "rạng sáng": range(7), "sáng": _MORNING, "trưa": range(10, 16), "chiều": range(12, 20), "tối": _EVENING,
    "khuya": (*range(21, 24), *range(5)), "nửa đêm": (23, *range(3)), "đêm": _NIGHT,
}  # fmt: skip
"""The hours of each part. Both halves of the day of programs (`SA`, `CH`, `AM`, `PM`) are parts as well."""
_HALVES = ("a", "sa", "p", "ch")
_ENDS_AT_MIDNIGHT = ("tối", "khuya", "nửa đêm", "đêm")
PART = r"(?:(?:buổi|ban) )?(?:rạng sáng|nửa đêm|sáng|trưa|chiều|tối|đêm|khuya)(?![^\W_])"
"""Pattern of a part of the day in words."""
_PART = re.compile(r"rạng sáng|nửa đêm|sáng|trưa|chiều|tối|đêm|khuya|sa|ch|a|p", re.IGNORECASE)


def hour_of_day(hour: int, part: str, *, is_full: bool = False) -> int | None:
    """The hour from 0 to 24 of an hour with its part of the day; None when the part has no such hour.

    Twelve at night is the end of the day when it is a full hour (`is_full`). With minutes nobody can tell the day.
    """
    found = _PART.match(part.lower().removeprefix("buổi ").removeprefix("ban "))
    if found is None:
        return None
    name = found[0]
    if name in _ENDS_AT_MIDNIGHT and hour in (12, 24):
        return 24 if is_full else None
    if hour == 12 and name not in _HALVES:
        return 12 if 12 in _HOURS[name] else None
    hours = (hour % 12, hour % 12 + 12) if 0 < hour <= 12 or (name in ("p", "ch") and hour == 0) else (hour,)
    return next((each for each in hours if each in _HOURS[name]), None)
