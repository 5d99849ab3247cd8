"""Time: stored in UTC, shown with the offset +07:00. Legal dates are plain dates in Việt Nam."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The current time in UTC, truncated to milliseconds, the precision that clients are shown."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1_000 * 1_000)


def today() -> date:
    """Today's date in Việt Nam."""
    return datetime.now(VIETNAM).date()


def midnight(day: date) -> datetime:
    """The first moment of a day in Việt Nam."""
    return datetime.combine(day, time(), VIETNAM)


def format_rfc3339(moment: datetime) -> str:
    """Format as RFC 3339 with the offset of Việt Nam: ``2023-09-10T08:00:00+07:00``."""
    return moment.astimezone(VIETNAM).isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
