"""The country's name and motto are recognised wherever a narrow column breaks them."""

import pytest

from hub.legal.document import is_official, parse_document
from hub.legal.document.motto import join_mottoes

REST = "\nKẾ HOẠCH\nTrồng cây năm 2026\nỦy ban nhân dân ban hành Kế hoạch như sau:\n1. Trồng cây.\n"


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["CỘNG HÒA XÃ HỘI CHỦ NGHĨA", "VIỆT NAM"], ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]),
        (["CỘNG HOÀ XÃ HỘI", "CHỦ NGHĨA", "VIỆT NAM"], ["CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"]),
        (["Độc lập - Tự do -", "Hạnh phúc"], ["Độc lập - Tự do - Hạnh phúc"]),
        (["Độc lập – Tự do", "– Hạnh phúc"], ["Độc lập – Tự do – Hạnh phúc"]),
        (
            ["ỦY BAN NHÂN DÂN    CỘNG HÒA XÃ HỘI CHỦ NGHĨA", "TỈNH MẪU    VIỆT NAM"],
            ["ỦY BAN NHÂN DÂN    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "TỈNH MẪU"],
        ),
        (["CỘNG HÒA XÃ HỘI CHỦ NGHĨA", "TỈNH MẪU", "VIỆT NAM"], ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "TỈNH MẪU"]),
        (["ĐẢNG CỘNG SẢN", "VIỆT NAM"], ["ĐẢNG CỘNG SẢN VIỆT NAM"]),
        (["CỘNG", "HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]),
        (["Độc", "lập - Tự do -", "Hạnh phúc"], ["Độc lập - Tự do - Hạnh phúc"]),
        (["Độc", "giả"], ["Độc", "giả"]),
        (["CỘNG HÒA", "SÉC"], ["CỘNG HÒA", "SÉC"]),
        (["Việt Nam", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA"], ["Việt Nam", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA"]),
    ],
)
def test_a_broken_motto_is_joined_and_nothing_else(lines: list[str], joined: list[str]) -> None:
    assert join_mottoes(lines) == joined


@pytest.mark.parametrize("country", ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA\nVIỆT NAM", "CỘNG HÒA XÃ\nHỘI CHỦ\nNGHĨA VIỆT NAM"])
def test_a_document_whose_country_is_broken_over_lines_is_official(country: str) -> None:
    text = f"UBND TỈNH MẪU\n{country}\nĐộc lập - Tự do -\nHạnh phúc\nMẫu, ngày 02 tháng 3 năm 2026{REST}"
    assert is_official(text)
    document = parse_document(text)
    assert (document.type, document.title) == ("Kế hoạch", "Trồng cây năm 2026")
