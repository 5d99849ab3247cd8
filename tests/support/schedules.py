"""Schedules of editions for the tests of the scheduler."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

SOON = timedelta(hours=1)
SECOND = timedelta(seconds=1)
DATES = (("issued", "2026-02-03"), ("effective", "2027-08-09"), ("expiry", "2030-10-11"))

Schedule = Callable[..., Awaitable[str]]
