"""Synonyms: data that changes without an interruption, on both engines."""

import json
from collections.abc import Awaitable, Callable
from importlib.resources import files
from uuid import UUID

import pytest

from hub.errors import InvalidInput
from hub.search.port import SearchQuery
from hub.text import fold
from search.ranking.bm25 import Question
from search.text import synonyms
from search.text.synonyms import (
    Synonym,
    add_synonyms,
    bundled_synonyms,
    parse_synonym,
    read_synonyms,
    remove_synonym,
    synonym_map,
)
from search.text.tsquery import build_tsquery
from tests.search.conftest import Hub
from tests.support.contents import policy

Publish = Callable[..., Awaitable[UUID]]


@pytest.mark.parametrize(("term", "means"), [("", "a"), ("…", "a"), ("a", "x" * 201), ("Ủy ban", "uỷ ban")])
def test_an_empty_or_self_referring_pair_is_refused(term: str, means: str) -> None:
    with pytest.raises(InvalidInput):
        parse_synonym(term, means)


async def test_only_an_existing_pair_can_be_removed(searching: Hub) -> None:
    with pytest.raises(InvalidInput):
        await remove_synonym(searching.database, Synonym("ubnd", "chuyện khác"))


def test_the_data_file_has_each_abbreviation_once_in_normal_form() -> None:
    found = bundled_synonyms()
    assert len({(one.term, one.means) for one in found}) == len(found) > 60
    assert [one for one in found if parse_synonym(one.term, one.means, one.both_ways) != one] == []


def test_synonyms_hold_in_both_directions_unless_there_are_several_meanings() -> None:
    found = synonym_map(
        [Synonym("ubnd", "ủy ban nhân dân"), Synonym("ct", "chỉ thị", False), Synonym("ct", "chủ tịch", False)]
    )
    assert found == {
        "ct": ["chỉ thị", "chủ tịch"],
        "ubnd": ["ủy ban nhân dân"],
        "ủy ban nhân dân": ["ubnd"],
    }


def test_a_query_includes_the_synonyms_of_its_words() -> None:
    known: dict[tuple[str, ...], list[tuple[str, ...]]] = {("ubnd",): [("uy", "ban")], ("uy", "ban"): [("ubnd",)]}
    assert build_tsquery([], known, every=True) == ""
    assert build_tsquery(["xa", "lo"], known, every=True) == "'xa' & 'lo'"
    assert build_tsquery(["ubnd", "lo"], known, every=True) == "(('ubnd') | ('uy' <-> 'ban')) & 'lo'"
    assert build_tsquery(["cua", "uy", "ban"], known, every=True) == "'cua' & (('uy' & 'ban':*) | ('ubnd'))"


async def found_on_both(hub: Hub, text: str) -> list[set[UUID]]:
    return [
        {hit.document_id for hit in (await engine.search(SearchQuery(text))).hits}
        for engine in (hub.engine.primary, hub.engine.secondary)
    ]


async def test_editors_synonyms_and_former_units_work_on_both_engines(
    searching: Hub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synonyms, "CACHE_SECONDS", 0)
    plan = await publish_edition("policy", policy(title="Kế hoạch giải phóng mặt bằng", number="1/TB-VP"))
    commune = await publish_edition("policy", policy(title="Việc làng của xã Phú Vang", number="2/TB-VP"))
    await searching.catch_up()
    assert await found_on_both(searching, "GPMB") == [{plan}, {plan}]
    for found in await found_on_both(searching, "huyện Phú Vang"):
        assert commune in found
    assert await found_on_both(searching, "zxqvk") == [set(), set()]

    await add_synonyms(searching.database, [parse_synonym("zxqvk", "việc làng")])
    await remove_synonym(searching.database, Synonym("gpmb", "giải phóng mặt bằng"))
    searching.follower._check_at = 0
    await searching.catch_up()
    assert await found_on_both(searching, "zxqvk") == [{commune}, {commune}]
    assert await found_on_both(searching, "GPMB") == [set(), set()]

    await remove_synonym(searching.database, Synonym("zxqvk", "việc làng"))
    await add_synonyms(searching.database, [parse_synonym("gpmb", "giải phóng mặt bằng")])
    searching.follower._check_at = 0
    await searching.catch_up()
    assert await found_on_both(searching, "zxqvk") == [set(), set()]
    assert await found_on_both(searching, "GPMB") == [{plan}, {plan}]
    assert sorted(await read_synonyms(searching.database)) == sorted(bundled_synonyms())


async def test_a_colloquial_term_is_expanded_until_an_editor_removes_it(
    searching: Hub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synonyms, "CACHE_SECONDS", 0)
    nodes = [{"ref": "dieu-1", "type": "article", "label": "Điều 1", "text": "Người tàn tật được đi xe buýt miễn phí."}]
    legal = [nodes[0] | {"text": "Người khuyết tật được đi xe buýt miễn phí."}]
    said = await publish_edition("policy", policy(title="Đi lại", number="1/TB-VP", nodes=nodes))
    law = await publish_edition("policy", policy(title="Đi lại", number="2/TB-VP", nodes=legal))
    await searching.catch_up()
    for engine in (searching.engine.primary, searching.engine.secondary):
        read = await engine.synonym_store.get_abbreviations()  # type: ignore[attr-defined]
        assert fold(Question("người tàn tật", read).highlight_text) == fold("người tàn tật người khuyết tật")
        assert {hit.document_id for hit in (await engine.search(SearchQuery("người tàn tật"))).hits} == {said, law}
    await remove_synonym(searching.database, Synonym("người tàn tật", "người khuyết tật"))
    for engine in (searching.engine.primary, searching.engine.secondary):
        assert not Question("người tàn tật", await engine.synonym_store.get_abbreviations()).has_colloquial_term  # type: ignore[attr-defined]


def test_every_bundled_rule_has_a_source() -> None:
    found = json.loads((files("search.text") / "data" / "words.json").read_text("utf-8"))
    groups = [*found["same"], *found["said"]]
    assert [group for group in groups if not group["source"].strip() or not group["pairs"]] == []
