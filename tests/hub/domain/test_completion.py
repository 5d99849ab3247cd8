"""What a delivered content lacks is derived, read or asked; what nothing identifies stays wrong."""

from typing import Any

import pytest

from hub.content.validation import salvage_content, validate_content
from hub.domain.loose_values import match_members, read_day
from hub.errors import InvalidInput
from tests.support import contents

LAW = {
    "number": "91/2015/QH13",
    "type": "Bộ luật",
    "title": "Dân sự",
    "issuers": [{"name": "Quốc hội", "code": None}],
    "dates": [{"role": "issued", "on": "2015-11-24", "source": "Công báo"}],
    "nodes": [{"ref": "dieu-1", "type": "article", "label": "Điều 1", "text": "Phạm vi điều chỉnh."}],
}


def completed(name: str | None = None, **changes: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The law with changes, as it is kept; a change to `...` takes the member away."""
    content = {key: value for key, value in (LAW | changes).items() if value is not ...}
    kept, doubts = salvage_content("policy", content, name)
    validate_content("policy", kept)
    return kept, doubts


def test_a_content_that_nothing_identifies_stays_wrong() -> None:
    kept, doubts = salvage_content("policy", {"summary": "-"})
    assert (kept, doubts) == ({"summary": "-"}, ())
    with pytest.raises(InvalidInput):
        validate_content("policy", kept)


def test_valid_contents_stay_as_they_are() -> None:
    for kind, make in contents.MADE.items():
        assert salvage_content(kind, make()) == (make(), ())


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"title": None}, "title", "Bộ luật 91/2015/QH13"),
        ({"title": "…"}, "title", "Bộ luật 91/2015/QH13"),
        ({"title": ..., "number": "12/KH-UBND", "type": "Kế hoạch"}, "title", "Kế hoạch 12/KH-UBND của Quốc hội"),
        ({"type": ..., "number": "63/2014/NĐ-CP"}, "type", "Nghị định"),
        ({"issuers": []}, "issuers", [{"name": "Quốc hội", "code": None}]),
        ({"issuers": None, "number": "2/2017/TTLT-BTC-BTP"}, "issuers", ["Bộ Tài chính", "Bộ Tư pháp"]),
    ],
)
def test_what_follows_for_certain_is_derived_and_marked(changes: dict[str, Any], field: str, value: Any) -> None:
    kept, doubts = completed(**changes)
    found = (
        [each["name"] for each in kept[field]] if isinstance(value, list) and isinstance(value[0], str) else kept[field]
    )
    assert (found, kept["derived"], doubts) == (value, [field], ())


@pytest.mark.parametrize(
    ("name", "changes", "field", "value"),
    [
        ("Bộ luật 91/2015/QH13", {"number": "không rõ"}, "number", "91/2015/QH13"),
        (None, {"type": None, "title": "Nghị quyết về án lệ"}, "type", "Nghị quyết"),
        (None, {"title": "", "number": None, "type": "Bộ luật"}, "title", "Bộ luật của Quốc hội ngày 24/11/2015"),
        ("tep-9", {"title": "", "number": None, "type": "", "dates": []}, "title", "Phạm vi điều chỉnh."),
        ("tep-9", {"title": "", "number": None, "type": "", "nodes": [], "issuers": []}, "title", "tep-9"),
    ],
)
def test_what_is_not_certain_waits_with_a_doubt(
    name: str | None, changes: dict[str, Any], field: str, value: str
) -> None:
    kept, doubts = completed(name, **changes)
    assert kept[field] == value
    assert any(doubt.startswith(f"{field}: ") for doubt in doubts)


def test_a_content_without_issuer_or_date_is_kept_and_says_what_is_missing() -> None:
    kept, doubts = completed(issuers=[], dates=[], number=None)
    assert (kept["issuers"], kept["dates"], kept["missing"]) == ([], [], ["issuers", "dates"])
    assert len(doubts) == 2


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("24/11/2015", "2015-11-24"),
        ("ngày 24 tháng 11 năm 2015", "2015-11-24"),
        ("2015-11-23T17:00:00Z", "2015-11-24"),
        ("2015-11-24 00:00:00", "2015-11-24"),
        (20151124, "2015-11-24"),
        ("2015/11/24", "2015-11-24"),
        (["2015-11-24"], "2015-11-24"),
        ("11/24/2015", None),
        ("24/11/15", None),
        (True, None),
        (float("inf"), None),
    ],
)
def test_days_are_read_in_every_usual_writing_and_never_guessed(value: Any, day: str | None) -> None:
    found, is_certain = read_day(value)
    assert (found and found.isoformat(), is_certain) == (day, day is not None or is_certain)


def test_members_of_the_wrong_type_are_read_or_named() -> None:
    kept, doubts = completed(
        title=["Dân sự", "2015"],
        topics="dan-su; Hôn nhân và gia đình",
        issuers="Quốc hội và Chính phủ",
        dates={"issued_on": "24/11/2015"},
        nodes=["Một đoạn.", 7, {"ref": "dieu-2", "type": "article", "tekst": "Khác"}],
        summary={"x": 1},
        relations="không",
        surprise="bất ngờ",
    )
    assert (kept["title"], kept["topics"]) == ("Dân sự 2015", ["dan-su"])
    assert kept["unmapped"] == [{"field": "topics", "text": "Hôn nhân và gia đình"}]
    assert [each["name"] for each in kept["issuers"]] == ["Quốc hội", "Chính phủ"]
    assert [each["on"] for each in kept["dates"]] == ["2015-11-24"]
    assert [node["text"] for node in kept["nodes"]] == ["Một đoạn.", "7", "Khác"]
    assert {doubt.partition(":")[0] for doubt in doubts} >= {"summary", "relations", "surprise", "nodes"}


def test_exchanged_members_are_put_back_and_asked_about() -> None:
    kept, doubts = completed(title="91/2015/QH13", number="Dân sự nói chung")
    assert (kept["title"], kept["number"]) == ("Dân sự nói chung", "91/2015/QH13")
    assert len(doubts) == 1


def test_a_misspelt_member_counts_as_the_one_like_it_and_other_words_do_not() -> None:
    known = frozenset(("title", "topics", "articles", "issued_date"))
    given = {"tilte": 1, "n_articles": 2, "subtopics": 3, "issuedDate": 4, "topics": 5, "topic": 6}
    assert match_members(given, known) == (
        {"title": 1, "issued_date": 4, "topics": 5},
        {"n_articles": 2, "subtopics": 3, "topic": 6},
        {"title": "tilte", "issued_date": "issuedDate"},
    )


def test_a_number_cut_in_two_is_joined_also_in_a_valid_content() -> None:
    kept, doubts = salvage_content("policy", LAW | {"number": "39/2018/TT", "title": "-NHNN Hướng dẫn cho vay"})
    assert (kept["number"], kept["title"], doubts) == ("39/2018/TT-NHNN", "Hướng dẫn cho vay", ())


@pytest.mark.parametrize(
    ("kind", "without", "derived"),
    [
        ("bulletin", "title", "title"),
        ("bulletin", "lead", "lead"),
        ("draft", "type", "type"),
        ("statement", "title", "title"),
    ],
)
def test_other_kinds_are_completed_from_their_own_words(kind: str, without: str, derived: str) -> None:
    content = contents.MADE[kind]()
    del content[without]
    kept, doubts = salvage_content(kind, content)
    validate_content(kind, kept)
    assert (kept["derived"], len(doubts)) == ([derived], 1)


@pytest.mark.parametrize(
    ("changes", "missing", "kept"),
    [
        ({"spokesperson": None}, ["spokesperson"], {}),
        ({"spokesperson": "Bà Lê Thị Hoa"}, ["spokesperson"], {}),
        ({"form": "họp báo", "said_at": None}, ["form", "said_at"], {}),
        ({"said_at": "hôm qua"}, ["said_at"], {}),
        ({"said_at": "20/11/2026"}, [], {"said_at": "2026-11-20T00:00:00+07:00"}),
        ({"said_at": "20/11/2026 14:05"}, [], {"said_at": "2026-11-20T14:05:00+07:00"}),
        ({"form": "Press conference"}, [], {"form": "press_conference"}),
        ({"asked_at": "2199-01-01T08:00:00+07:00", "form": 7}, ["form"], {}),
    ],
)
def test_a_statement_is_kept_without_what_its_source_does_not_tell(
    changes: dict[str, object], missing: list[str], kept: dict[str, str]
) -> None:
    found, doubts = salvage_content("statement", contents.MADE["statement"]() | changes)
    validate_content("statement", found)
    assert list(found.get("missing", ())) == missing
    assert {name: found.get(name) for name in kept} == kept
    assert all(name not in found for name in missing)
    assert all(any(doubt.startswith(f"{name}: ") for doubt in doubts) for name in missing)


def test_an_editor_who_leaves_them_out_without_saying_so_is_told_which() -> None:
    content = contents.MADE["statement"]()
    del content["spokesperson"]
    with pytest.raises(InvalidInput, match="a statement needs the code of its spokesperson") as refused:
        validate_content("statement", content)
    assert refused.value.field == "spokesperson"
    stored, _ = validate_content("statement", content | {"missing": ["spokesperson", "form"]})
    assert stored["missing"] == ["spokesperson"]
