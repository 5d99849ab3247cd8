"""The HTML of a document's text: labels and headings, each once."""

from typing import Any

import pytest

from hub.domain.node_titles import node_title
from hub.web.item_html import metadata, outline, text_html


def item(**node: Any) -> dict[str, Any]:
    whole = {"ref": "phan", "type": "clause", "label": None, "heading": None, "text": None} | node
    return {"kind": "policy", "lang": "vi", "nodes": [whole]}


@pytest.mark.parametrize(
    ("label", "heading", "title"),
    [
        ("1.", "Phạm vi", "1. Phạm vi"),
        ("Điều 5", "Phạm vi", "Điều 5. Phạm vi"),
        ("a)", "Phạm vi", "a) Phạm vi"),
        ("Chương II:", "Phạm vi", "Chương II: Phạm vi"),
        ("Điều 5", "Điều 5. Phạm vi", "Điều 5. Phạm vi"),
        ("1", "1990 cây", "1. 1990 cây"),
        ("I.", None, "I."),
        (None, "Phạm vi", "Phạm vi"),
        (None, None, ""),
    ],
)
def test_a_label_and_a_heading_are_joined_by_one_sign(label: str | None, heading: str | None, title: str) -> None:
    assert node_title(label, heading) == title
    section = item(type="section", label=label, heading=heading)
    assert text_html(section, pictures={}) == f"<h3>{title}</h3>"
    assert outline(section) == ([("phan", "section", title)] if title else [])


@pytest.mark.parametrize(
    ("node", "html"),
    [
        ({"label": "1.", "text": "Trồng < 7 cây"}, '<p id="phan" class="clause">1. Trồng &lt; 7 cây</p>'),
        ({"label": "1.", "text": "1. Trồng"}, '<p id="phan" class="clause">1. Trồng</p>'),
        (
            {"label": "2.", "heading": "Hạn", "text": "Quý 4"},
            '<p id="phan" class="clause">2. <strong>Hạn</strong> Quý 4</p>',
        ),
        (
            {"type": "section", "label": "I.", "heading": "MỤC ĐÍCH"},
            '<h3 id="phan" class="section"><a href="#phan">I.</a> MỤC ĐÍCH</h3>',
        ),
        (
            {"type": "article", "label": "Điều 5", "heading": "Điều 5. Hạn", "text": "Quý 4"},
            '<h3 id="phan" class="article"><a href="#phan">Điều 5. Hạn</a></h3><p>Quý 4</p>',
        ),
    ],
)
def test_a_text_is_shown_with_its_label_once(node: dict[str, Any], html: str) -> None:
    assert text_html(item(**node), anchors=True, pictures={}) == html


@pytest.mark.parametrize(
    ("time", "shown"), [("00:00:00", "14/12/2026"), ("23:59:00", "15/12/2026"), ("23:58:00", "23:58, 15/12/2026")]
)
def test_a_window_that_lasts_as_long_as_its_day_ends_with_the_day(time: str, shown: str) -> None:
    closes_on = "2026-12-14" if time == "00:00:00" else "2026-12-15"
    window = {"opens_on": "2026-12-01", "closes_on": closes_on, "closes_at": f"2026-12-15T{time}+07:00", "contact": ""}
    facts = {"kind": "draft", "lang": "vi", "type": "", "drafting_agency": {"name": ""}, "draft_version": 1}

    assert dict(metadata(facts | {"consultation": window}))["Lấy ý kiến"] == f"01/12/2026 – {shown}"
