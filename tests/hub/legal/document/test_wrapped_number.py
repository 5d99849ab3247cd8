"""The number above a document is whole wherever a narrow column breaks it."""

import pytest

from hub.legal.document import parse_document
from hub.legal.document.wrapped_number import join_wrapped_numbers

HEADER = (
    "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HUẾ\n{}\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
    "Huế, ngày 01 tháng 8 năm 2023\nQUYẾT ĐỊNH\nVề cây xanh\nĐiều 1. Trồng cây.\n"
)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("Số: 513/QĐ-\nUBND", "513/QĐ-UBND"),
        ("Số: 513/QĐ\u2011\nUBND", "513/QĐ-UBND"),
        ("Số: 513/QĐ –\nUBND", "513/QĐ-UBND"),
        ("Số: 513/QĐ\n-UBND", "513/QĐ-UBND"),
        ("Số: 513/\nQĐ-UBND", "513/QĐ-UBND"),
        ("Số:\n513/QĐ-UBND", "513/QĐ-UBND"),
        ("Số: 12/\n2017/\nQĐ-UBND", "12/2017/QĐ-UBND"),
        ("Số: 513/QĐ-UBND-\nVX", "513/QĐ-UBND-VX"),
        ("Số: 513/QĐ-    HỎA TỐC\nUBND", "513/QĐ-UBND"),
    ],
)
def test_a_number_broken_over_lines_is_whole_and_its_rest_no_agency(written: str, number: str) -> None:
    document = parse_document(HEADER.format(written))

    assert document.number == number
    assert document.issuers == ("Ủy ban nhân dân thành phố Huế",)


@pytest.mark.parametrize(
    "lines",
    [
        ["Số: 513/QĐ-UBND", "CỘNG HÒA"],
        ["Số: 513/QĐ-UBND", "UBND"],
        ["Số: 513/QĐ-", "ỦY BAN NHÂN DÂN"],
        ["Số:      /QĐ-UBND", "12/2017"],
        ["Số:", "513"],
        ["một số", "12"],
        ["Số: 513/", "12"],
        ["trong số", "Điều 1."],
    ],
)
def test_lines_that_are_no_rest_of_a_number_stay_apart(lines: list[str]) -> None:
    assert join_wrapped_numbers(lines) == lines
