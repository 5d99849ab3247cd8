"""Every filter has the same results on both engines, and those that depend on today need no new index."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.auth.principal import Principal, Scope
from hub.consultation.clock import CLOSING_DELAY, turn_due
from hub.consultation.commands import ConsultationEditor
from hub.consultation.records import consultation_id
from hub.consultation.views import Extend
from hub.errors import UnknownReference
from hub.registry.hierarchy import read_registry
from hub.search import filters as narrowing
from hub.search.filters import SearchFilters, SearchSort, build_engine_filters, engine_filters
from hub.search.port import SearchIndex, SearchQuery
from hub.times import now, today
from tests.search.conftest import Hub
from tests.support.contents import bulletin, draft, policy, statement

Publish = Callable[..., Awaitable[UUID]]

WORD = "khoai"


def dates(issued: str, effective: str | None = None, expiry: str | None = None) -> list[dict[str, Any]]:
    pairs = (("issued", issued), ("effective", effective), ("expiry", expiry))
    return [{"role": role, "on": on, "source": "Văn bản gốc"} for role, on in pairs if on]


def window(opens: int, closes: int) -> dict[str, Any]:
    """Build a consultation window, in days from today."""
    days = (today() + timedelta(days=opens), today() + timedelta(days=closes))
    return {"opens_on": str(days[0]), "closes_on": str(days[1]), "contact": "Văn phòng"}


async def many(publish: Publish) -> dict[str, UUID]:
    """Publish one item for each distinction that filters make."""
    made: dict[str, UUID] = {}

    async def add(name: str, kind: str, content: dict[str, Any], owner: str = "ubnd-hue") -> None:
        title = f"Chuyện {WORD} {name}"
        made[name] = await publish(kind, content | {"title": title}, owner=owner)

    await add("force", "policy", policy(number="1/KH-UBND", dates=dates("2024-03-01", "2024-04-01"), places=["19942"]))
    await add("expired", "policy", policy(number="2/KH-UBND", dates=dates("2020-01-05", "2020-02-01", "2024-01-01")))
    await add("undated", "policy", policy(number="3/QĐ-UBND", type="Quyết định", dates=dates("2025-05-05")))
    await add("old", "policy", policy(number="4/KH-UBND", dates=dates("2021-06-01", "2021-07-01"), places=["478"]))
    relation = [{"type": "replaces", "id": str(made["old"])}]
    newer = policy(number="5/KH-UBND", dates=dates("2025-06-01", "2025-07-01"), relations=relation)
    await add("new", "policy", newer)
    await add("open", "draft", draft(consultation=window(-2, 0), high_impact=True))
    await add("soon", "draft", draft(consultation=window(1, 9), high_impact=False))
    await add("over", "draft", draft(consultation=window(-9, -1), high_impact=False))
    await add("free", "draft", draft(consultation=None, high_impact=False))
    await add("said", "statement", statement())
    await add("told", "bulletin", bulletin(topics=["truyen-thong"]), owner="so-xay-dung")
    return made


CASES: list[tuple[dict[str, Any], str]] = [
    ({}, "force expired undated old new open soon over free said told"),
    ({"kind": "draft"}, "open soon over free"),
    ({"in_force_on": date(2024, 6, 1)}, "force old"),
    ({"in_force_on": date(2023, 12, 31)}, "expired old"),
    ({"in_force_on": date(2024, 1, 1)}, "old"),
    ({"in_force_on": date(2026, 1, 1)}, "force new"),
    ({"consultation": "open"}, "open"),
    ({"consultation": "upcoming"}, "soon"),
    ({"consultation": "closed"}, "over"),
    ({"closing_before": today() + timedelta(days=1)}, "open over"),
    ({"closing_before": today()}, "over"),
    ({"closing_before": today() + timedelta(days=10), "consultation": "open"}, "open"),
    ({"closing_before": today() + timedelta(days=10), "kind": "policy"}, ""),
    ({"high_impact": True}, "open"),
    ({"high_impact": False, "kind": "draft"}, "soon over free"),
    ({"consultation": "open", "kind": "policy"}, ""),
    ({"channel": "zalo"}, "told"),
    ({"channel": "zalo", "high_impact": True}, ""),
    ({"channel": "zalo", "high_impact": False}, "told"),
    ({"channel": "radio"}, ""),
    ({"priority": "normal"}, "told"),
    ({"priority": "urgent", "channel": "zalo"}, ""),
    ({"year": 2025, "kind": "policy"}, "undated new"),
    ({"issued_from": date(2021, 6, 1), "issued_to": date(2024, 3, 1)}, "force old"),
    ({"issued_from": date(2030, 1, 1)}, ""),
    ({"type": "quyet dinh", "kind": "policy"}, "undated"),
    ({"type": "Kế hoạch"}, "force expired old new"),
    ({"type": "không có loại này"}, ""),
    ({"topic": "truyen-thong"}, "told"),
    ({"issuer": "ubnd-hue"}, "force expired undated old new"),
    ({"issuer": "UBND TP"}, "force expired undated old new"),
    ({"issuer": "Không ai"}, ""),
    ({"place": "478"}, "force old"),
    ({"place": "19942"}, "force old"),
    ({"place": "46"}, "force old"),
    ({"place": "481"}, ""),
    ({"agency": "so-xay-dung"}, "told"),
    ({"agency": "ubnd-hue"}, "force expired undated old new open soon over free said told"),
    ({"agency": "so-xay-dung", "kind": "policy"}, ""),
    ({"place": "478", "in_force_on": date(2026, 1, 1), "issuer": "ubnd-hue", "year": 2024}, "force"),
]


async def ask(engine: SearchIndex, hub: Hub, asked: dict[str, Any], **more: Any) -> list[UUID]:
    asked = dict(asked)
    kind = asked.pop("kind", None)
    filters = await build_engine_filters(hub.database, SearchFilters(**asked))
    found = await engine.search(SearchQuery(WORD, kind=kind, filters=filters, limit=100, **more))
    assert found.engine == engine.name
    return [hit.document_id for hit in found.hits]


async def test_both_engines_apply_every_filter_alike(searching: Hub, publish_edition: Publish) -> None:
    made = await many(publish_edition)
    names = {document: name for name, document in made.items()}
    await searching.catch_up()
    for asked, wanted in CASES:
        for engine in (searching.engine.primary, searching.engine.secondary):
            found = {names[document] for document in await ask(engine, searching, asked)}
            assert found == set(wanted.split()), (engine.name, asked)
        for more in ({"sort": sort, "browse": browse} for sort in SearchSort for browse in (False, True)):
            first = await ask(searching.engine.primary, searching, asked, **more)
            assert {names[document] for document in first} == set(wanted.split()), (more, asked)
            if more["browse"] or more["sort"] is not SearchSort.relevance:
                assert first == await ask(searching.engine.secondary, searching, asked, **more), (more, asked)


async def test_without_words_everything_is_found_newest_first_with_the_same_facets(
    searching: Hub, publish_edition: Publish
) -> None:
    made = await many(publish_edition)
    await searching.catch_up()
    found = [
        await one.search(SearchQuery("", browse=True, facets=True))
        for one in (searching.engine.primary, searching.engine.secondary)
    ]
    for answer in found:
        assert [hit.document_id for hit in answer.hits] == [*reversed(made.values())], answer.engine
        assert answer.total == len(made)
        assert all(hit.highlight is None for hit in answer.hits)
        assert answer.facets["channel"] == {"hue_s": 1, "zalo": 1}
        assert answer.facets["priority"] == {"normal": 1}
    assert found[0].facets == found[1].facets
    for query in (SearchQuery("", browse=True), SearchQuery(WORD, sort=SearchSort.issued_desc)):
        for engine in (searching.engine.primary, searching.engine.secondary):
            without = await engine.search(query)
            assert (without.facets, without.total) == ({}, len(made)), (engine.name, query)
    for engine in (searching.engine.primary, searching.engine.secondary):
        query = SearchQuery("", browse=True, sort=SearchSort.closes_asc, kind="draft")
        closing = [hit.document_id for hit in (await engine.search(query)).hits]
        assert closing == [made[name] for name in ("over", "open", "soon", "free")], engine.name
        assert not (await engine.search(SearchQuery(" /–"))).hits


async def test_time_passes_without_a_new_index(
    searching: Hub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await many(publish_edition)
    await searching.catch_up()
    monkeypatch.setattr(narrowing, "now", lambda: now() + timedelta(days=1))
    for engine in (searching.engine.primary, searching.engine.secondary):
        assert await ask(engine, searching, {"consultation": "open"}) == [made["soon"]]
        assert set(await ask(engine, searching, {"consultation": "closed"})) == {made["open"], made["over"]}


async def test_facets_of_open_and_in_force_today_follow_the_log(
    searching: Hub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    await many(publish_edition)
    await searching.catch_up()
    asked = [
        SearchQuery(WORD, facets=True),
        SearchQuery(WORD, sort=SearchSort.issued_desc, facets=True),
        SearchQuery(f"chuyện {WORD} nào mới?", facets=True),
    ]
    for engine in (searching.engine.primary, searching.engine.secondary):
        for query in asked:
            facets = (await engine.search(query)).facets
            assert facets["consultation"] == {"open": 1, "upcoming": 1, "closed": 1}, (engine.name, query)
            assert facets["in_force_on"] == {"true": 3}, (engine.name, query)
    monkeypatch.setattr("search.meilisearch.projector.now", lambda: now() + timedelta(days=1))
    assert await turn_due(searching.database, now() + timedelta(days=1) + CLOSING_DELAY) == 2
    await searching.catch_up()
    facets = (await searching.engine.primary.search(asked[0])).facets
    assert facets["consultation"] == {"open": 1, "closed": 2}


async def test_an_extension_without_a_new_edition_reaches_both_engines(
    searching: Hub, publish_edition: Publish
) -> None:
    made = await many(publish_edition)
    await searching.catch_up()
    later = now() + timedelta(days=300)
    async with searching.database.write() as session:
        by = Principal("key:x", "Chánh Văn phòng", "ubnd-hue", frozenset({"ubnd-hue"}), frozenset({Scope.publish}))
        editor = await ConsultationEditor.open(session, by, consultation_id(made["open"]), 1)
        await editor.extend(Extend(closes_at=later))
    await searching.catch_up()
    for engine in (searching.engine.primary, searching.engine.secondary):
        query = SearchQuery("", browse=True, sort=SearchSort.closes_asc, kind="draft")
        closing = [hit.document_id for hit in (await engine.search(query)).hits]
        assert closing == [made[name] for name in ("over", "soon", "open", "free")], engine.name
        assert await ask(engine, searching, {"consultation": "open"}) == [made["open"]]


async def test_sorted_pages_hold_each_item_once_in_order(searching: Hub, publish_edition: Publish) -> None:
    for day in range(1, 8):
        await publish_edition(
            "policy", policy(title=f"{WORD} {day}", number=f"{day}/TB-VP", dates=dates(f"2025-01-0{day}"))
        )
    await searching.catch_up()
    for engine in (searching.engine.primary, searching.engine.secondary):
        pages = []
        for offset in (0, 3, 6):
            query = SearchQuery(WORD, limit=3, offset=offset, sort=SearchSort.issued_desc)
            found = await engine.search(query)
            assert found.total == 7
            assert all("<mark>" in (hit.highlight or "") for hit in found.hits)
            pages += [hit.seq for hit in found.hits]
        assert pages == [7, 6, 5, 4, 3, 2, 1], engine.name


@pytest.mark.parametrize("member", ["agency", "topic", "place"])
async def test_a_code_that_is_not_in_the_registry_is_refused(searching: Hub, member: str) -> None:
    known = await read_registry(searching.database)
    with pytest.raises(UnknownReference) as problem:
        engine_filters(SearchFilters(**{member: "khong-co"}), known, now())
    assert problem.value.field == member


async def test_a_place_includes_its_predecessors_and_successors_but_not_its_neighbours(searching: Hub) -> None:
    known = await read_registry(searching.database)
    old_district, new_commune = known.place_with_descendants("478"), known.place_with_descendants("19942")
    assert {"478", "19942", "19900"} <= old_district
    assert "478" in new_commune
    assert "19900" not in new_commune
    assert "481" not in old_district | new_commune
    assert {"478", "481", "19942"} <= known.place_with_descendants("46")
