"""Parsing of the `Retry-After` header (RFC 9110, section 10.2.3), pure."""

from collections.abc import Mapping
from datetime import datetime

from hub.times import parse_http_date


def parse_delay_seconds(headers: Mapping[str, str], *, max_digits: int) -> int | None:
    """Parse the form in seconds; None for a date, for anything else, and for more than `max_digits` digits."""
    value = headers.get("retry-after", "").strip()
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= max_digits else None


def parse_retry_after(headers: Mapping[str, str], moment: datetime) -> float | None:
    """Parse either form, seconds or date, into seconds from `moment`; None if there is no valid value."""
    if (seconds := parse_delay_seconds(headers, max_digits=8)) is not None:
        return float(seconds)
    until = parse_http_date(headers.get("retry-after", ""))
    return None if until is None else max(0.0, (until - moment).total_seconds())
