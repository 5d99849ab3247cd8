"""Time: stored in UTC, shown with the offset +07:00. Legal dates are plain dates in Việt Nam."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime

from hub.problem_texts.templates import fill

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""The offset +07:00 for all times: that of the zone had seconds before 1911, and changed five times until 1975."""

FIRST_DAY, LAST_DAY = date(1000, 1, 1), date(9999, 12, 29)
"""First and last day that can be stored: years have four digits in every format, and the midnights before and after
them exist at every offset."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)


def now() -> datetime:
    """The current time in UTC, truncated to milliseconds, the precision that clients are shown."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1_000 * 1_000)


def today() -> date:
    """Today's date in Việt Nam."""
    return datetime.now(VIETNAM).date()


def day_of(moment: datetime) -> date:
    """The day in Việt Nam on which a moment is."""
    return moment.astimezone(VIETNAM).date()


def midnight(day: date) -> datetime:
    """The first moment of a day in Việt Nam."""
    return datetime.combine(day, time(), VIETNAM)


def format_rfc3339(moment: datetime) -> str:
    """Format as RFC 3339 with the offset of Việt Nam: ``2023-09-10T08:00:00+07:00``."""
    return moment.astimezone(VIETNAM).isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def parse_day(text: str) -> date:
    """Parse a calendar day, `YYYY-MM-DD` and nothing else. Raises `ValueError`."""
    if _DAY.fullmatch(text) is None:
        raise ValueError(fill("{text} is not a day like 2026-11-24", text=repr(text[:60])))
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise ValueError(fill("the calendar has no day {text}", text=text)) from problem


def parse_moment(text: str) -> datetime:
    """Parse a time of RFC 3339 with its offset, like `2026-12-01T08:00:00+07:00`. Raises `ValueError`.

    Without an offset nobody knows the moment that is meant, so that is an error too.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise ValueError(fill("{text} is not a time like 2026-12-01T08:00:00+07:00", text=repr(text[:60])))
    if found["zone"] is None:
        raise ValueError("the time has no offset; write it like 2026-12-01T08:00:00+07:00")
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError as problem:
        raise ValueError(fill("there is no time {text}", text=text)) from problem


def is_storable_day(day: date) -> bool:
    """True for a day that every format and every part of the hub can represent."""
    return FIRST_DAY <= day <= LAST_DAY


def is_storable_moment(moment: datetime) -> bool:
    """True for a time with an offset whose day in Việt Nam is storable."""
    try:
        return moment.tzinfo is not None and is_storable_day(day_of(moment))
    except OverflowError:
        return False


def parse_http_date(text: str) -> datetime | None:
    """Parse the date of an HTTP header, which is always in GMT; None for one that is damaged or does not exist."""
    try:
        moment = parsedate_to_datetime(text.strip())
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return moment if is_storable_moment(moment) else None
