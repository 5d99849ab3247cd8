"""The pure parts: intent of a query, indexed documents, circuit breaker."""

from datetime import UTC, date, datetime
from uuid import UUID

import orjson
import pytest

from hub.search.filters import SearchSort
from hub.search.port import EngineUnavailable, SearchQuery
from hub.times import midnight
from search.filters import DATE_ORDERS
from search.intent import has_words, number_keys, parse_intent
from search.meilisearch.breaker import Breaker, EngineFailure
from search.meilisearch.by_date import by_date_query
from search.meilisearch.documents import SHAPE_VERSION, LiveView, number_spellings, to_index_document
from search.meilisearch.index_state import IndexState, index_name
from search.meilisearch.queries import keyword_query, reference_query, typo_query
from search.meilisearch.settings import DISPLAYED, INDEX_SETTINGS, replace_signs, settings_fingerprint


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


def test_queries_retrieve_only_displayed_attributes_and_never_whole_texts() -> None:
    query, number = SearchQuery("phân loại rác"), parse_intent("269/KH-UBND")
    asked = [
        keyword_query("i", query, query.text, offset=0),
        reference_query("i", query, number),
        *(by_date_query("i", query, sort, query.text) for sort in DATE_ORDERS),
        typo_query("i", query.text, ["d"]),
    ]
    for one in asked:
        assert {*one["attributesToRetrieve"], *one.get("attributesToHighlight", ())} <= set(DISPLAYED)
    assert not {"body", "marked"} & set(DISPLAYED)
    assert set(IndexState("e", 1, "s", "g", 1).to_index_document()) <= set(DISPLAYED)


def test_only_letters_and_digits_are_words() -> None:
    assert not has_words(" /–… '")
    assert has_words("ư")


def test_a_number_is_indexed_as_people_type_it() -> None:
    assert number_spellings("269/KH-UBND") == ["269/KH-UBND", "269 kh ubnd", "269khubnd"]


def test_signs_that_the_engine_takes_for_letters_are_spaces_in_texts_and_queries() -> None:
    assert replace_signs("TT-BNN&PTNT <b>a=b|c~d+e</b>") == "TT-BNN PTNT  b a b c d e /b "
    asked = "Luật BNN&PTNT 2024"
    query = SearchQuery(asked)
    for one in (
        keyword_query("i", query, asked, offset=0),
        typo_query("i", asked, ["d"]),
        by_date_query("i", query, SearchSort.issued_desc, asked),
    ):
        assert one["q"] == "Luật BNN PTNT 2024"
    assert reference_query("i", query, parse_intent(asked))["q"] == "Luật BNN PTNT"


def test_a_view_becomes_a_document() -> None:
    full = {
        "title": "Kế hoạch bãi bồi & cồn",
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
    row = LiveView(
        document_id=document,
        lang="vi",
        kind="policy",
        seq_from=77,
        full=orjson.dumps(full),
        agency="ubnd-hue",
        issuers=["ubnd-hue"],
        topics=["dat-dai"],
        places=[],
        doc_type="ke hoach",
        number_key="8.khubnd",
        issued_on=date(2025, 3, 9),
        effective_on=None,
        expires_on=date(2027, 12, 1),
        opens_at=None,
        closes_at=None,
        high_impact=True,
        channels=[],
        priority=None,
        published_at=datetime(2025, 3, 10, tzinfo=UTC),
        modified_at=datetime(2025, 3, 11, tzinfo=UTC),
    )
    made = to_index_document(row, midnight(date(2027, 12, 1)))
    assert made is not None
    assert made["id"] == f"{document}_vi"
    assert (made["seq"], made["in"], made["title"]) == (77, {"vi": 1}, "Kế hoạch bãi bồi   cồn")
    assert (made["issued_on"], made["effective_on"], made["expires_on"]) == (20250309, None, 20271201)
    assert made["shown"] == ["", "Kế hoạch bãi bồi & cồn", "8/KH-UBND"]
    assert (made["year"], made["body"], made["type"]) == (2025, "Điều 1\nBãi bồi.", "ke hoach")
    assert made["names"] == ["Kế hoạch", "UBND thành phố", "Nguyễn Ví Dụ", "Ủy ban nhân dân thành phố Huế", "Đất đai"]


def test_a_changed_setting_changes_the_fingerprint() -> None:
    assert settings_fingerprint() == settings_fingerprint(dict(reversed(INDEX_SETTINGS.items())))
    assert settings_fingerprint({**INDEX_SETTINGS, "searchCutoffMs": 999}) != settings_fingerprint()


def test_an_incomplete_marker_is_none() -> None:
    epoch = UUID(int=3)
    whole = IndexState(str(epoch), SHAPE_VERSION, settings_fingerprint(), "g1", 9)
    assert IndexState.parse(whole.to_index_document()) == whole
    assert whole.is_usable_for(epoch)
    assert not whole.is_usable_for(UUID(int=4))
    for member in whole.to_index_document():
        if member != "id":
            assert IndexState.parse({k: v for k, v in whole.to_index_document().items() if k != member}) is None
    assert IndexState.parse({**whole.to_index_document(), "whole": False}) is None
    assert index_name("hub", epoch) != index_name("hub", UUID(int=1 << 120))


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def failing(breaker: Breaker) -> None:
    with pytest.raises(EngineFailure), breaker.guard():
        raise EngineFailure("down")


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
