"""Topics, places and tone are classified by the longest phrase, with diacritics."""

import pytest

from hub.press.lexicon import build_lexicon, place_names
from tests.support.newspapers import TODAY, lexicon, registry

LEXICON = lexicon()


@pytest.mark.parametrize(
    ("title", "topics"),
    [
        ("Thành phố bàn chuyện thu hồi đất và tái định cư", {"dat-dai"}),
        ("Đạt đại học điểm cao nhờ tự học", {"giao-duc-dao-tao"}),  # not đất đai
        ("Dat dai va moi truong can quan ly chat", {"dat-dai", "moi-truong"}),  # typed without marks
        ("Hoà giải ở cơ sở", {"to-tung-va-cac-phuong-thuc-giai-quyet-tranh-chap"}),  # hòa, hoà
        ("HỌC PHÍ NĂM HỌC MỚI", {"hoc-phi", "giao-duc-dao-tao"}),
        ("Phóng viên đi chợ, xe máy đông", {"thong-tin-bao-chi-xuat-ban", "giao-thong-van-tai"}),
        ("Điều kiện để ngày hội thêm vui", set()),  # no lawsuit (kiện)
        ("Cơn bão giá chưa qua", set()),  # no storm
        ("Bão số 15 đổi hướng", {"phong-chong-thien-tai"}),
        ("Nhà ở, xã hội và con người", {"xay-dung-nha-o-do-thi"}),  # a comma ends a phrase
        ("Nha\u0300 o\u031b\u0309 xa\u0303 ho\u0323\u0302i cho công nhân", {"nha-o-xa-hoi", "lao-dong"}),  # NFD
    ],
)
def test_the_longest_phrase_with_diacritics_decides_the_topic(title: str, topics: set[str]) -> None:
    assert set(LEXICON.classify(title).topics) == topics


@pytest.mark.parametrize(
    ("title", "places"),
    [
        ("Huế mở phố đi bộ mới", {"46"}),
        ("TP.Huế đón khách", {"46"}),
        ("Tỉnh Thừa Thiên Huế ngày ấy", {"46"}),  # the old name stands for the city
        ("Đường lên A Lưới sạt lở", {"481"}),
        ("Phường Vỹ Dạ có chợ mới", {"19777"}),
        ("Mưa lớn trên sông Hương", {"46"}),
        ("Quán bún bò Huế giữa trời Âu", set()),  # a dish
        ("Ca sĩ Lâm Vỹ Dạ ra đĩa", set()),  # a person
        ("Phong Điền ngập sâu", set()),  # there is one near Cần Thơ, too
        ("Phong Điền ngập sâu, Huế cử quân giúp", {"46", place_names(registry(), TODAY)["Phong Điền"]}),
        ("Ấm chén uống hương trà", set()),  # small letters: the scent of tea
        ("Hương Trà trồng thêm cây", {place_names(registry(), TODAY)["Hương Trà"]}),
    ],
)
def test_a_place_needs_capitals_and_an_ambiguous_one_also_an_unambiguous_one(title: str, places: set[str]) -> None:
    assert set(LEXICON.classify(title).places) == places


@pytest.mark.parametrize(
    ("title", "tone"),
    [
        ("Hai người tử vong vì sạt lở", -1),
        ("Đội chủ nhà thắng đậm", 1),
        ("Cứu trợ vùng thiệt hại", 0),
        ("Lịch họp tuần tới của ban tổ chức", None),
        ("Công trình không nguy hiểm cho nhà dân", None),  # denied
        ("Tập huấn phòng cháy chữa cháy", None),  # a name, no fire
        ("Chuyen nguy hiem tren duong pho", None),  # without marks a tone is not guessed
    ],
)
def test_tone_is_the_balance_of_tone_words_and_none_without_any(title: str, tone: int | None) -> None:
    assert LEXICON.classify(title).tone == tone


def test_another_registry_changes_the_fingerprint_and_its_names_count() -> None:
    known = registry()
    grown = build_lexicon(
        type(known)(**{**known.__dict__, "topics": {**known.topics, "cay-xanh": "Cây xanh đô thị"}}), TODAY
    )

    assert grown.fingerprint != LEXICON.fingerprint == lexicon().fingerprint
    assert set(grown.classify("Trồng cây xanh đô thị").topics) == {"cay-xanh"}
