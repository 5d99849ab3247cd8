"""Copied pages that announce a document: facts by grammar, without menus, and doubts instead of guesses."""

from datetime import date

import pytest

from hub.legal.announcement import read_announcement
from hub.legal.web_article import parse_article

LONG = (
    "Kế hoạch giao các sở, ban, ngành và Ủy ban nhân dân các phường, xã tổ chức trồng cây trên các tuyến đường mới, "
    "bảo đảm mỗi khu dân cư đều có khoảng xanh và người dân được góp ý trước khi làm."
)

PAGE = f"""Tìm kiếm tin tức

Liên kết website
Các Sở, Ban, Ngành
Thống kê lượt truy cập
Tổng truy cập 1.234.567
Truy cập hiện tại 89
Trồng cây xanh trên địa bàn tỉnh Thừa Thiên Huế năm 2024
Ngày cập nhật 05/02/2024
Thực hiện Chỉ thị số 9/CT-TTg ngày 3 tháng 1 năm 2024 của Thủ tướng Chính phủ về cây xanh, ngày 30 tháng 01 năm 2024, \
Uỷ ban nhân dân tỉnh vừa ban hành Kế hoạch số 41/KH-UBND về trồng cây xanh.
1. Chọn giống cây
{LONG}
Lượt xem: 1.204
Các tin khác
Lễ hội mùa xuân bắt đầu (04/02/2024)
Xem tin theo ngày
"""


def test_a_page_gives_its_document_without_menus() -> None:
    reading = read_announcement(PAGE)
    assert reading.doubts == ()
    assert (reading.number, reading.type) == ("41/KH-UBND", "Kế hoạch")
    assert reading.issuer == "Uỷ ban nhân dân tỉnh Thừa Thiên Huế"
    assert reading.issued_on == date(2024, 1, 30)
    assert reading.posted_on == date(2024, 2, 5)
    assert reading.title == "Trồng cây xanh trên địa bàn tỉnh Thừa Thiên Huế năm 2024"
    words = " ".join(str(node) for node in reading.nodes)
    for menu in ("Tìm kiếm", "Liên kết", "truy cập", "Lượt xem", "tin khác", "Lễ hội", "Xem tin"):
        assert menu not in words
    assert [node["ref"] for node in reading.nodes] == ["doan-1", "muc-1", "muc-1/doan-1"]


@pytest.mark.parametrize(
    "dateline",
    [
        "Ngày cập nhật 28/03/2019",
        "Cập nhật:23/10/2021 10:13:16 SA",
        "Ngày đăng: 08/07/2024  11:38",
        "20:36 07/03/2024",
        "Thứ tư, 07/03/2024, 20:36 (GMT+7)",
        "Thứ tư, 07/03/2024, 8h36 tối",
    ],
)
def test_a_dateline_is_between_headline_and_text(dateline: str) -> None:
    page = parse_article(f"Trang chủ\nMở tuyến đường mới\n{dateline}\n{LONG}\n")
    assert page.headline == "Mở tuyến đường mới"
    assert page.posted_on is not None
    assert page.paragraphs == (LONG,)


def test_a_text_with_its_headline_first_needs_no_dateline() -> None:
    text = (
        f"Kế hoạch trồng cây\nNgày 02/3/2026, Sở Xây dựng thành phố Huế đã ban hành Kế hoạch số 7/KH-SXD về cây. {LONG}"
    )
    reading = read_announcement(text)
    assert reading.doubts == ()
    assert (reading.number, reading.issuer) == ("7/KH-SXD", "Sở Xây dựng thành phố Huế")
    assert reading.issued_on == date(2026, 3, 2)


def test_an_agency_with_a_comma_in_its_name_stays_whole() -> None:
    text = f"Về lễ hội\nBộ Văn hóa, Thể thao và Du lịch ban hành Thông tư số 5/2024/TT-BVHTTDL ngày 01/4/2024. {LONG}"
    reading = read_announcement(text)
    assert reading.doubts == ()
    assert reading.issuer == "Bộ Văn hóa, Thể thao và Du lịch"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (f"Một tiêu đề\n{LONG}", "number"),
        (f"Tiêu đề\nNgày 1/2/2024, UBND tỉnh ban hành Kế hoạch số 4/KH-UBND về nước sạch. {LONG}", "issuers"),
        (f"Tiêu đề\nỦy ban nhân dân thành phố Huế ban hành Kế hoạch số 4/KH-UBND về nước sạch. {LONG}", "dates"),
        (f"Tiêu đề\nNgày 1/2/2024, Sở Y tế ban hành Kế hoạch số 4/QĐ-SYT về nước sạch. {LONG}", "type"),
        (f"Tiêu đề\nNgày 1/2/2024, Sở Y tế ban hành Kế hoạch số 4/KH-UBND về nước sạch. {LONG}", "issuers"),
        (f"Tiêu đề\nNgày 1/2/2024, ông Nguyễn Văn A ban hành Kế hoạch số 4/KH-UBND về nước sạch. {LONG}", "issuers"),
        (f"Trên\nDưới\nNgày 1/2/2024, Sở Y tế ban hành Kế hoạch số 4/KH-SYT về nước. {LONG}", "title"),
        (
            f"Tiêu đề\nNgày 1/2/2024, Sở Y tế ban hành Kế hoạch số 4/KH-SYT. "
            f"Ngày 2/2/2024, Sở Y tế ban hành Kế hoạch số 5/KH-SYT. {LONG}",
            "number",
        ),
        (f"Tiêu đề\nNgày 1/2/2024, Sở Y tế ban hành Kế hoạch số 4/KH-SYT ngày 2/2/2024. {LONG}", "dates"),
        ("", "title"),
    ],
)
def test_an_uncertain_fact_is_a_doubt(text: str, field: str) -> None:
    doubts = read_announcement(text).doubts
    assert field in {doubt.field for doubt in doubts}
    assert all(doubt.detail and doubt.expected for doubt in doubts)


def test_the_date_of_another_document_is_ignored() -> None:
    text = f"Tiêu đề\nTheo Chỉ thị số 07/CT-TTg ngày 21/3/2023, Sở Y tế ban hành Kế hoạch số 4/KH-SYT về nước. {LONG}"
    reading = read_announcement(text)
    assert reading.issued_on is None


def test_a_long_hostile_text_is_parsed_in_little_time() -> None:
    import time

    started = time.monotonic()
    read_announcement("Tiêu đề\n" + "Sở Y tế ban hành Kế hoạch số 4/KH-SYT " * 5_000 + "\n1. a\n" * 5_000)
    assert time.monotonic() - started < 30
