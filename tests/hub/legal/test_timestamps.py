"""Moments of feeds and pages: the same moment in every writing; without a zone it is in Việt Nam."""

import time
from datetime import date, datetime

import pytest

from hub.legal.timestamps import read_moment

MORNING = "2026-11-02T08:30:00+07:00"


@pytest.mark.parametrize(
    "written",
    [
        "Mon, 02 Nov 2026 08:30:00 +0700",
        "Mon, 02 Nov 2026 08:30:00 +07:00",
        "Mon, 02 Nov 2026 08:30:00 GMT+7",
        "Mon, 02 Nov 2026 08:30:00 GMT+07:00",
        "Mon, 02 Nov 2026 08:30:00 GMT +7",
        "Mon, 02 Nov 2026 08:30:00 UTC+7",
        "Mon, 02 Nov 2026 08:30:00 (UTC+07)",
        "Mon, 02 Nov 2026 08:30:00 ICT",
        "Mon, 02 Nov 2026 01:30:00 GMT",
        "Mon, 02 Nov 2026 01:30:00 Z",
        "Mon, 02 Nov 2026 01:30:00 UTC",
        "Mon, 02 Nov 2026 02:30:00 GMT+1",
        "Sun, 01 Nov 2026 20:30:00 EST",
        "Sun, 01 Nov 2026 20:30:00 -0500",
        "Mon, 02 Nov 2026 08:30:00",
        "Mon, 2 Nov 26 08:30:00 +0700",
        "02 Nov 2026 08:30",
        "2-Nov-2026 08:30:00",
        "Mon Nov 2 08:30:00 2026",
        "Monday, November 2, 2026 8:30 AM",
        "Nov 2nd, 2026 08:30",
        "2026-11-02T08:30:00+07:00",
        "2026-11-02T01:30:00Z",
        "2026-11-02 08:30:00",
        "2026-11-02T08:30",
        "2026/11/02 08:30:00",
        "02/11/2026 08:30",
        "2/11/2026 8:30:00 AM",
        "02-11-2026 08:30",
        "02.11.2026 08:30",
        "08:30 02/11/2026",
        "08:30, 02/11/2026",
        "Thứ hai, 02/11/2026 | 08:30 GMT+7",
        "Thứ hai, 2/11/2026, 08:30 (GMT+7)",
        "Ngày đăng: 02/11/2026 08h30",
        "02/11/2026 8 giờ 30",
        "02/11/2026 8:30 SA",
        "ngày 02 tháng 11 năm 2026, 08:30",
        "Cập nhật lúc 08:30 ngày 02/11/2026",
        "20261102T083000+0700",
        "20261102T013000Z",
        "20261102T0830",
        "2026-11-02T08:30:00[Asia/Ho_Chi_Minh]",
        "2026-11-02T10:30:00[Asia/Tokyo]",
        "Sun, 01 Nov 2026 20:30:00 America/New_York",
        "2026-11-01T18:30:00−07:00",
        "02／11／2026 08：30",
        "Thứ 2, 02 Th11 2026 08:30:00 +0700",
        "2 thg 11, 2026, 08:30",
        "08:30 2 thg 11 2026",
        "Thứ Hai, 2 tháng 11, 2026 8:30",
        "2 Tháng Mười Một, 2026 08:30",
        "Tháng Mười Một 2, 2026 08:30",
        "02/11/26 08:30",
        "02.11.26, 08:30",
        "8g30 ngày 2-11-2026",
        "02 November 2026, 8.30am",
        "Mon, 02 Nov 2026 04:30:00 MSK",
        "Mon, 02 Nov 2026 07:00:00 IST",
        "Mon, 02 Nov 2026 11:30:00 AEST",
        "Mon, 02 Nov 2026 08:30:00 GMT 7",
    ],
)
def test_one_moment_in_every_writing(written: str) -> None:
    found = read_moment(written)

    assert isinstance(found, datetime)
    assert found == datetime.fromisoformat(MORNING)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Mon, 02 Nov 2026 03:00:00 PM", "2026-11-02T15:00:00+07:00"),
        ("02/11/2026 03:00:00 CH", "2026-11-02T15:00:00+07:00"),
        ("02/11/2026 3:00 chiều", "2026-11-02T15:00:00+07:00"),
        ("2/11/2026 12:05 AM", "2026-11-02T00:05:00+07:00"),
        ("2/11/2026 12:05 PM", "2026-11-02T12:05:00+07:00"),
        ("10/25/2026 03:00:00 PM", "2026-10-25T15:00:00+07:00"),
        ("2026-11-02T08:30:00.123+07:00", "2026-11-02T08:30:00.123+07:00"),
        ("Mon, 02 Nov 2026 24:00:00 +0700", "2026-11-03T00:00:00+07:00"),
        ("31/12/2026 24:00", "2027-01-01T00:00:00+07:00"),
        ("02/11/2026 8h", "2026-11-02T08:00:00+07:00"),
        ("15 giờ ngày 02/11/2026", "2026-11-02T15:00:00+07:00"),
        ("3 giờ chiều 02/11/2026", "2026-11-02T15:00:00+07:00"),
        ("10:30:00 GMT 2 Nov 2026", "2026-11-02T10:30:00+00:00"),
        ("10:30:00 UTC 02 November 2026", "2026-11-02T10:30:00+00:00"),
        ("10:30 GMT 2nd Nov 2026", "2026-11-02T10:30:00+00:00"),
        ("10:30 GMT - 2 Nov 2026", "2026-11-02T10:30:00+00:00"),
        ("10:30 GMT 2 tháng 11, 2026", "2026-11-02T10:30:00+00:00"),
        ("10:30 GMT 02/11/2026", "2026-11-02T10:30:00+00:00"),
        ("10:30 GMT 7, 2 Nov 2026", "2026-11-02T10:30:00+07:00"),
        ("10:30 GMT + 7, 2 Nov 2026", "2026-11-02T10:30:00+07:00"),
        ("10g 02/11/2026", "2026-11-02T10:00:00+07:00"),
        ("10h 02/11/2026", "2026-11-02T10:00:00+07:00"),
        ("10h 02/11/26", "2026-11-02T10:00:00+07:00"),
        ("10 giờ 02-11-2026", "2026-11-02T10:00:00+07:00"),
        ("10h 02.11.2026", "2026-11-02T10:00:00+07:00"),
        ("10h 02 tháng 11 năm 2026", "2026-11-02T10:00:00+07:00"),
        ("10h 02 Nov 2026", "2026-11-02T10:00:00+07:00"),
        ("10h30 02/11/2026", "2026-11-02T10:30:00+07:00"),
        ("10h 30 02/11/2026", "2026-11-02T10:30:00+07:00"),
        ("2026-11-02T23:59:60Z", "2026-11-02T23:59:59+00:00"),
    ],
)
def test_afternoons_fractions_and_american_days(written: str, moment: str) -> None:
    assert read_moment(written) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    "written", ["02/11/2026", "2026-11-02", "ngày 2 tháng 11 năm 2026", "2 November 2026", "02/11/2026 25:99"]
)
def test_a_day_without_a_time_is_a_day(written: str) -> None:
    found = read_moment(written)

    assert found == date(2026, 11, 2)
    assert not isinstance(found, datetime)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "hôm qua",
        "08:30",
        "31/02/2026 08:30",
        "9999-12-31T23:59:59Z",
        "0001-01-01",
        "Số 02/2026/NĐ-CP",
        "1793580000",
        "02/11/26",
        "10.11.12",
        "24:30 99/99/2026",
        "20261102",
    ],
)
def test_what_has_no_day_is_no_moment(written: str) -> None:
    assert read_moment(written) is None


@pytest.mark.parametrize("run", ["1", "1/", "1:", ": ", "a", "tháng ", "+0", "năm ", "Nov 1 ", "1h", "(GMT"])
def test_long_runs_take_less_than_a_second(run: str) -> None:
    began = time.process_time()
    read_moment(run * 100_000)
    assert time.process_time() - began < 1
