"""Look-alike hyphens, dashes, slashes and figures are those of a keyboard for every reader of document numbers."""

import sys
import unicodedata

import pytest

from hub.domain.kinds import KINDS
from hub.legal.announcement import read_announcement
from hub.legal.citations.parser import find_citations
from hub.legal.citations.query import parse_citation_query
from hub.legal.dates import find_dates
from hub.legal.document import parse_document
from hub.legal.numbers import canonical_number, number_key
from hub.lookalikes import DASHES, HYPHENS, SLASHES, fold_signs
from hub.text import clean, compact, fold
from ingest.extraction.labels import labelled_facts
from search.intent import parse_intent
from tests.support import contents

MARKS = [*HYPHENS, *DASHES]


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: f"U+{ord(mark):04X}")
def test_a_number_with_any_hyphen_is_the_same_number_for_every_reader(mark: str) -> None:
    own, cited = f"513/KH{mark}UBND", f"09/2017/NĐ{mark}CP"

    assert canonical_number(own) == "513/KH-UBND"
    assert number_key(cited) == "9.2017.ndcp"
    assert (fold(own), compact(own)) == ("513 kh ubnd", "513khubnd")
    found = find_citations(clean(f"Căn cứ Nghị định số {cited} ngày 09/02/2017 và Kế hoạch số {own}"))
    assert [one.number for one in found] == ["09/2017/NĐ-CP", "513/KH-UBND"]
    assert (query := parse_citation_query(cited)) is not None
    assert query.number == "09/2017/NĐ-CP"
    assert parse_intent(own).keys == ("513.khubnd",)
    assert KINDS["policy"].content.model_validate(contents.policy(number=own)).model_dump()["number"] == "513/KH-UBND"
    assert labelled_facts(["Số/Ký hiệu：", own]) == {"number": own}
    text = f"Tin\nNgày đăng: 1/8/2023\nNgày 01/8/2023, Ủy ban nhân dân tỉnh ban hành Kế hoạch số {own} về cây xanh."
    assert read_announcement(text).number == "513/KH-UBND"
    document = parse_document(
        f"ỦY BAN NHÂN DÂN\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: {clean(own)}\n"
        "Huế, ngày 01 tháng 8 năm 2023\nKẾ HOẠCH\nTrồng cây\nI. Mục đích\n"
    )
    assert document.number == "513/KH-UBND"


@pytest.mark.parametrize("mark", SLASHES, ids=lambda mark: f"U+{ord(mark):04X}")
def test_a_number_with_any_slash_keeps_its_year(mark: str) -> None:
    written = f"09{mark}2017{mark}NĐ-CP"

    assert canonical_number(written) == "09/2017/NĐ-CP"
    assert [(one.number, one.year) for one in find_citations(f"Nghị định số {written}")] == [("09/2017/NĐ-CP", 2017)]
    assert parse_intent(written).keys == ("9.2017.ndcp",)
    assert [str(found.on) for found in find_dates(f"ngày 01{mark}8{mark}2023")] == ["2023-08-01"]


@pytest.mark.parametrize("letters", ["NĐ-СР", "NĐ-CР", "ΝĐ-CΡ", "ND\u0335-CP", "ND\u0336-CP", "ＮĐ-ＣＰ"])
def test_letters_of_a_number_that_look_like_those_of_a_keyboard_are_read_as_those(letters: str) -> None:
    written = clean(f"09/2017/{letters}")

    assert canonical_number(written) == "09/2017/NĐ-CP"
    assert [one.number for one in find_citations(f"Căn cứ Nghị định số {written} ngày")] == ["09/2017/NĐ-CP"]
    assert parse_intent(written).keys == ("9.2017.ndcp",)


def test_words_of_another_alphabet_stay_as_they_are() -> None:
    for text in ("Москва", "РОССИЯ 2026", "Αθήνα", "5 КОМИТЕТ", "2026-РОССИЯ", "COVID-19/РОССИЯ", "5 - КОМИТЕТ"):
        assert fold_signs(text) == text


@pytest.mark.parametrize("space", "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000", ids=lambda one: f"U+{ord(one):04X}")
def test_every_space_is_a_space_in_a_date_and_in_a_number(space: str) -> None:
    written = "ngày 01 tháng 8 năm 2023".replace(" ", space)

    assert [str(found.on) for found in find_dates(written)] == ["2023-08-01"]
    assert canonical_number(f"09{space}/2017/NĐ{space}-{space}CP") == "09/2017/NĐ-CP"


HEADER = (
    "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HUẾ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n{}\n"
    "Huế, ngày 01 tháng 8 năm 2023\nKẾ HOẠCH\nTrồng cây\nI. Mục đích\n"
)


@pytest.mark.parametrize("rest", ["~UBND", ".UBND", "·UBND", "§UBND", "¤ UBND", "=UBND", "-", " -", "/"])
def test_a_number_that_goes_on_behind_a_sign_that_nobody_knows_is_in_doubt(rest: str) -> None:
    document = parse_document(HEADER.format(f"Số: 513/KH{rest}"))
    assert "number" in {doubt.field for doubt in document.doubts}


@pytest.mark.parametrize("rest", ["", ".", ",", " - Huế", "    HỎA TỐC", " (bản sao)", "*", ". Huế"])
def test_what_follows_a_whole_number_is_no_doubt(rest: str) -> None:
    document = parse_document(HEADER.format(f"Số: 513/KH-UBND{rest}"))
    assert document.number == "513/KH-UBND"
    assert "number" not in {doubt.field for doubt in document.doubts}


def test_full_width_figures_and_spaces_around_signs_are_no_part_of_a_number() -> None:
    assert canonical_number("２６９ ／ KH－UBND") == "269/KH-UBND"
    assert canonical_number("01 /2018/TT-VPCP") == "01/2018/TT-VPCP"
    assert [str(found.on) for found in find_dates("ngày ０１ tháng ８ năm ２０２３")] == ["2023-08-01"]


def test_a_soft_hyphen_counts_only_between_the_parts_of_a_number() -> None:
    assert clean("15/2016/TT\u00adBTC\u00adBKH và 03\u00adNQ/TU") == "15/2016/TT-BTC-BKH và 03-NQ/TU"
    assert clean("phát\u00adtriển QUYẾT\u00adĐỊNH") == "pháttriển QUYẾTĐỊNH"


def test_texts_keep_the_signs_that_they_were_written_with() -> None:
    text = "Giai đoạn 2020–2025 ‑ theo Nghị định 09/2017/NĐ‑CP"

    assert clean(text) == text
    assert len(fold_signs(text)) == len(text)
    assert find_citations(text)[0].text == "Nghị định 09/2017/NĐ‑CP"
    assert [str(found.on) for found in find_dates("01/8/2023–05/8/2023")] == ["2023-08-01", "2023-08-05"]
    assert fold_signs("10² m½") == "10² m½"


def test_raised_figures_keep_numbers_apart() -> None:
    assert len({number_key(text) for text in ("Công văn 12", "Công văn 12²", "Công văn 122", "Công văn 12₂")}) == 4
    assert (compact("5 m³/ngày"), compact("CO₂")) == ("5m³ngay", "co₂")


def test_figures_of_every_script_are_those_of_the_keyboard() -> None:
    figures = [char for char in map(chr, range(sys.maxunicode + 1)) if char.isdecimal()]

    assert len(figures) > 600
    assert [char for char in figures if fold_signs(char) != str(unicodedata.decimal(char))] == []


def test_every_hyphen_and_dash_of_unicode_is_known() -> None:
    dashes = {char for char in map(chr, range(0x80, sys.maxunicode + 1)) if unicodedata.category(char) == "Pd"}

    assert len(dashes) > 20
    assert dashes - set(HYPHENS + DASHES) == set()
