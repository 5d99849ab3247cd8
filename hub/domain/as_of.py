"""The parameter `as_of`: its formats, and the past time that it stands for."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from hub.times import is_storable_day, is_storable_moment, midnight, now, parse_day, parse_moment

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:[Zz]|[+-]\d\d:\d\d)")
_SPACE_FOR_PLUS = re.compile(r" (?=\d\d:\d\d$)")


def parse_as_of(as_of: str) -> datetime:
    """Return the last moment that `as_of` includes: the end of a day in Việt Nam, or the moment itself.

    Raises `ValueError` for another format, and for the future: nobody knows what will be public then.
    """
    if _DAY.fullmatch(as_of):
        day = parse_day(as_of)
        if not is_storable_day(day):
            raise ValueError("the day is out of range")
        end = midnight(day + timedelta(days=1))
        if end > now():
            raise ValueError("the day has not ended yet in Việt Nam; give an earlier day or a time in the past")
        return end - timedelta(microseconds=1)
    as_of = _SPACE_FOR_PLUS.sub("+", as_of)
    if not _MOMENT.fullmatch(as_of):
        raise ValueError("a day like 2026-11-23 or a time with an offset like 2026-11-23T08:00:00+07:00 is expected")
    moment = parse_moment(as_of)
    if not is_storable_moment(moment):
        raise ValueError("the time is out of range")
    if moment > now():
        raise ValueError("the time is in the future")
    return moment.astimezone(UTC)


def _check_as_of(value: str) -> str:
    parse_as_of(value)
    return value


AsOf = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40), AfterValidator(_check_as_of)]
"""A day that has ended or a time in the past, as a string; `parse_as_of` parses it."""

AS_OF_DESCRIPTION = (
    "Return the public state as of a past time (thời điểm tra cứu): the end of this day in Việt Nam, or this time "
    "(RFC 3339 with an offset). Items that were removed for good since then are not included."
)
IN_FORCE_ON_DESCRIPTION = (
    "Only policies that are in force on this legal date (có hiệu lực tại ngày): the first day of effect has come, the "
    "expiry date has not, and no live document in effect by then replaces the policy. A policy without a known first "
    "day of effect is not included, because the hub does not guess. Cannot be combined with `as_of`."
)
