"""Canonical URLs: variants of one page are one, other pages stay apart."""

import pytest

from hub.urls import canonical_url


@pytest.mark.parametrize(
    "variant",
    [
        "https://cong.example.vn/tin/bai-viet?id=88&loai=2",
        "http://www.cong.example.vn/tin/bai-viet/?loai=2&id=88",
        "https://CONG.example.vn:443/tin//bai-viet?id=88&loai=2&utm_source=zalo&utm_medium=oa",
        "https://cong.example.vn/tin/bai-viet;jsessionid=A1B2?id=88&loai=2#binh-luan",
        "https://cong.example.vn/(S(k2j4h5g6f7d8s9a0qwertyui))/tin/bai-viet?id=88&loai=2",
        "https://cong.example.vn/tin/bai-viet?AspxAutoDetectCookieSupport=1&id=88&loai=2&trang=3",
        "https://cong.example.vn/tin/bai-viet?id=88&loai=2&loai=2&PHPSESSID=9f8e",
    ],
)
def test_variants_of_an_address_are_one(variant: str) -> None:
    assert canonical_url(variant) == "https://cong.example.vn/tin/bai-viet?id=88&loai=2"


def test_what_names_another_page_stays() -> None:
    pages = [
        "https://cong.example.vn/tin?trang=2",
        "https://cong.example.vn/tin?trang=3",
        "https://cong.example.vn:8443/tin",
        "https://cong.example.vn/tin?q=a%26b",
        "https://cong.example.vn/tin?q=a&b=",
        "https://tin.cong.example.vn/tin",
    ]
    assert len({canonical_url(page) for page in pages}) == len(pages)
    guid = "https://cong.example.vn/newsid/8F2E1C3A-0000-4000-8000-0123456789AB/cid/3"
    assert canonical_url(f"{guid}?trang=4") == canonical_url(guid.replace("8F2E", "8f2e").replace("https", "http"))


@pytest.mark.parametrize("wrong", ["", "javascript:alert(1)", "mailto:a@example.vn", "/tin/1"])
def test_what_is_no_web_address_has_no_canonical_form(wrong: str) -> None:
    with pytest.raises(ValueError, match="must start with"):
        canonical_url(wrong)


@pytest.mark.parametrize(
    "name", ["refid", "reform", "reference", "mc_id", "_gallery", "printer", "utm_district", "aspsessionid", "sid", "p"]
)
def test_a_parameter_that_only_begins_like_a_tracking_parameter_stays(name: str) -> None:
    assert canonical_url(f"https://bao.test/tin?{name}=1&ref=home&utm_source=zalo&vn_medium=oa") == (
        f"https://bao.test/tin?{name}=1"
    )


def test_a_mobile_host_counts_as_the_same_site_only_where_it_is_asked_for() -> None:
    assert canonical_url("https://m.bao.test/tin", strip_mobile_host=True) == "https://bao.test/tin"
    assert canonical_url("https://m.bao.test/tin") == "https://m.bao.test/tin"


def test_a_number_in_a_parameter_that_may_name_an_article_is_kept() -> None:
    pages = [f"https://bao.test/tin-2024?{query}" for query in ("sid=1204", "sid=1205", "p=7", "p=8", "c=3&p=7")]
    assert len({canonical_url(page) for page in pages}) == len(pages)
    assert canonical_url("https://bao.test/tin?sid=9f8e7d6c&ASPSESSIONIDQABCDEFG=X") == "https://bao.test/tin"
