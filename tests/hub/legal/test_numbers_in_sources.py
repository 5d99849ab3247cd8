"""Numbers in the data of sources: split between two fields, and with the letters of their type."""

import pytest

from hub.legal.issuer_symbols import issuers_of_number
from hub.legal.numbers import number_key, rejoin_number, symbol_parts
from hub.legal.types import canonical_type, type_of_number


@pytest.mark.parametrize(
    ("number", "title", "whole", "rest"),
    [
        ("64/2020/TT-", "BCA Quy định quy trình", "64/2020/TT-BCA", "Quy định quy trình"),
        ("01/2021/TTLT-TANDTC-", "BCA-BQP Quy định phối hợp", "01/2021/TTLT-TANDTC-BCA-BQP", "Quy định phối hợp"),
        ("12/2015/TT-BYT", "BCA Quy định", "12/2015/TT-BYT", "BCA Quy định"),
        ("64/2020/TT-", "Quy định quy trình", "64/2020/TT-", "Quy định quy trình"),
        ("64/2020/TT-", "QUY ĐỊNH QUY TRÌNH", "64/2020/TT-", "QUY ĐỊNH QUY TRÌNH"),
        ("39", "/2018/TT-NHNN Hướng dẫn cho vay", "39/2018/TT-NHNN", "Hướng dẫn cho vay"),
        ("39/2018", "/TT-NHNN Hướng dẫn", "39/2018/TT-NHNN", "Hướng dẫn"),
        ("39/2018/TT", "– NHNN Hướng dẫn", "39/2018/TT-NHNN", "Hướng dẫn"),
        ("39/", "2018/TT-NHNN", "39/2018/TT-NHNN", ""),
        ("39/2018/", "TT-NHNN Hướng dẫn", "39/2018/TT-NHNN", "Hướng dẫn"),
        ("269/KH", "-UBND Trồng cây", "269/KH-UBND", "Trồng cây"),
        ("39/2018/TT-BTC", "- Quy định phí", "39/2018/TT-BTC", "- Quy định phí"),
        ("269/KH-UBND", "- UBND tỉnh ban hành", "269/KH-UBND", "- UBND tỉnh ban hành"),
        ("39", "- Quy định phí", "39", "- Quy định phí"),
    ],
)
def test_a_number_is_rejoined_with_its_rest_in_the_title(number: str, title: str, whole: str, rest: str) -> None:
    assert rejoin_number(number, title) == (whole, rest)


@pytest.mark.parametrize(
    ("number", "parts", "named"),
    [
        ("269/KH-UBND", ("KH", "UBND"), "Kế hoạch"),
        ("07/CT-TTg", ("CT", "TTg"), "Chỉ thị"),
        ("03-NQ/TU", ("NQ", "TU"), "Nghị quyết"),
        ("964/TTg-NN", ("TTg", "NN"), None),
        ("01/2017/TTLT-BYT-BNN&PTNT", ("TTLT", "BYT", "BNN&PTNT"), "Thông tư liên tịch"),
        ("11i/2008/NQ-HĐND", ("NQ", "HĐND"), "Nghị quyết"),
        ("not a number", (), None),
    ],
)
def test_the_letters_of_a_number_mean_its_type(number: str, parts: tuple[str, ...], named: str | None) -> None:
    assert symbol_parts(number) == parts
    assert type_of_number(number) == named


def test_types_are_known_in_any_case() -> None:
    assert canonical_type("KẾ HOẠCH") == "Kế hoạch"
    assert canonical_type("thông tư liên tịch") == "Thông tư liên tịch"
    assert canonical_type("Ghi chú") is None


def test_the_key_of_a_number_is_equal_for_all_spellings() -> None:
    assert number_key("01 /2018/TT-VPCP") == number_key("1/2018/tt-vpcp") == "1.2018.ttvpcp"
    assert number_key("42/2022/NÐ-CP") == number_key("42/2022/NĐCP")


@pytest.mark.parametrize(
    ("number", "names"),
    [
        ("09/2017/NĐ-CP", ("Chính phủ",)),
        ("92/2000/QĐ-NHNN7", ("Ngân hàng Nhà nước Việt Nam",)),
        ("343/2017/UBTVQH14", ("Ủy ban Thường vụ Quốc hội",)),
        ("269/KH-UBND", ()),
        ("31-L/CTN", ()),
        ("5/2016/TTLT-BTC-XYZ", ()),
    ],
)
def test_a_number_names_its_issuers_or_none(number: str, names: tuple[str, ...]) -> None:
    assert issuers_of_number(number) == names
