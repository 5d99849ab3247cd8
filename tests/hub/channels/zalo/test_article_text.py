"""Texts of articles: Zalo's limits at their edges, parts in their order, and the mark of the document."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from hub.channels.port import ItemAction, Material
from hub.channels.zalo.article_marks import ArticleMark, read_mark
from hub.channels.zalo.article_text import ArticleText, count_characters, cut_text

ID = UUID("0190a5b2-3c4d-7e5f-8a6b-9c0d1e2f3a4b")
OTHER = UUID("0190a5b2-3c4d-7e5f-8a6b-9c0d1e2f3a4c")
FILE = "/files/0190a5b2-1111-7222-8333-944444444444/ngap.jpg"
TEXT = ArticleText("https://hub.example.vn", "", "https://hue.example.vn/bia.jpg")


def material(*, event: str = "published", action: str = "publish", exercise: bool = False, **view: Any) -> Material:
    full = {
        "title": "Cảnh báo ngập ở Phú Vang",
        "lead": "Nước lên nhanh.",
        "body": "<p>Kê cao đồ đạc.</p>",
        "agency": {"code": "ubnd-hue", "name": "UBND thành phố Huế"},
        "image": None,
        "change_note": "Sửa số liệu mực nước.",
    }
    return Material(ID, "vi", 1, ItemAction(action), event, full | view, datetime.now(UTC), exercise)


@pytest.mark.parametrize(("title", "misfit"), [("b" * 150, False), ("b" * 151, True), ("b" * 149 + "🌊", True)])
def test_a_title_of_150_characters_fits_and_a_longer_one_does_not(title: str, misfit: bool) -> None:
    found = list(TEXT.check(material(title=title)))
    assert [(each.field, each.limit, each.actual) for each in found] == ([("title", 150, 151)] if misfit else [])


def test_the_mark_of_an_exercise_counts_to_the_title() -> None:
    assert list(TEXT.check(material(title="b" * 140, exercise=True))) != []
    article = TEXT.render(material(exercise=True))["article"]
    assert article["title"].startswith("[DIỄN TẬP] ")
    assert article["description"].startswith("[DIỄN TẬP] ")
    assert article["body"][0]["content"].startswith("[DIỄN TẬP] ")


def test_author_and_description_are_cut_at_a_word_and_the_lead_stands_whole_in_the_body() -> None:
    lead = "Hồ Tả Trạch điều tiết nước về hạ du từ 14 giờ. " * 9
    long = material(lead=lead, agency={"name": "Văn phòng thường trực Ban Chỉ huy phòng thủ dân sự thành phố Huế"})
    article = TEXT.render(long)["article"]
    assert count_characters(article["description"]) <= 300
    assert article["description"].endswith("…")
    assert not article["description"].removesuffix("…").endswith(" ")
    assert article["author"] == "Văn phòng thường trực Ban Chỉ huy phòng thủ dân…"
    assert article["body"][0]["content"].strip() == lead.strip()
    assert list(TEXT.list_cuts(long)) == [
        "`author` is cut to 50 characters.",
        "`description` is cut to 300 characters.",
    ]
    assert list(TEXT.list_cuts(material())) == []


@pytest.mark.parametrize("length", [299, 300, 301, 1_999])
def test_a_text_is_never_cut_beyond_its_limit_nor_without_need(length: int) -> None:
    for text in ("a" * length, ("âm " * length)[:length].strip(), "🌊" * (length // 2)):
        kept = cut_text(text, 300)
        assert count_characters(kept) <= 300
        assert (kept == text) == (count_characters(text) <= 300)


def test_images_stand_between_the_texts_around_them_in_a_width_below_one_megabyte() -> None:
    body = f'<p>Trước.</p><figure><img src="{FILE}" alt="Ngập"><figcaption>Chợ An Cựu</figcaption></figure><p>Sau.</p>'
    article = TEXT.render(material(body=body, image={"url": FILE, "alt": "Ngập"}))["article"]
    url = f"https://hub.example.vn{FILE}?w=1280"
    assert article["cover"]["photo_url"] == url
    assert article["body"][1:-1] == [
        {"type": "text", "content": "Trước."},
        {"type": "image", "url": url, "caption": "Ngập"},
        {"type": "text", "content": "Chợ An Cựu\nSau."},
    ]


def test_without_image_and_setting_the_cover_is_missing() -> None:
    bare = ArticleText("https://hub.example.vn", "", None)
    assert [each.code for each in bare.check(material())] == ["cover_missing"]


def test_a_correction_says_so_first_and_a_retraction_has_no_text() -> None:
    corrected = TEXT.render(material(event="corrected"))["article"]
    assert corrected["body"][0]["content"] == "Đính chính: Sửa số liệu mực nước."
    retracted = TEXT.render(material(action="retract"))
    assert retracted == {"mark": f"/d/{ID}?lang=vi", "title": "Cảnh báo ngập ở Phú Vang", "edition": 1, "article": None}


def test_the_last_link_names_document_language_and_edition_and_no_other_link_does() -> None:
    article = TEXT.render(material(body=f"<p>Xem https://hub.example.vn/d/{OTHER}?lang=vi#ban-7</p>"))["article"]
    assert read_mark(article) == ArticleMark(f"/d/{ID}?lang=vi", 1)
    by_hand = {"body": [{"type": "text", "content": f"Xem: https://hub.example.vn/d/{ID}?lang=vi"}]}
    assert read_mark(by_hand) is None
    assert read_mark({"body": []}) is None
    linked = {"body": [{"content": f'<a href="https:\\/\\/hub.example.vn\\/d\\/{ID}?lang=vi&amp;x=1#ban-2">x</a>'}]}
    assert read_mark(linked) is None


@pytest.mark.parametrize(
    ("base", "host"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1"),
        ("http://10.20.0.4", "10.20.0.4"),
        ("http://localhost:8000", "localhost"),
        ("https://hub.internal", "hub.internal"),
        ("https://hub.example.vn", None),
        ("http://203.162.8.1", None),
    ],
)
def test_a_hub_that_nobody_outside_can_reach_is_a_misfit_with_advice(base: str, host: str | None) -> None:
    found = list(ArticleText(base, "", "https://hue.example.vn/bia.jpg").check(material()))
    assert [each.code for each in found] == (["address_not_public"] if host else [])
    assert all(f"`{host}`" in each.detail and "HUB_PUBLIC_URL" in each.detail for each in found)
