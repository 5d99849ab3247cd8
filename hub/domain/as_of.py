"""Days and moments that readers ask about: exact shapes, and what a moment that has passed means."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from hub.times import midnight, now

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:[Zz]|[+-]\d\d:\d\d)")
_SPACE_FOR_PLUS = re.compile(r" (?=\d\d:\d\d$)")

FIRST_DAY, LAST_DAY = date(1, 1, 3), date(9999, 12, 29)
"""Days whose midnight in Việt Nam every part of the hub can count with."""


def _check_day(value: object) -> object:
    # Pydantic would also take `0` for 1970-01-01.
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a day like 2026-11-24 is expected")
    return value


Day = Annotated[date, BeforeValidator(_check_day)]
"""A date of law or of the calendar in Việt Nam, written YYYY-MM-DD."""


def parse_as_of(as_of: str) -> datetime:
    """The last moment that `as_of` still includes: the end of a day in Việt Nam, or the moment itself.

    Raises `ValueError` for another shape, and for what has not passed yet: nobody knows what will be public then.
    """
    if _DAY.fullmatch(as_of):
        day = date.fromisoformat(as_of)
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ValueError("the day lies outside of what can be counted")
        end = midnight(day + timedelta(days=1))
        if end > now():
            raise ValueError("the day has not ended yet in Việt Nam; give an earlier day, or a moment that has passed")
        return end - timedelta(microseconds=1)
    as_of = _SPACE_FOR_PLUS.sub("+", as_of)
    if not _MOMENT.fullmatch(as_of):
        raise ValueError("a day like 2026-11-23 or a moment with its offset like 2026-11-23T08:00:00+07:00 is expected")
    try:
        moment = datetime.fromisoformat(as_of).astimezone(UTC)
    except OverflowError as problem:
        raise ValueError("the moment lies outside of what can be counted") from problem
    if moment > now():
        raise ValueError("the moment has not passed yet")
    return moment


def _check_as_of(value: str) -> str:
    parse_as_of(value)
    return value


AsOf = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40), AfterValidator(_check_as_of)]
"""A day that has ended or a moment that has passed; `moment_of` reads it."""

AS_OF_DESCRIPTION = (
    "As it was public then (thời điểm tra cứu): at the end of this day in Việt Nam, or at this moment "
    "(RFC 3339 with an offset). What was removed for good since is not shown."
)
IN_FORCE_ON_DESCRIPTION = (
    "Only what is in force on this legal date (có hiệu lực tại ngày): its first day of effect has come, its expiry has "
    "not, and no live document in effect by then replaces it. A policy whose first day of effect is not known is not "
    "found: the hub does not guess. Not together with `as_of`."
)
