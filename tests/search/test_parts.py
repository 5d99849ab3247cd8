"""The pure parts: what a query means, how a text is highlighted, what is indexed, when the circuit opens."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.searching.port import EngineUnavailable, SearchQuery
from search import asking, dated
from search.breaker import Breaker, EngineFailed
from search.documents import SHAPE, spellings, to_document
from search.highlight import highlight, pattern, safe
from search.intent import has_words, number_keys, understood
from search.marker import Marker, index_name
from search.meili_queries import named_query, words_query
from search.settings import DISPLAYED, INDEX_SETTINGS, fingerprint


@pytest.mark.parametrize(
    "text", ["", "kế hoạch", "số", "269", "năm 2026", "a" * 300, "269/KH-UBND về việc " + "x " * 40]
)
def test_words_are_not_taken_for_a_number(text: str) -> None:
    assert number_keys(text) == []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("269/KH-UBND", "269.khubnd"),
        ("269 kh ubnd", "269.khubnd"),
        ("269khubnd", "269.khubnd"),
        ("Số: 269/KH-UBND", "269.khubnd"),
        ("văn bản số 0269/kh-ubnd", "269.khubnd"),
        ("01 /2018/TT-VPCP", "1.2018.ttvpcp"),
        ("09 2017 nđ cp", "9.2017.ndcp"),
        ("66.13/2026/NQ-CP", "66.13.2026.nqcp"),
        ("66 13 2026 nq cp", "66.13.2026.nqcp"),
        ("104/2016/QH13", "104.2016.qh13"),
        ("03-NQ/TU", "3.nqtu"),
        ("11i/2008/NQ-HĐND", "11i.2008.nqhdnd"),
        ("01/2017/TTLT-BNN&PTNT", "1.2017.ttltbnnptnt"),
    ],
)
def test_a_number_is_recognised_in_its_spellings(text: str, key: str) -> None:
    assert key in number_keys(text)


def test_what_answers_are_asked_for_may_be_shown_and_whole_texts_may_not() -> None:
    query, number = SearchQuery("phân loại rác"), understood("269/KH-UBND")
    asked = [
        words_query("i", query, query.text, offset=0),
        named_query("i", query, number),
        *(dated.meili_query("i", replace(query, sort=sort), query.text) for sort in dated.COLUMN),
        *asking.meili_queries("i", query, query.text, ["phân loại"]),
    ]
    for one in asked:
        assert {*one["attributesToRetrieve"], *one.get("attributesToHighlight", ())} <= set(DISPLAYED)
    assert not {"body", "marked"} & set(DISPLAYED)


def test_only_letters_and_digits_are_words() -> None:
    assert not has_words(" /–… '")
    assert has_words("ư")


@pytest.mark.parametrize("query", ["", "//", "khác hẳn"])
def test_without_a_match_there_is_no_highlight(query: str) -> None:
    assert highlight(["Một câu bình thường.", None], query) is None


def test_a_highlight_takes_the_text_that_shows_most_words() -> None:
    assert highlight(["chỉ có rừng", "rừng ngập mặn Rú Chá", "ngập"], "rung ngap man") == (
        "<mark>rừng</mark> <mark>ngập</mark> <mark>mặn</mark> Rú Chá"
    )


def test_a_highlight_marks_whole_words_and_the_beginning_of_the_last() -> None:
    assert highlight(["đất đai, đấtx, trường, trườn"], "dat truo") == (
        "<mark>đất</mark> đai, đấtx, <mark>trường</mark>, <mark>trườn</mark>"
    )


def test_a_match_is_shown_wherever_it_stands_and_a_text_without_gaps_is_cut() -> None:
    long = "y" * 700
    for text in (f"xem x/ubnd/{long} rồi về", f"{'nhiều chữ ' * 80}x/ubnd/{long} rồi", f"{long}/ubnd/{long}", "ubnd"):
        shown = highlight([text], "ubnd")
        assert shown is not None
        assert shown.count("<mark>ubnd</mark>") == 1, text[:20]
        assert shown.startswith("…") == (not text.startswith(("xem", "ubnd"))), text[:20]
    assert len(highlight([f"ubnd {'chữ, ' * 500}"], "ubnd") or "") < 300


@given(
    st.lists(st.sampled_from(["Huế", "huệ", "phá", "(", "<b>", "&amp;", "\n", ",", "-", " ", "a" * 300]), max_size=400)
)
def test_a_highlight_holds_a_match_where_the_text_has_one_and_no_foreign_markup(pieces: list[str]) -> None:
    text = " ".join(pieces)
    shown = highlight([text], "hue")
    assert (shown is None) == (not {"Huế", "huệ"} & set(text.replace("-", " ").split()))
    if shown is not None:
        assert re.search("<mark>(Huế|huệ)</mark>", shown)
        assert "<b>" not in shown


def test_a_highlight_finds_text_in_decomposed_letters() -> None:
    assert highlight(["Hu\u0065\u0302\u0301 xanh"], "huế") == "<mark>Huế</mark> xanh"


def test_a_signs_meaning_for_regular_expressions_is_lost() -> None:
    assert pattern("(.*) [a") is not None
    assert highlight(["aaa"], "(.*)+") is None


def test_stray_markers_cannot_open_a_tag() -> None:
    assert safe("\ue001x\ue000y <b>") == "xy &lt;b&gt;"
    assert safe("\ue000a\ue000b\ue001c\ue001") == "a<mark>b</mark>c"


def test_a_number_is_indexed_as_people_type_it() -> None:
    assert spellings("269/KH-UBND") == ["269/KH-UBND", "269 kh ubnd", "269khubnd"]


def test_a_view_becomes_a_document() -> None:
    full = {
        "title": "Kế hoạch\ue000 bãi bồi",
        "summary": None,
        "number": "8/KH-UBND",
        "type": "Kế hoạch",
        "agency": {"code": "ubnd-hue", "name": "UBND thành phố"},
        "issuers": [{"name": "Ủy ban nhân dân thành phố Huế", "code": "ubnd-hue"}],
        "topics": [{"code": "dat-dai", "name": "Đất đai"}],
        "places": [],
        "signer": {"name": "Nguyễn Ví Dụ", "title": "KT. Chủ tịch"},
        "nodes": [{"ref": "dieu-1", "type": "article", "label": "Điều 1", "heading": None, "text": "Bãi bồi."}],
    }
    document = UUID(int=5)
    row = {
        "document_id": document,
        "lang": "vi",
        "kind": "policy",
        "seq_from": 77,
        "full": orjson.dumps(full),
        "agency": "ubnd-hue",
        "issuers": ["ubnd-hue"],
        "topics": ["dat-dai"],
        "places": [],
        "doc_type": "ke hoach",
        "number_key": "8.khubnd",
        "issued_on": date(2025, 3, 9),
        "effective_on": None,
        "expires_on": date(2027, 12, 1),
        "opens_on": None,
        "closes_on": None,
        "high_impact": True,
        "published_at": datetime(2025, 3, 10, tzinfo=UTC),
        "modified_at": datetime(2025, 3, 11, tzinfo=UTC),
    }
    made = to_document(row, date(2027, 12, 1))
    assert made["id"] == f"{document}_vi"
    assert (made["seq"], made["in"], made["title"]) == (77, {"vi": 1}, "Kế hoạch bãi bồi")
    assert (made["issued_on"], made["effective_on"], made["expires_on"]) == (20250309, None, 20271201)
    assert (made["year"], made["body"], made["type"]) == (2025, "Điều 1\nBãi bồi.", "ke hoach")
    assert made["names"] == ["Kế hoạch", "UBND thành phố", "Nguyễn Ví Dụ", "Ủy ban nhân dân thành phố Huế", "Đất đai"]


def test_a_changed_setting_changes_the_fingerprint() -> None:
    assert fingerprint() == fingerprint(dict(reversed(INDEX_SETTINGS.items())))
    assert fingerprint({**INDEX_SETTINGS, "searchCutoffMs": 999}) != fingerprint()


def test_a_marker_that_lacks_anything_is_none() -> None:
    epoch = UUID(int=3)
    whole = Marker(str(epoch), SHAPE, fingerprint(), "g1", 9)
    assert Marker.read(whole.document()) == whole
    assert whole.serves(epoch)
    assert not whole.serves(UUID(int=4))
    for member in whole.document():
        if member != "id":
            assert Marker.read({k: v for k, v in whole.document().items() if k != member}) is None
    assert Marker.read({**whole.document(), "whole": False}) is None
    assert index_name("hub", epoch) != index_name("hub", UUID(int=1 << 120))


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def failing(breaker: Breaker) -> None:
    with pytest.raises(EngineFailed), breaker.guard():
        raise EngineFailed("down")


def test_after_a_failure_the_circuit_is_open_for_its_pause_and_lets_one_trial_through() -> None:
    clock = Clock()
    breaker = Breaker(2, clock=clock)
    failing(breaker)
    clock.now += 1.9
    with pytest.raises(EngineUnavailable, match="not asked again"), breaker.guard():
        raise AssertionError("asked while open")
    clock.now += 0.2
    with breaker.guard(), pytest.raises(EngineUnavailable), breaker.guard():
        raise AssertionError("a second trial at once")
    with breaker.guard(), breaker.guard():
        pass


def test_a_failed_trial_opens_the_circuit_again_and_an_abandoned_one_frees_the_next() -> None:
    clock = Clock()
    breaker = Breaker(2, clock=clock)
    failing(breaker)
    clock.now += 3
    failing(breaker)
    with pytest.raises(EngineUnavailable), breaker.guard():
        raise AssertionError("asked while open")
    clock.now += 3
    with pytest.raises(KeyboardInterrupt), breaker.guard():
        raise KeyboardInterrupt
    with breaker.guard():
        pass


def test_a_refusal_is_an_answer_and_does_not_open_the_circuit() -> None:
    breaker = Breaker(2, clock=Clock())
    with pytest.raises(EngineUnavailable), breaker.guard():
        raise EngineUnavailable("no such index")
    with breaker.guard():
        pass
