"""Stable refs, and dates in all spellings."""

from datetime import date

import pytest

from hub.legal.dates import find_dates, parse_date
from hub.legal.outline import outline
from hub.legal.refs import RefAllocator, ref_part


def test_a_ref_that_repeats_gets_a_suffix_by_occurrence() -> None:
    refs = RefAllocator()
    assert [refs.allocate(ref) for ref in ("dieu-5", "dieu-5", "dieu-5-2", "dieu-5", "dieu-6")] == [
        "dieu-5",
        "dieu-5-2",
        "dieu-5-2-2",
        "dieu-5-3",
        "dieu-6",
    ]


def test_letters_of_article_numbers_give_different_refs() -> None:
    assert ref_part("dieu", "5d") == "dieu-5d"
    assert ref_part("dieu", "5đ") == "dieu-5dd"
    assert ref_part("dieu", "") == "dieu-0"


@pytest.mark.parametrize(
    "text", ["ngày 01 tháng 8 năm 2023", "01/8/2023", "1.8.2023", "Ngày 01-08-2023", "1 / 8 / 2023"]
)
def test_all_spellings_of_a_date_are_parsed(text: str) -> None:
    assert parse_date(text) == date(2023, 8, 1)


@pytest.mark.parametrize("text", ["31/02/2023", "07/2023", "ngày mai", "152/2011/TT-BTC", "1/8/20233"])
def test_a_date_that_does_not_exist_is_none(text: str) -> None:
    assert parse_date(text) is None


def test_dates_are_found_with_their_offsets() -> None:
    text = "Quyết định số 5/QĐ-UBND ngày 02 tháng 3 năm 2024, sửa đổi ngày 5/6/2025."
    assert [(found.on, text[found.start : found.end]) for found in find_dates(text)] == [
        (date(2024, 3, 2), "ngày 02 tháng 3 năm 2024"),
        (date(2025, 6, 5), "ngày 5/6/2025"),
    ]


def test_paragraphs_become_nodes_under_their_headings() -> None:
    nodes = outline(
        ["Mở đầu của kế hoạch.", "I. MỤC ĐÍCH", "1. Yêu cầu", "Làm rõ việc.", "1. Yêu cầu khác", "II. TỔ CHỨC"]
    )
    assert [(node["ref"], node["parent"], node["type"]) for node in nodes] == [
        ("doan-1", None, "paragraph"),
        ("muc-i", None, "section"),
        ("muc-i/muc-1", "muc-i", "section"),
        ("muc-i/muc-1/doan-1", "muc-i/muc-1", "paragraph"),
        ("muc-i/muc-1-2", "muc-i", "section"),
        ("muc-ii", None, "section"),
    ]
