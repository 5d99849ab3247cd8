"""Times of the day in moments: parts of the day, ranges, and hours that are none."""

from datetime import date, datetime

import pytest

from hub.legal.timestamps import read_moment

PARTS_OF_THE_DAY = {
    "1 giờ sáng": "01:00", "2 giờ sáng": "02:00", "0 giờ 15 sáng": "00:15", "11h30 sáng": "11:30",
    "5 giờ sáng sớm": "05:00", "3 giờ rạng sáng": "03:00", "7 giờ buổi sáng": "07:00",
    "10 giờ trưa": "10:00", "11 giờ trưa": "11:00", "12 giờ trưa": "12:00", "12h30 trưa": "12:30",
    "1 giờ trưa": "13:00", "13 giờ trưa": "13:00",
    "12 giờ chiều": "12:00", "1 giờ chiều": "13:00", "6 giờ 45 phút chiều": "18:45", "17:20 chiều": "17:20",
    "6 giờ chiều tối": "18:00", "5 giờ buổi chiều": "17:00",
    "6 giờ tối": "18:00", "7 giờ tối": "19:00", "7h30 tối": "19:30", "7:30 tối": "19:30", "20g10 tối": "20:10",
    "7 giờ rưỡi tối": "19:30", "11 giờ kém 15 tối": "22:45",
    "9 giờ đêm": "21:00", "11 giờ đêm": "23:00", "11:59:30 đêm": "23:59:30", "23 giờ đêm": "23:00",
    "1 giờ đêm": "01:00", "2 giờ khuya": "02:00", "11 giờ khuya": "23:00", "0 giờ đêm": "00:00",
    "3 giờ 5 phút 10 giây chiều": "15:05:10", "3 giờ 5 phút": "03:05",
    "7 giờ rưỡi": "07:30", "8 giờ kém 10": "07:50", "8 giờ kém 5 phút": "07:55",
    "12:05 SA": "00:05", "12:05 am": "00:05", "12:05 CH": "12:05", "0:05 PM": "12:05", "15:05 PM": "15:05",
}  # fmt: skip


@pytest.mark.parametrize(("written", "clock"), PARTS_OF_THE_DAY.items())
def test_the_part_of_the_day_decides_the_hour(written: str, clock: str) -> None:
    moment = datetime.fromisoformat(f"2026-11-02T{clock}+07:00")

    assert read_moment(f"{written} ngày 02/11/2026") == moment
    assert read_moment(f"02/11/2026, {written}") == moment
    assert read_moment(f"Lúc {written.upper()}, 02/11/2026") == moment


@pytest.mark.parametrize("written", ["12 giờ đêm", "12h đêm", "12:00 đêm", "12 giờ khuya", "12 giờ tối", "24 giờ đêm"])
def test_twelve_at_night_is_the_end_of_the_day(written: str) -> None:
    assert read_moment(f"{written} ngày 02/11/2026") == datetime.fromisoformat("2026-11-03T00:00:00+07:00")


def test_twelve_after_a_night_is_the_end_of_its_day() -> None:
    assert read_moment("Đêm thứ Hai, 02/11/2026, 12 giờ") == datetime.fromisoformat("2026-11-03T00:00:00+07:00")


@pytest.mark.parametrize(
    "written",
    [
        "15 giờ sáng", "12 giờ sáng", "13:00 SA", "15:30 AM", "24 giờ sáng", "3 giờ 5 phút tối", "4 giờ tối",
        "16 giờ trưa", "8 giờ trưa", "5 giờ trưa", "9 giờ chiều", "11h chiều", "8:15 rạng sáng", "20 giờ chiều",
        "6 giờ đêm", "15 giờ đêm", "12:30 đêm", "12h10 tối", "8 giờ khuya", "0 giờ chiều", "0 giờ trưa", "25 giờ đêm",
        "24:00 chiều",
    ],
)  # fmt: skip
def test_an_hour_that_its_part_of_the_day_does_not_have_is_no_time(written: str) -> None:
    assert read_moment(f"{written} ngày 02/11/2026") == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("Chiều 02/11/2026, lúc 3 giờ", "15:00"),
        ("Tối 2-11-2026 | 7h30", "19:30"),
        ("Đăng lúc: sáng 02/11/2026 8:30", "08:30"),
        ("Chiều 3 giờ, 02/11/2026", "15:00"),
        ("Buổi tối, 8 giờ ngày 02/11/2026", "20:00"),
        ("Chiếu sáng 15:30 02/11/2026", "15:30"),
        ("Đèn sáng 8:30 02/11/2026", "08:30"),
        ("Tối ngày 02 tháng 11 năm 2026, lúc 8 giờ", "20:00"),
        ("Tối thứ Hai, 02/11/2026, 8 giờ", "20:00"),
        ("Chiều Thứ Hai, ngày 02/11/2026, lúc 3 giờ", "15:00"),
        ("Vào tối thứ 2 (2.11.2026), khoảng 7g15", "19:15"),
        ("Tối nay, 2 tháng Mười Một, 2026, từ 7h30", "19:30"),
        ("Tối mùng 2 tháng 11 năm 2026 | 08 giờ", "20:00"),
        ("Tối T2, 02/11/2026, 8 giờ", "20:00"),
        ("Chiều tối 02/11/2026, 6 giờ", "18:00"),
        ("Tối muộn 02/11/2026, 11 giờ", "23:00"),
        ("Đêm khuya 02/11/2026, 11 giờ", "23:00"),
        ("Rạng sáng thứ Hai, 02/11/2026, 3 giờ", "03:00"),
        ("Sáng sớm 02/11/2026, 5 giờ", "05:00"),
        ("Tờ mờ sáng ngày 02/11/2026, 4 giờ", "04:00"),
        ("Xế chiều 02-11-2026, 4 giờ", "16:00"),
        ("Đầu giờ chiều 02/11/2026, lúc 2 giờ", "14:00"),
    ],
)
def test_the_part_of_the_day_may_stand_before_its_hour(written: str, clock: str) -> None:
    assert read_moment(written) == datetime.fromisoformat(f"2026-11-02T{clock}+07:00")


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("8h30' tối 02/11/2026", "20:30"),
        ("8h30’ tối 02/11/2026", "20:30"),
        ("8h30p tối 02/11/2026", "20:30"),
        ("8h30ph tối 02/11/2026", "20:30"),
        ("8h30, tối 02/11/2026", "20:30"),
        ("8 giờ, tối thứ Hai, 02/11/2026", "20:00"),
        ("2 giờ 30 (chiều) 02/11/2026", "14:30"),
        ("2 giờ (buổi chiều), ngày 02/11/2026", "14:00"),
        ("02/11/2026 3:30 (CH)", "15:30"),
        ("02/11/2026, 3:30 p.m.", "15:30"),
        ("8 giờ 30 vào buổi tối 02/11/2026", "20:30"),
        ("8 giờ 5 tối 02/11/2026", "20:05"),
        ("8h5' tối 02/11/2026", "20:05"),
        ("8 giờ 5, tối 02/11/2026", "20:05"),
        ("8h5' 02/11/2026", "08:05"),
        ("8 giờ 5 ngày 02/11/2026", "08:05"),
        ("8 giờ 30 phút 02/11/2026", "08:30"),
        ("8h30' 02/11/2026", "08:30"),
        ("8h30'15 tối 02/11/2026", "20:30:15"),
        ("8 giờ 02/11/2026", "08:00"),
    ],
)
def test_signs_may_stand_between_an_hour_and_its_part_of_the_day(written: str, clock: str) -> None:
    assert read_moment(written) == datetime.fromisoformat(f"2026-11-02T{clock}+07:00")


@pytest.mark.parametrize(
    "written",
    [
        "Hát tối 8:30 02/11/2026",
        "Tối 02/11/2026 08:30",
        "Chiều 02/11/2026, 8 giờ",
        "Diễn ra tối 02/11/2026, tại Huế, lúc 8 giờ",
        "8 giờ ngày 02/11/2026 (tối thứ Hai)",
        "8:30 02/11/26, Chương trình buổi tối",
        "02/11/2026 8:30 - Chiều mưa",
        "02/11/2026 8:30, tối nay bắn pháo hoa",
        "Đêm 02/11/2026, 1 giờ",
        "Khuya thứ Hai, 02/11/2026, 2 giờ",
    ],
)
def test_an_hour_of_twelve_is_no_time_when_the_part_of_the_day_of_the_text_may_be_its_own(written: str) -> None:
    assert read_moment(written) == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("Tòa án nhân dân tối cao, 8:30 02/11/2026", "08:30"),
        ("8:30 tối thiểu ngày 02/11/2026", "08:30"),
        ("02/11/2026 8:30 Chiều cao của cây", "08:30"),
        ("02/11/2026 12:30 Sáng kiến", "12:30"),
        ("02/11/2026 12:30 Thiếu ánh sáng", "12:30"),
        ("Sáng 02/11/2026, họp lúc 8 giờ", "08:00"),
        ("Hát tối 15:30 02/11/2026", "15:30"),
    ],
)
def test_words_that_are_no_part_of_the_day_leave_the_hour(written: str, clock: str) -> None:
    assert read_moment(written) == datetime.fromisoformat(f"2026-11-02T{clock}+07:00")


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("8h-11h ngày 02/11/2026", "08:00"),
        ("8:00-10:00 02/11/2026", "08:00"),
        ("02/11/2026 8:00 – 10:00", "08:00"),
        ("2026-11-02 08:00-10:00", "08:00"),
        ("15:30 -10 lượt xem, 02/11/2026", "15:30"),
        ("02/11/2026 15:30 -10 lượt xem", "15:30"),
        ("02/11/2026 15:30 +10 lượt xem", "15:30"),
        ("02/11/2026 15:30 -1000 lượt xem", "15:30"),
        ("02/11/2026 8h30 - 11 giờ", "08:30"),
        ("02/11/2026 15:30 -10", "15:30"),
        ("02/11/2026 08:30:00 -13:00", "08:30"),
        ("02/11/2026 08:30 +07:15", "08:30"),
        ("22:00-02:00, 02/11/2026", "22:00"),
        ("7h tối - 9h tối 02/11/2026", "19:00"),
        ("7h - 9h sáng 02/11/2026", "07:00"),
        ("Tối 02/11/2026, 7h-9h", "19:00"),
        ("November 2, 2026 10:00 - 2:00 PM", "10:00"),
        ("8:00 - 5:00 PM 02/11/2026", "08:00"),
        ("9:00 - 5:00 CH, 02/11/2026", "09:00"),
        ("22h - 5h sáng 02/11/2026", "22:00"),
        ("19h30 - 0h30 sáng, 02/11/2026", "19:30"),
        ("từ 8h - 12h trưa 02/11/2026", "08:00"),
        ("7h30 - 11h30 trưa, 02/11/2026", "07:30"),
        ("9h đến 3h chiều 02/11/2026", "09:00"),
        ("từ 8h đến 11h30 ngày 02/11/2026", "08:00"),
        ("13h - 16h30, thứ hai, 02/11/2026", "13:00"),
        ("từ 7 giờ đến 11 giờ 30 phút 02/11/2026", "07:00"),
        ("từ 8 đến 11h30, 02/11/2026", "08:00"),
        ("Tin 24h: 08:30 02/11/2026", "08:30"),
        ("10h-11h 02/11/2026", "10:00"),
        ("8-11h 02/11/2026", "08:00"),
        ("từ 8 đến 11 giờ 02/11/2026", "08:00"),
        ("02/11/2026 8:30 +5%", "08:30"),
    ],
)
def test_a_range_of_hours_begins_at_its_first_and_is_no_zone(written: str, clock: str) -> None:
    assert read_moment(written) == datetime.fromisoformat(f"2026-11-02T{clock}+07:00")


@pytest.mark.parametrize(
    "written",
    ["7h - 9h tối", "Mở cửa 8h - 10h tối", "7h30 đến 9h30' tối", "8:00 - 10:00 PM", "2h-4h chiều", "tối 8-11h"],
)
def test_a_part_of_the_day_behind_a_range_leaves_its_beginning_in_doubt_where_both_fit(written: str) -> None:
    assert read_moment(f"{written}, 02/11/2026") == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("Thứ 2 - 8h", "08:00"),
        ("T2 - 8h", "08:00"),
        ("Phòng 3 - 8h", "08:00"),
        ("Hội trường 2 - 14h", "14:00"),
        ("Tin bão số 13 - 7 giờ", "07:00"),
        ("Kỳ họp thứ 8 - 14h", "14:00"),
        ("Đợt 1 - 9h30", "09:30"),
    ],
)
def test_the_number_of_something_before_an_hour_begins_no_range(written: str, clock: str) -> None:
    assert read_moment(f"{written}, 02/11/2026") == datetime.fromisoformat(f"2026-11-02T{clock}+07:00")
