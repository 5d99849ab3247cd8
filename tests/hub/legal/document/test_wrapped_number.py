"""The number above a document is whole wherever a narrow column breaks it."""

import time

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
        ["TT    Văn bản số    Ngày", "1    1234/QĐ-UBND    01/02/2024", "2    1235/QĐ-UBND    02/02/2024"],
        ["TT | Văn bản số | Ngày", "1 | 1234/QĐ-UBND | 01/02/2024"],
        ["Văn bản số    Ngày", "1234/QĐ-UBND    01/02/2024"],
        ["Mã số", "01-HD"],
        ["Mã số    Tên", "01-HD    Hóa đơn"],
        ["Số    Ngày", "01/2024    01/02/2024"],
        ["Số    Ngày", "01/QĐ-UBND    01/02/2024"],
        ["Số: | Ngày:", "01/2024 | 01/02/2024"],
        ["Số", "01/2024"],
        ["- Trường THPT số 2", "- UBND"],
        ["Trường THPT số 2", "-UBND"],
        ["- Đơn vị số 2/", "UBND"],
        ["Số: 513/QĐ", "- UBND"],
        ["Điều 1. Trồng cây", "Số: 513/QĐ-", "UBND"],
        ["QUYẾT ĐỊNH", "Số: 513/QĐ-", "1. Trồng cây", "UBND"],
    ],
)
def test_lines_that_are_no_rest_of_a_number_stay_apart(lines: list[str]) -> None:
    assert join_wrapped_numbers(lines) == lines


def test_words_may_stand_before_a_broken_number_that_is_alone_on_its_line() -> None:
    assert join_wrapped_numbers(["Quyết định số 513/QĐ-", "UBND"]) == ["Quyết định số 513/QĐ-UBND"]


@pytest.mark.parametrize("column", ["số", "Số:", "Số: 1/", "số 1-"])
def test_many_rows_with_many_columns_stay_and_take_less_than_two_seconds(column: str) -> None:
    lines = ["    ".join([column] * 50)] * 400
    began = time.process_time()
    assert join_wrapped_numbers(lines) == lines
    assert time.process_time() - began < 2
