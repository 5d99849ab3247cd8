"""Schedules of sources: intervals (`30m`, `6h`, `1d`) or cron (`0 6 * * 1-5`), Vietnamese time; backoff of failures."""

import re
from datetime import datetime, timedelta
from random import uniform

from cronsim import CronSim, CronSimError

from hub.times import VIETNAM, now

MIN_INTERVAL = timedelta(minutes=1)
MAX_INTERVAL = timedelta(days=31)
FIRST_PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=12)
"""Pauses after the first and after many failures in a row."""

_EVERY = re.compile(r"^([1-9][0-9]{0,5})([smhd])$")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def interval(schedule: str) -> timedelta | None:
    """The interval between two runs; None for a cron expression."""
    found = _EVERY.match(schedule)
    return timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None


def check_schedule(schedule: str) -> str:
    """Validate and normalise a schedule. Raises `ValueError` with a message for people."""
    schedule = " ".join(schedule.split())
    every = interval(schedule)
    if every is not None:
        if not MIN_INTERVAL <= every <= MAX_INTERVAL:
            raise ValueError("a source runs at most once a minute and at least once in 31 days")
        return schedule
    if len(schedule.split(" ")) != 5 or not _is_cron(schedule):
        raise ValueError(
            "a schedule is an interval such as 30m, 6h or 1d, or a cron expression of five fields such as 0 6 * * *"
        )
    return schedule


def _is_cron(schedule: str) -> bool:
    try:
        next(CronSim(schedule, datetime(2026, 1, 1, tzinfo=VIETNAM)))
    except (CronSimError, StopIteration):
        return False
    return True


def next_after(schedule: str, moment: datetime) -> datetime:
    """The time of the first run after a moment."""
    every = interval(schedule)
    return moment + every if every is not None else next(CronSim(schedule, moment.astimezone(VIETNAM)))


def expectations(schedule: str | None) -> dict[str, datetime | None]:
    """The time of the next run after a success now, and the time by which a source without success is dead."""
    if schedule is None:
        return {"next_at": None, "overdue_at": None}
    moment = now()
    return {"next_at": next_after(schedule, moment), "overdue_at": moment + 3 * usual_pause(schedule, moment)}


def usual_pause(schedule: str, moment: datetime) -> timedelta:
    """The usual interval between two runs of a schedule."""
    every = interval(schedule)
    if every is not None:
        return every
    times = CronSim(schedule, moment.astimezone(VIETNAM))
    first, second = next(times), next(times)
    return second - first


def pause_after_failures(failures: int) -> timedelta:
    """Return the pause before the next run of a source that failed so many times before: exponential, with jitter."""
    pause: timedelta = min(FIRST_PAUSE * 2 ** min(failures, 10), LONGEST_PAUSE)
    return pause * uniform(0.9, 1.1)  # noqa: S311 - jitter
