"""Lines at the edges of a PDF's pages: what counts the pages or repeats goes, what the text says stays."""

from pathlib import Path

import pytest

from ingest.extraction.pdf import read_pdf
from ingest.extraction.pdf_lines import PdfLine
from ingest.extraction.pdf_running_lines import PdfPage, drop_running_lines
from tests.support.printed_files import placed_pdf

HEIGHT = 800.0


def line(text: str, bottom: float, left: float = 90) -> PdfLine:
    return PdfLine(text, left, left + len(text) * 6, bottom + 10, bottom)


def page(*, top: str = "", second: str = "", text: str = "giữa", foot: str = "") -> PdfPage:
    places = ((top, 780), (second, 760), (text, 400), (foot, 20))
    return PdfPage([line(words, bottom) for words, bottom in places if words], 600, HEIGHT, has_picture=False)


def kept(*pages: PdfPage) -> list[list[str]]:
    return [[each.text for each in page.lines if each.text != "giữa"] for page in drop_running_lines(pages)]


@pytest.mark.parametrize(
    ("feet", "expected"),
    [
        (["1", "2", "3"], [[], [], []]),
        (["", "2", "3"], [[], [], []]),
        (["", "2"], [[], []]),
        (["1"], [[]]),
        (["- 41 -", "- 42 -", "- 43 -"], [[], [], []]),
        (["Trang 1/3", "Trang 2/3", "Trang 3/3"], [[], [], []]),
        (["1990", "2032", "2074"], [["1990"], ["2032"], ["2074"]]),
        (["7", "7", "7"], [["7"], ["7"], ["7"]]),
        (["2026"], [["2026"]]),
        (["2026", "2027"], [["2026"], ["2027"]]),
        (["2026", "2027", "2028"], [[], [], []]),
        (["5", "2", "9"], [["5"], ["2"], ["9"]]),
        (["5", "9", "12", "13", "40"], [["5"], ["9"], ["12"], ["13"], ["40"]]),
    ],
)
def test_figures_alone_are_page_numbers_only_where_they_count_pages(feet: list[str], expected: list[list[str]]) -> None:
    assert kept(*(page(foot=foot) for foot in feet)) == expected


def test_a_row_of_figures_is_no_page_number_beside_or_inside_other_lines() -> None:
    rows = [page(), page()]
    for number, (each, road) in enumerate(zip(rows, ("Lê Mẫu", "Trần Mẫu"), strict=True), start=1):
        each.lines.extend([line(str(number), 30), line(road, 28, left=200)])
    assert kept(*rows) == [["1", "Lê Mẫu"], ["2", "Trần Mẫu"]]
    inside = [page(foot="Tổng cộng A"), page(foot="Tổng cộng B")]
    for number, each in enumerate(inside, start=1):
        each.lines.append(line(str(number), 50))
    assert kept(*inside) == [["Tổng cộng A", "1"], ["Tổng cộng B", "2"]]


def test_figures_on_top_and_at_the_foot_are_counted_apart() -> None:
    assert kept(page(foot="2031"), page(top="2032")) == [["2031"], ["2032"]]


@pytest.mark.parametrize(
    ("tops", "expected"),
    [
        (["CÔNG BÁO số 7", "CÔNG BÁO số 7"], [[], []]),
        (["CÔNG BÁO 3", "CÔNG BÁO 4", "CÔNG BÁO 5"], [[], [], []]),
        (["Số 9/CÔNG BÁO/trang 12", "Số 9/CÔNG BÁO/trang 13"], [[], []]),
        (["Năm 1990: 12 cây", "Năm 1995: 40 cây"], [["Năm 1990: 12 cây"], ["Năm 1995: 40 cây"]]),
        (["12 | 15", "30 | 41"], [["12 | 15"], ["30 | 41"]]),
        (["(Kèm theo Quyết định số 7)", "(Kèm theo Quyết định số 7)"], [["(Kèm theo Quyết định số 7)"]] * 2),
    ],
)
def test_a_line_repeats_only_with_the_same_figures_or_with_that_of_the_page(
    tops: list[str], expected: list[list[str]]
) -> None:
    assert kept(*(page(top=top) for top in tops)) == expected


def test_a_page_number_below_a_running_header_goes_with_it() -> None:
    assert kept(page(top="CÔNG BÁO", second="1"), page(top="CÔNG BÁO", second="2")) == [[], []]


def test_a_stamp_goes_and_the_address_of_an_office_stays() -> None:
    stamp = PdfPage(
        [line("Người ký: Ủy ban", 500), line("Email: vt@mau.gov.vn", 490), line("Thời gian ký: 02.3.2026", 480)],
        600, HEIGHT, has_picture=False,
    )  # fmt: skip
    office = PdfPage([line("Cơ quan: Sở Mẫu", 500), line("Email: so@mau.gov.vn", 490)], 600, HEIGHT, has_picture=False)
    assert kept(stamp, office) == [[], ["Cơ quan: Sở Mẫu", "Email: so@mau.gov.vn"]]


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("513/KH-", "UBND", "513/KH-\nUBND"),
        ("kinh te -", "xa hoi", "kinh te - xa hoi"),
        ("12/2017/ND-", "CP ngay", "12/2017/ND-\nCP ngay"),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_is_a_hyphen(first: str, second: str, whole: str) -> None:
    found = read_pdf(placed_pdf([(100, 700, first), (100, 686, second)]))
    assert found.text.replace("- ", "-").replace("\n", "") == whole.replace("- ", "-").replace("\n", "")


def test_a_page_of_narrow_columns_of_figures_has_its_rows() -> None:
    """The parser takes the columns of the second page for lines of vertical writing, a figure each."""
    found = read_pdf(Path("tests/support/data/narrow-columns.pdf").read_bytes()).text
    figures = [str(of + row) for row in range(70) for of in (1990, 1000)]
    assert found.split() == figures
