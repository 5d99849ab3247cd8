"""Validation of contents: accepted values, and refused ones with the field in the error."""

from datetime import date, timedelta
from typing import Any

import pytest

from hub.consultation.windows import Window
from hub.content.validation import validate_content
from hub.domain.kinds import KINDS
from hub.domain.now import consultation_now
from hub.errors import InvalidInput
from hub.times import LAST_DAY, midnight
from tests.support import contents


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("policy", {"title": "   "}, "title"),
        ("policy", {"dates": [{"role": "effective", "on": "2026-01-01", "source": "x"}]}, "dates"),
        (
            "policy",
            {
                "dates": [
                    {"role": "issued", "on": "2026-02-03", "source": "a"},
                    {"role": "effective", "on": "2026-01-01", "source": "b"},
                ]
            },
            "dates.1.on",
        ),
        (
            "policy",
            {"nodes": [{"ref": "dieu-1", "type": "article"}, {"ref": "dieu-1", "type": "article"}]},
            "nodes.1.ref",
        ),
        ("policy", {"nodes": [{"ref": "khoan-1", "parent": "dieu-9", "type": "clause"}]}, "nodes.0.parent"),
        ("policy", {"nodes": [{"ref": "Điều 1", "type": "article"}]}, "nodes.0.ref"),
        ("policy", {"colour": "red"}, "colour"),
        ("policy", {"issuers": []}, "issuers"),
        ("draft", {"consultation": {"opens_on": "2026-12-02", "closes_on": "2026-11-02"}}, "consultation.closes_on"),
        ("bulletin", {"body": "<p>Xin chào<script>alert(1)</script></p>"}, "body"),
        ("bulletin", {"body": '<p onclick="x()">Xin chào</p>'}, "body"),
        ("bulletin", {"body": '<a href="java\nscript:x()">Xin chào</a>'}, "body"),
        ("bulletin", {"channels": ["fax"]}, "channels.0"),
        ("statement", {"form": "gossip"}, "form"),
        ("statement", {"answers": [], "text": None}, "text"),
        ("statement", {"said_at": "2026-10-01T00:00:00+07:00"}, "said_at"),
    ],
)
def test_an_invalid_content_is_refused_with_its_field(kind: str, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        validate_content(kind, contents.MADE[kind](**changes))

    assert refusal.value.field == field
    assert refusal.value.members()["errors"]


def test_a_date_of_effect_before_the_issue_is_accepted_with_a_note() -> None:
    unusual = {"role": "effective", "on": "2026-01-01", "source": "b", "note": "Áp dụng từ đầu năm ngân sách"}
    stored, _ = validate_content(
        "policy", contents.policy(dates=[{"role": "issued", "on": "2026-02-03", "source": "a"}, unusual])
    )

    assert stored["dates"][1]["note"] == "Áp dụng từ đầu năm ngân sách"


def test_text_is_stored_in_nfc_without_invisible_characters_and_with_the_vietnamese_d() -> None:
    stored, digest = validate_content("policy", contents.policy(title="Uỷ\u200b ban nha\u0302n da\u0302n: Ðất  đai"))

    assert stored["title"] == "Uỷ ban nhân dân: Đất đai"
    assert digest == validate_content("policy", contents.policy(title="Uỷ ban nhân dân: Đất đai"))[1]


def test_html_keeps_its_structure_and_loses_its_decoration() -> None:
    stored, _ = validate_content("bulletin", contents.bulletin(body='<p class="x">Một <b>hai</b> <em>ba</em></p>'))

    assert stored["body"] == "<p>Một <strong>hai</strong> <em>ba</em></p>"


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_card_is_a_field_of_the_full_view_and_all_are_described(kind: str) -> None:
    card, full = KINDS[kind].card.model_fields, KINDS[kind].full.model_fields

    assert card.keys() < full.keys()
    assert [name for name, field in full.items() if not field.description] == []


def test_a_consultation_until_the_last_storable_day_has_an_end() -> None:
    window = Window.of_days(date(2026, 11, 1), LAST_DAY)
    found = consultation_now(midnight(date(2026, 11, 29)), window.opens_at, window.closes_at, None, None)

    assert found.model_dump(mode="json") == {
        "id": None,
        "state": "open",
        "stage": "open",
        "opens_at": "2026-11-01T00:00:00+07:00",
        "closes_at": f"{LAST_DAY + timedelta(days=1)}T00:00:00+07:00",
    }
