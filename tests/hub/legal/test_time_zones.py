"""Zones of moments: offsets of programs, and regions on their day."""

from datetime import datetime

import pytest

from hub.legal.timestamps import read_moment


@pytest.mark.parametrize(
    ("written", "offset"),
    [
        ("Mon Nov 02 08:00:00 +0000 2026", "+00:00"),
        ("Mon Nov 02 08:00:00 -0330 2026", "-03:30"),
        ("Mon Nov 02 08:00:00.000 +0000 2026", "+00:00"),
        ("8:00 GMT-10:00 GMT 02/11/2026", "+00:00"),
        ("Mon Nov 2 08:00:00 AM +07 2026", "+07:00"),
        ("Mon Nov 2 08:00:00 GMT+09:00 2026", "+09:00"),
        ("Mon Nov 2 08:00:00 2026 +0100", "+01:00"),
        ("Mon Nov 2 08:00:00 EST 2026", "-05:00"),
        ("2026-11-02T08:00-10:00", "-10:00"),
        ("2026-11-02 08:00-05:00", "-05:00"),
        ("2026-11-02 08:00:00-05", "-05:00"),
        ("Mon, 02 Nov 2026 08:00 -0500", "-05:00"),
        ("02/11/2026 08:00 +0900 (JST)", "+09:00"),
        ("8:00-10:00 GMT 02/11/2026", "+00:00"),
    ],
)
def test_the_offsets_of_programs_are_zones(written: str, offset: str) -> None:
    assert read_moment(written) == datetime.fromisoformat(f"2026-11-02T08:00:00{offset}")


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("America/Argentina/Buenos_Aires", "-03:00"),
        ("America/North_Dakota/New_Salem", "-06:00"),
        ("America/Port-au-Prince", "-05:00"),
        ("Etc/GMT-7", "+07:00"),
        ("Etc/GMT+5", "-05:00"),
        ("Etc/UTC", "+00:00"),
        ("Asia/Saigon", "+07:00"),
        ("Asia/Ho_Chi_Minh", "+07:00"),
        ("asia/tokyo", "+09:00"),
        ("Pacific/Auckland", "+13:00"),
        ("GMT-7", "-07:00"),
        ("UTC/GMT+9", "+09:00"),
        ("GMT/UTC -2", "-02:00"),
        ("UTC−03:30", "-03:30"),
        ("EST/EDT", "-05:00"),
        ("Asia/Hue", "+07:00"),
    ],
)
def test_the_zone_of_a_region_is_its_offset_on_the_day(zone: str, offset: str) -> None:
    for written in (f"2026-11-02T08:30:00 {zone}", f"2026-11-02 08:30 [{zone}]", f"08:30 ({zone}), 02/11/2026"):
        assert read_moment(written) == datetime.fromisoformat(f"2026-11-02T08:30:00{offset}")


@pytest.mark.parametrize(
    ("written", "offset"),
    [
        ("2026-11-02 08:00:00 +0000 UTC", "+00:00"),
        ("2026-11-02 08:00:00 +0900 JST", "+09:00"),
        ("2026-11-02 08:00:00 +0530 IST", "+05:30"),
        ("2026-11-02T08:00:00+00:00 by admin", "+00:00"),
        ("2026-11-02T08:00:00+01:00 Europe/Paris", "+01:00"),
        ("Mon, 02 Nov 2026 08:00:00 +0000 Báo Huế", "+00:00"),
        ("2026-11-02 08:00 -05:00", "-05:00"),
        ("2026-11-02 08:00-05:00", "-05:00"),
        ("2026-11-02T08:00-10:00", "-10:00"),
    ],
)
def test_an_offset_with_minutes_is_one_whatever_follows(written: str, offset: str) -> None:
    assert read_moment(written) == datetime.fromisoformat(f"2026-11-02T08:00{offset}")
