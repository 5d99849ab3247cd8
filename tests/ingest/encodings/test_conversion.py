"""Texts of old encodings become Unicode where it is sure; what is in Unicode, or in another language, stays."""

from collections.abc import Callable
from typing import Any

import pytest

from hub.legal.encodings import is_garbled
from hub.text import clean
from ingest.encodings import convert_value
from ingest.encodings.syllables import is_syllable
from ingest.encodings.values import convert_markup
from tests.hub.legal.test_encodings import VIETNAMESE
from tests.support.old_fonts import as_tcvn3, as_utf_8, as_vni, as_windows_1258

ENCODERS = {"TCVN3": as_tcvn3, "VNI": as_vni, "Windows-1258": as_windows_1258, "UTF-8": as_utf_8}
TEXT = (
    "Ủy ban nhân dân tỉnh quy định việc giao đất, cho thuê đất đối với người được hỗ trợ tái định cư.\n"
    "Điều 1. Phạm vi điều chỉnh\nQuyết định này áp dụng cho mọi tổ chức, cá nhân trên địa bàn (QĐ, NĐ-CP)."
)


def convert(value: Any) -> Any:
    return convert_value(value)[0]


@pytest.mark.parametrize(
    "text",
    [
        "Thủ tướng gặp ông Müller và bà François tại São Paulo; đoàn đến Đà Nẵng",
        "Có gì là bà, cô; đi và về: chú ý đó là trâu bò",
        "Có gì là bà\nchú ý đó\nlà ai mà ghê thế",
        "© 2020 Cục, 10 µm, 25 °C, ½, m², «Huế», x·y",
        "Die schönen Grüße für alle über uns und natürlich die Königsstraße im Fußgängerbezirk",
        "Tài liệu: The naïve façade of the café, Zoë's résumé",
        "Société Générale et Électricité de France: les élèves français ont été prévenus à l'école",
        "Ukendt variabel på linje; tilvalg på andet niveau, ombrydeligt mellemrumstegn på",
        "José Muñoz, María Núñez, Ángel Ibáñez: la ciudadanía española está aquí, según el señor",
        "Hämäläinen Jyväskylä Päivi Mäkinen Yrjö Väisälä, minä näen että tämä on äärimmäisen tärkeää",
        "João Gonçalves, Conceição Simões: não há situação, são ações e funções da administração",
        "中国 và Việt Nam, Москва",
        "",
    ],
)
def test_what_is_in_unicode_stays_as_it_is(text: str) -> None:
    assert convert_value(text) == (text, [])
    assert convert_value({"title": text, "nodes": [{"text": line} for line in text.split("\n")]})[1] == []


@pytest.mark.parametrize(
    "text",
    [
        "Quy ®Þnh vÒ ®Êt ®ai cña tØnh ®èi víi ngêi ®îc giao, trong nh÷ng trêng hîp",  # the ư was dropped
        "C\u00b5ng hòa xã h\u00b5i chü nghîa Vi®t Nam",  # VISCII
        "Bé Y tÕ",  # two words are no evidence
    ],
)
def test_what_is_not_sure_stays_for_an_editor(text: str) -> None:
    assert convert_value(text) == (text, [])


@pytest.mark.parametrize("text", [*VIETNAMESE, TEXT])
@pytest.mark.parametrize("name", ENCODERS)
def test_a_text_of_an_old_encoding_becomes_what_was_written(name: str, text: str) -> None:
    converted, conversions = convert_value(ENCODERS[name](text))
    if not conversions:  # the shortest names only
        assert len(text) < 60
        return
    assert [each.encoding for each in conversions] == [name]
    # A font for capitals has small letters.
    assert converted.lower() == text.lower() if name == "TCVN3" else converted == text
    assert not is_garbled(clean(converted))


def test_capitals_follow_the_letters_around_them() -> None:
    text = "céng hßa X· héi chñ nghÜa\n§iÒu 1. Ph¹m vi\nQUYÕT §ÞNH VÒ viÖc §ÇU T¦ X¢Y DùNG"
    assert convert(text) == "cộng hòa Xã hội chủ nghĩa\nĐiều 1. Phạm vi\nQUYẾT ĐỊNH Về việc ĐẦU TƯ XÂY DỰNG"


@pytest.mark.parametrize("encode", ENCODERS.values())
def test_a_line_in_a_text_of_unicode_needs_evidence_of_its_own(encode: Callable[[str], str]) -> None:
    lines = TEXT.split("\n")
    mixed = "\n".join([lines[0], "Điều 1. Phạm vi, có gì là bà", encode(lines[2])])
    assert convert(mixed).lower() == "\n".join([lines[0], "Điều 1. Phạm vi, có gì là bà", lines[2]]).lower()
    assert convert([TEXT, "chó bß"]) == [TEXT, "chó bß"]


def test_a_short_member_is_converted_with_its_record_and_identifiers_stay() -> None:
    record = {
        "id": as_tcvn3("Thông tư 7/2001/TT-BYT"),
        "issuer": as_tcvn3("Bộ Y tế"),
        "articles": [{"text": as_tcvn3(TEXT), "title": "Hue"}],
        "issued_date": "2001-02-03",
        "n": 7,
    }
    converted, conversions = convert_value(record, except_for=("id",))
    assert converted == {
        **record,
        "issuer": "Bộ Y tế",
        "articles": [{"text": TEXT.replace("Ủy", "ủy"), "title": "Hue"}],
    }
    assert {each.field: each.encoding for each in conversions} == {"issuer": "TCVN3", "articles": "TCVN3"}
    assert conversions[0].words == "issuer: read as TCVN3: `Bé Y tÕ` is `Bộ Y tế`."


def test_markup_stays_around_converted_text() -> None:
    page = f'<p class="né">{as_vni(TEXT)}</p>\n<br/>{as_vni("Huế, ngày")}'
    assert convert_markup(page) == f'<p class="né">{TEXT}</p>\n<br/>Huế, ngày'


@pytest.mark.parametrize(
    "word", ["giếng", "gì", "quốc", "quyển", "khuya", "ước", "yêu", "Đắk", "thuở", "HUẾ", "hoà", "hòa"]
)
def test_a_syllable_has_a_rime_and_a_tone_that_goes_with_it(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["nớc", "đợc", "hoc̀", "mìết", "Müller", "été", "qà", "ngng", "ộtộ"])
def test_what_no_syllable_can_be_is_none(word: str) -> None:
    assert not is_syllable(word)
