"""Times of digests: a fixed hour in Việt Nam, every day or every Monday. Pure."""

from datetime import datetime, timedelta

from hub.channels.mail.rows import MailMode
from hub.times import VIETNAM

MONDAY = 0
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)


def last_due(mode: MailMode, hour: int, moment: datetime) -> datetime:
    """Return the last time at or before a moment at which digests of a mode are due."""
    local = moment.astimezone(VIETNAM)
    due = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    if mode is MailMode.weekly:
        due -= timedelta(days=(due.weekday() - MONDAY) % 7)
    if due > local:
        due -= _WEEK if mode is MailMode.weekly else _DAY
    return due


def next_due(mode: MailMode, hour: int, moment: datetime) -> datetime | None:
    """Return the first time after a moment at which a digest is due; None for a mode without digests."""
    if mode is MailMode.at_once:
        return None
    return last_due(mode, hour, moment) + (_WEEK if mode is MailMode.weekly else _DAY)
