"""Quiet hours: both ends, midnight, and the zone."""

import pytest

from hub.channels.push.quiet_hours import parse_quiet_hours
from hub.times import parse_moment


@pytest.mark.parametrize(
    ("hours", "moment", "end"),
    [
        ("22:00-06:00", "2026-11-30T21:59:59+07:00", None),
        ("22:00-06:00", "2026-11-30T22:00:00+07:00", "2026-12-01T06:00:00+07:00"),
        ("22:00-06:00", "2026-11-30T23:59:59+07:00", "2026-12-01T06:00:00+07:00"),
        ("22:00-06:00", "2026-12-01T00:00:00+07:00", "2026-12-01T06:00:00+07:00"),
        ("22:00-06:00", "2026-12-01T05:59:59+07:00", "2026-12-01T06:00:00+07:00"),
        ("22:00-06:00", "2026-12-01T06:00:00+07:00", None),
        ("22:00-06:00", "2026-11-30T15:00:00+00:00", "2026-12-01T06:00:00+07:00"),
        ("22:00-06:00", "2026-11-30T22:00:00+00:00", "2026-12-01T06:00:00+07:00"),
        ("22:00-06:00", "2026-11-30T23:00:00+00:00", None),
        ("12:00-13:30", "2026-11-30T12:00:00+07:00", "2026-11-30T13:30:00+07:00"),
        ("12:00-13:30", "2026-11-30T13:30:00+07:00", None),
        ("12:00-13:30", "2026-11-30T00:00:00+07:00", None),
        ("00:00-06:00", "2026-11-30T00:00:00+07:00", "2026-11-30T06:00:00+07:00"),
        ("22:00-00:00", "2026-11-30T23:00:00+07:00", "2026-12-01T00:00:00+07:00"),
        ("22:00-00:00", "2026-12-01T00:00:00+07:00", None),
    ],
)
def test_quiet_hours_begin_and_end_on_the_minute_in_viet_nam(hours: str, moment: str, end: str | None) -> None:
    quiet = parse_quiet_hours(hours)
    assert quiet is not None
    assert quiet.end_after(parse_moment(moment)) == (parse_moment(end) if end else None)


@pytest.mark.parametrize("hours", ["off", "07:00-07:00"])
def test_no_hours_are_quiet(hours: str) -> None:
    assert parse_quiet_hours(hours) is None
