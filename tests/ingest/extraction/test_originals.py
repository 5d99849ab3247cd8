"""Extraction: charsets, pages that announce a document, selectors, hints and defaults."""

from collections.abc import Callable
from datetime import date

import pytest

from hub.content.validation import validate_content
from hub.legal.citations.parser import find_citations
from tests.support.assembled import cell_by_cell, plain
from tests.support.assembled_documents import DOCUMENTS
from tests.support.originals import read
from tests.support.printed_decisions import as_docx, as_pdf

pytestmark = pytest.mark.server

BULLETIN = "Đường phố Huế thêm bóng mát\nNgười dân được góp ý trước khi thành phố trồng cây, và được trả lời."

ANNOUNCEMENT = """Tìm kiếm

Liên kết website
Các Sở, Ban, Ngành
Tổng truy cập 2.345.678
Đưa nước sạch về các xã của tỉnh Thừa Thiên Huế
Ngày cập nhật 12/06/2024

Thực hiện Chỉ thị số 12/CT-TTg ngày 21 tháng 5 năm 2024 của Thủ tướng Chính phủ về nước sạch, ngày 03 tháng 6 \
năm 2024, Ủy ban nhân dân tỉnh ban hành Kế hoạch số 198/KH-UBND về đưa nước sạch về các xã.

1. Công khai thông tin

Thực hiện Luật Tiếp cận thông tin; Nghị định số 13/2018/NĐ-CP ngày 23 tháng 01 năm 2018 của Chính phủ; Quyết định số \
733/QĐ-TTg ngày 14 tháng 6 năm 2019 của Thủ tướng Chính phủ phê duyệt Đề án “Nước sạch nông thôn; bảo đảm mỗi xã có \
một đầu mối trả lời người dân.

Các tin khác
Xem tin theo ngày
"""


async def test_a_copied_announcement_alone_gives_its_document_and_all_it_cites_with_dates() -> None:
    reading = await read(ANNOUNCEMENT, "tin.txt")
    assert reading.doubts == ()
    assert reading.content["number"] == "198/KH-UBND"
    assert reading.content["dates"] == [{"role": "issued", "on": "2024-06-03", "source": "Bài viết ngày 12/06/2024"}]
    assert reading.content["issuers"][0]["name"] == "Ủy ban nhân dân tỉnh Thừa Thiên Huế"
    validate_content("policy", reading.content)
    cited = {citation.number: citation for citation in find_citations(reading.text) if citation.number}
    assert {number: (one.type, *one.dates) for number, one in cited.items()} == {
        "12/CT-TTg": ("Chỉ thị", date(2024, 5, 21)),
        "198/KH-UBND": ("Kế hoạch", date(2024, 6, 3)),
        "13/2018/NĐ-CP": ("Nghị định", date(2018, 1, 23)),
        "733/QĐ-TTg": ("Quyết định", date(2019, 6, 14)),
    }


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (BULLETIN.encode("utf-8-sig"), None),
        (BULLETIN.encode("utf-16"), None),
        (BULLETIN.encode(), "text/plain; charset=windows-1258"),
        (f"<html><head><meta charset=utf-16><body><p>{BULLETIN}".replace("\n", "<p>").encode(), "text/html"),
        (f"<?xml version='1.0' encoding='utf-8'?><html><body><p>{BULLETIN}".replace("\n", "<p>").encode(), "text/html"),
    ],
)
async def test_the_charset_is_detected_whatever_is_declared(body: bytes, media_type: str | None) -> None:
    reading = await read(body, "tin", kind="bulletin", media_type=media_type)
    assert reading.text == BULLETIN
    assert reading.doubts == ()


async def test_windows_1258_is_decoded_when_declared_and_a_guessed_charset_is_a_doubt() -> None:
    # Diacritics of this encoding follow their letters.
    body = "Hue\u0301 tr\u00f4\u0300ng c\u00e2y".encode("cp1258")
    said = await read(body + b"\n" + body, "tin.txt", kind="bulletin", media_type="text/plain; charset=windows-1258")
    assert said.text == "Hué trồng cây\nHué trồng cây"
    assert said.doubts == ()
    guessed = await read(b"H\xe9 \xff\xd8\xd8\x81\n\x90 m\xe9", "tin.txt", kind="bulletin")
    assert [doubt.field for doubt in guessed.doubts] == ["text"]


async def test_characters_of_old_fonts_are_a_doubt() -> None:
    reading = await read("Quy ®Þnh vÒ ®Êt ®ai cña tØnh ®èi víi ng­êi ®îc giao\n" * 20, "tcvn3.txt", kind="bulletin")
    assert "TCVN3" in reading.doubts[0].detail


@pytest.mark.parametrize(("name", "printed"), [("a.docx", as_docx), ("a.pdf", as_pdf)])
async def test_characters_of_old_fonts_are_a_doubt_in_files_too(name: str, printed: Callable[..., bytes]) -> None:
    title, body = "QuyÕt ®Þnh vÒ viÖc phª duyÖt ®Ò ¸n", "Céng hßa x· héi chñ nghÜa ViÖt Nam, thµnh phè HuÕ trång c©y"
    reading = await read(printed("41/Q§-UBND", title, body), name, kind="bulletin")
    assert "TCVN3" in reading.doubts[0].detail


async def test_selectors_go_before_parsed_facts_and_a_contradiction_is_a_doubt() -> None:
    whole = DOCUMENTS["decision_of_a_person"]()
    lines = "".join(f"<p>{line}</p>" for line in plain(whole, cell_by_cell).split("\n"))
    facts = "<span class=so>67/QĐ-UBND</span><span class=ngay>Ngày ban hành: 09/01/2026</span>"
    page = f"<html><body><h1>Văn bản mới</h1>{facts}<div class=vb>{lines}</div><a href=a.docx>Tải về</a></body></html>"
    plain_reading = await read(page, "vb.html", media_type="text/html")
    assert plain_reading.content["number"] == whole.number
    assert plain_reading.content["dates"][0]["on"] == whole.on.isoformat()
    assert [file.url for file in plain_reading.files] == ["https://cong.example.vn/tin/a.docx"]
    select = {"body": "div.vb", "number": "span.so", "issued": "span.ngay"}
    reading = await read(page, "vb.html", media_type="text/html", mapping={"select": select})
    assert reading.content["number"] == "67/QĐ-UBND"
    assert reading.content["dates"][0] == {"role": "issued", "on": "2026-01-09", "source": "Trang nguồn"}
    wrong = [(doubt.field, whole.number in doubt.detail) for doubt in reading.doubts]
    assert wrong == [("number", True), ("dates", False)]


async def test_hints_and_defaults_fill_members_that_the_original_lacks() -> None:
    mapping = {"defaults": {"topics": ["moi-truong"], "spokesperson": "nguyen-van-mau", "form": "release"}}
    hints = {"title": "Tên trong nguồn tin", "posted": "2026-03-08T11:38:00+07:00"}
    reading = await read("Thành phố sẽ trả lời trong tuần.", "loi.txt", kind="statement", mapping=mapping, hints=hints)
    assert reading.doubts == ()
    assert reading.content == {
        "title": "Tên trong nguồn tin",
        "occasion": "Tên trong nguồn tin",
        "text": "Thành phố sẽ trả lời trong tuần.",
        "said_at": "2026-03-08T11:38:00+07:00",
        "topics": ["moi-truong"],
        "spokesperson": "nguyen-van-mau",
        "form": "release",
    }


async def test_a_draft_in_official_layout_needs_no_number_and_no_signature() -> None:
    text = plain(DOCUMENTS["decision_of_a_ward"]()).replace("Số: 11/2026/QĐ-UBND", "Số:      /2026/QĐ-UBND")
    reading = await read(f"DỰ THẢO LẦN 2\n{text}", "du-thao.txt", kind="draft", hints={"posted": date(2026, 9, 1)})
    content = reading.content
    assert reading.doubts == ()
    assert (content["type"], content["draft_version"], content["drafted_on"]) == ("Quyết định", 2, "2026-09-01")
    assert content["drafting_agency"] == "so-xay-dung"
    assert [node["ref"] for node in content["nodes"] if node["type"] == "article"] == [
        "dieu-1",
        "dieu-2",
        "dieu-3",
        "phu-luc-1/dieu-1",
        "phu-luc-1/dieu-2",
    ]
    validate_content("draft", content)
