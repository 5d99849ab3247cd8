"""Files that LibreOffice and Chromium made are read as these programs show them."""

from pathlib import Path

import pytest

from ingest.extraction.content_builder import build_content
from ingest.extraction.extract import extract
from ingest.extraction.models import Extract
from tests.support.made_sources import FLAT_FILES, PAGES, UNUSED, WORD_FILES
from tests.support.originals import CONTEXT
from tests.support.word_files import word_file

MADE = Path(__file__).parents[2] / "support" / "data" / "made"
YEARS = [str(year) for year in range(1990, 2090)]
RAISED = "Mỗi năm 10³ m² đất, 10⁻⁶ g CO₂ ở 25°C."
SHOWN_OTHERWISE = {
    # LibreOffice fills the columns that a row leaves out.
    "irregular-grid.docx": "STT | Tuyến đường | Số cây | Ghi chú\n7 | Lê Mẫu | đủ\n8 | Trần Mẫu\n|  | 120 | xong",
    "irregular-grid.html": "STT | Tuyến đường | Số cây | Ghi chú\n7 | Lê Mẫu | đủ\n8 | Trần Mẫu\n|  | 120 | xong",
    # A print has no cells, a drawing lies over the text, and a control is a form field.
    "content-controls.pdf": "Kế hoạch trồng cây\nNgày 02 tháng\n3\nSTT    Phường\n7    Thuận Mẫu",
    "text-box.pdf": "Số: 702/KH-UBND\nKính gửi: các sở, ban, ngành\nHỎA TỐC",
    "text-box-in-cell.pdf": "Ủy ban    bên phải\nhai    ba\nDỰ THẢO",
    "vertical-merges.pdf": "Nhóm    Việc    Hạn\nCây xanh    Trồng    quý 1\nTưới    quý 2\nTỉa",
    "numbers-in-merges.pdf": "1. Cây xanh    Trồng\nTưới\n2. Chiếu sáng    Thay đèn",
    "irregular-grid.pdf": "STT    Tuyến đường    Số cây    Ghi chú\n7    Lê Mẫu    đủ\n8    Trần Mẫu\n120    xong",
    "head.pdf": "ỦY BAN NHÂN DÂN    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT\nNAM\nTHÀNH PHỐ MẪU    Độc lập - Tự do - Hạnh phúc\n"
    "Số: 702/KH-UBND    Mẫu, ngày 02 tháng 3 năm 2026\nKẾ HOẠCH\nTrồng cây đường phố năm 2026",
}


def read_made(name: str) -> Extract:
    select = {"body": "body"} if name.endswith(".html") else {}
    return extract((MADE / name).read_bytes(), name, None, None, select, official=True)


def test_every_file_that_was_made_is_read_by_a_test() -> None:
    from_word = {f"{name}.{suffix}" for name in WORD_FILES for suffix in ("docx", "pdf", "html")} - UNUSED
    pages = {f"{name}-chromium.pdf" for name in PAGES} | {"written-by-a-script-chromium.html"}
    assert {file.name for file in MADE.iterdir()} == from_word | pages | {f"{name}.pdf" for name in FLAT_FILES}
    assert len(from_word | pages | FLAT_FILES.keys()) >= 30


@pytest.mark.parametrize("name", WORD_FILES)
def test_a_word_file_is_read_alike_before_and_after_libreoffice(name: str) -> None:
    body, numbering, shown = WORD_FILES[name]
    own = extract(word_file(body, numbering=numbering), "van-ban.docx", None, None, {}, official=True)
    assert own.text == shown
    for suffix in ("docx", "html", "pdf"):
        made = f"{name}.{suffix}"
        if made not in UNUSED:
            assert read_made(made).text == SHOWN_OTHERWISE.get(made, shown), made


@pytest.mark.parametrize("name", [*FLAT_FILES, "years-chromium", "years-on-numbered-pages-chromium"])
def test_rows_of_years_stay_at_the_edges_of_pages_and_page_numbers_go(name: str) -> None:
    lines = read_made(f"{name}.pdf").text.split("\n")
    assert [line for line in lines if line.strip(" 0123456789") == ""] == YEARS
    assert not any(line.startswith("Trang") for line in lines)


@pytest.mark.parametrize("name", ["motto-wide", "motto-narrow", "motto-narrower", "motto-narrowest"])
def test_a_motto_that_a_narrow_column_breaks_is_still_the_head_of_a_document(name: str) -> None:
    content, _, doubts = build_content(
        read_made(f"{name}-chromium.pdf"), kind="policy", defaults={}, hints={}, agency=CONTEXT.agency
    )
    assert doubts == []
    assert (content["number"], content["type"], content["title"]) == (
        "702/KH-UBND", "Kế hoạch", "Trồng cây đường phố năm 2026"
    )  # fmt: skip
    assert [issuer["name"] for issuer in content["issuers"]] == ["Ủy ban nhân dân thành phố Mẫu"]
    assert content["dates"][0]["on"] == "2026-03-02"
    assert [node.get("label") for node in content["nodes"]] == [None, "1.", "2."]


def test_a_printed_page_keeps_raised_figures_apart_and_doubts_one_at_an_article() -> None:
    found = read_made("raised-page-chromium.pdf")
    assert found.text.split("\n") == [RAISED, "Điều 15². Hiệu lực"]
    assert [(doubt.field, "Điều 15²" in doubt.detail) for doubt in found.doubts] == [("text", True)]


def test_a_page_has_the_numbers_of_its_lists_as_printed_and_as_written_down() -> None:
    assert read_made("lists-chromium.pdf").text.split("\n") == [
        "1. Trồng", "2. Tưới", "a. sáng", "b. chiều", "Nghỉ", "3. Tỉa"
    ]  # fmt: skip
    for suffix in ("pdf", "html"):
        assert read_made(f"written-by-a-script-chromium.{suffix}").text.split("\n") == ["1. Trồng", "2. 10³ cây", "Hết"]
