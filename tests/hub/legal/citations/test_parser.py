"""Citations inside sentences: their facts, their offsets, and linear time."""

import unicodedata
from datetime import date

import pytest

from hub.legal.citations.parser import Citation, CitationContext, CitationKind, find_citations
from tests.bench.legal import written


def only(text: str, here: CitationContext | None = None) -> Citation:
    found = find_citations(text, here)
    assert len(found) == 1, found
    return found[0]


def test_a_citation_by_number_has_every_fact_of_its_sentence() -> None:
    said = "Thực hiện Nghị định số 31/2019/NĐ-CP ngày 10 tháng 4 năm 2019 của Chính phủ quy định chi tiết một số điều"
    cited = only(said)
    assert cited.text == said[cited.start : cited.end] == "Nghị định số 31/2019/NĐ-CP ngày 10 tháng 4 năm 2019"
    assert (cited.kind, cited.type, cited.number) == (CitationKind.number, "Nghị định", "31/2019/NĐ-CP")
    assert (cited.number_key, cited.serial, cited.year, cited.symbol) == ("31.2019.ndcp", "31", 2019, "NĐ-CP")
    assert (cited.issuer, cited.dates) == ("Chính phủ", (date(2019, 4, 10),))
    assert cited.is_certain
    assert set(cited.confidence) == {"type", "number", "dates", "issuer"}


@pytest.mark.parametrize(
    "written",
    [
        "Nghị định số 31 /2019/NĐ-CP",
        "Nghị định số: 31/2019/NÐ-CP",
        "Nghị định 31/2019/NĐCP",
        "Nghị định số 31/2019 NĐ-CP",
        "Nghị định số\n31/2019/NĐ-\nCP",
        "Nghi dinh so 31/2019/ND-CP",
        "Nghị đinh số 31/2O19/NĐ-CP",
        "Nghị định số 31/2019/\u200bNĐ-CP",
        "Nghị\u00a0định\u00a0số\u00a031/2019/NĐ - CP",
        unicodedata.normalize("NFD", "Nghị định số 31/2019/NĐ-CP"),
        "NGHỊ ĐỊNH SỐ 31/2019/NĐ-CP",
        "Nghị định số[31/2019/NĐ-CP](https://example.vn/31-2019)",
    ],
)
def test_a_number_is_found_in_spite_of_misprints(written: str) -> None:
    text = f"theo quy định tại {written} ngày 10/4/2019 của Chính phủ"
    cited = only(text)
    assert (cited.type, cited.number_key, cited.dates) == ("Nghị định", "31.2019.ndcp", (date(2019, 4, 10),))
    whole = unicodedata.normalize("NFC", text)
    assert whole[cited.start :].startswith(unicodedata.normalize("NFC", written)[:5])


def test_offsets_are_exact_after_invisible_characters() -> None:
    text = "\u200bTheo \ufeffThông\u200b tư số 7/\u200b2020/TT-BYT và Luật Dược\u200b, khoản 2 Điều này"
    whole = unicodedata.normalize("NFC", text)
    assert [whole[c.start : c.end] for c in find_citations(text)] == [
        "Thông\u200b tư số 7/\u200b2020/TT-BYT",
        "Luật Dược",
        "khoản 2 Điều này",
    ]


def test_a_page_that_announces_a_plan_gives_it_the_preceding_date() -> None:
    text = "ngày 30 tháng 01 năm 2024, Uỷ ban nhân dân tỉnh vừa ban hành Kế hoạch số 41/KH-UBND về trồng cây xanh."
    cited = only(text)
    assert (cited.type, cited.number, cited.dates) == ("Kế hoạch", "41/KH-UBND", (date(2024, 1, 30),))
    assert cited.issuer == "Uỷ ban nhân dân tỉnh"


@pytest.mark.parametrize(
    "piece",
    [
        "Điều 1, ",
        "khoản 1 ",
        "điểm a, b ",
        "Luật Đất đai và ",
        "Luật sửa đổi, bổ sung một số điều của ",
        "Nghị định số 1/2020/NĐ-CP, số ",
        "các Nghị định ",
        "1/2020/",
        "ngày 1 tháng 1 năm ",
        "của Bộ trưởng Bộ ",
        "Điều 5 Quy chế ban hành kèm theo ",
        "(((((((((( ",
        "\n \n \n ",
        "NĐ-CP-NĐ-CP-",
        "Thông tư số 1, 2, ",
        "1, 2 và ",
        "Luật BHYT BHXH ",
        "văn bản số 1/A-",
        "Thông báo kết luận ",
    ],
)
def test_hostile_text_is_parsed_in_linear_steps(piece: str) -> None:
    def calls(times: int) -> int:
        import sys

        count = 0

        def tick(*_: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(tick)
        try:
            find_citations(piece * times)
        finally:
            sys.setprofile(None)
        return count

    assert calls(800) < 2.6 * calls(400) + 2_000
    find_citations(piece * (100_000 // len(piece)))


def test_sentences_of_other_kinds_of_text_reach_the_promised_precision_and_recall() -> None:
    count, differing = written()
    assert count["sentences"] > 100
    assert count["right"] / (count["right"] + count["wrong"]) >= 0.97, differing
    assert count["right"] / (count["right"] + count["missed"]) >= 0.95, differing
