"""Zones behind a time: offsets, names of zones and regions. Without one that is known, a time is in Việt Nam."""

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from hub.legal.calendar_words import DAY_OF_WEEK, MONTH_NAME
from hub.times import VIETNAM

_NO_HOUR = r"(?![\d:/.-]| ?[%°]| ?(?:h|g|giờ)(?![^\W_])| ?(?:gmt|utc)(?![^\W_]))"
_NO_WORD = (
    rf"(?! ?(?!(?:ngày|hôm|{DAY_OF_WEEK}|mon|tue|wed|thu|fri|sat|sun|ict|est|edt|cst|cdt|mst|mdt|pst|pdt)"
    r"(?![^\W_]))[^\W\d_])"
)
_OFFSET = re.compile(
    rf"[\[(]?\b(?:gmt|utc|ut)(?: ?/ ?(?:gmt|utc))? ?(?P<sign>[+-])(?: (?!\d{{1,2}}{MONTH_NAME}))?"
    rf"(?P<hours>\d{{1,2}})(?::?(?P<minutes>\d{{2}}))?{_NO_HOUR}|"
    # With minutes nobody takes it for anything else; without them, a word behind it is what the figure counts.
    rf"[\[(]?(?P<sign2>[+-])(?P<hours2>\d{{1,2}})(?::?(?P<minutes2>\d{{2}})(?![\d:/.-])|{_NO_HOUR}{_NO_WORD})|"
    # A plus that was decoded as the space of a form.
    rf"[\[(]?\b(?:gmt|utc) (?!\d{{1,2}}{MONTH_NAME})(?P<hours3>\d{{1,2}}){_NO_HOUR}{_NO_WORD}",
    re.IGNORECASE,
)
_FOUR_FIGURES = re.compile(r"-\d{4}(?! ?[^\W_])")
_MINUTES_OF_ZONES = frozenset(
    {60 * hours for hours in range(-12, 15)} | {-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825}
)
"""Offsets that exist in the world."""
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


def read_zone(after: str, day: date, *, is_exact: bool) -> tzinfo:
    """Read the zone that follows a time; Việt Nam if there is none that is known.

    After a time in prose, a minus before an hour (`15:30 -10`) is none: programs write days, seconds, or four figures
    without a word behind them.
    """
    after = re.sub(r"^ \d{4}(?= ?[+-]\d| [A-Z])", "", after)
    match = _OFFSET.match(after.lstrip(" ,;-–|")) or _OFFSET.match(after.lstrip(" ,;|"))
    is_minus = match is not None and match[0][0] == "-"
    if match is not None and (is_exact or not is_minus or _FOUR_FIGURES.match(match.string)):
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
