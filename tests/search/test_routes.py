"""The API around a search: suggestions, spelling proposals, related items, facets with labels."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.db import Database
from hub.search import facets, similar
from hub.search.suggest import is_denied
from hub.times import today
from tests.support.contents import bulletin, policy

Publish = Callable[..., Awaitable[UUID]]


async def withdraw(database: Database, document: UUID) -> None:
    async with database.write() as session:
        await session.execute(
            text("UPDATE published_view SET state = 'withdrawn' WHERE document_id = :id"), {"id": document}
        )


async def suggestions(client: httpx.AsyncClient, q: str, **more: int) -> list[str]:
    answer = await client.get("/api/v1/search/suggest", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return [item["text"] for item in answer.json()["items"]]


async def test_only_live_items_are_suggested(
    client: httpx.AsyncClient, publish_edition: Publish, database: Database
) -> None:
    await publish_edition("policy", policy(title="Khoai chưa công bố", number="71/TB-VP"), published=False)
    gone = await publish_edition("policy", policy(title="Khoai đã thu hồi", number="72/TB-VP"))
    await withdraw(database, gone)
    for q in ("khoai", "71", "72", "khoai đã"):
        assert await suggestions(client, q) == []


@pytest.mark.parametrize("q", ["", " ", "k", "…", "%", "_", "' OR 1=1", "\\", "x" * 200, "%%%%"])
async def test_strange_beginnings_suggest_nothing(client: httpx.AsyncClient, publish_edition: Publish, q: str) -> None:
    await publish_edition("bulletin", bulletin())
    assert await suggestions(client, q) == []


async def test_a_beginning_without_diacritics_suggests_titles_numbers_topics_and_agencies(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await publish_edition("policy", policy(title="Kế hoạch vườn ươm", number="269/KH-UBND"))
    await publish_edition("policy", policy(title="Vườn ươm Kế Môn", number="9/2017/QĐ-UBND"))
    assert await suggestions(client, "vuon uom") == ["Vườn ươm Kế Môn", "Kế hoạch vườn ươm"]
    assert await suggestions(client, "vườn Ươ") == ["Vườn ươm Kế Môn", "Kế hoạch vườn ươm"]
    for q in ("269", "269/k", "269 kh ub", "0269/KH-UBND"):
        assert (await suggestions(client, q))[:1] == ["269/KH-UBND"], q
    assert (await suggestions(client, "09/2017"))[:1] == ["9/2017/QĐ-UBND"]
    assert "Môi trường" in " ".join(await suggestions(client, "moi truo"))
    assert any("Sở Xây dựng" in one for one in await suggestions(client, "so xay"))
    assert len(await suggestions(client, "so", limit=2)) == 2


async def test_private_persons_and_offensive_words_are_never_suggested(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await publish_edition("policy", policy(title="Quyết định xử phạt ông Nguyễn Văn Ví Dụ", number="1/QĐ-XP"))
    await publish_edition("policy", policy(title="Quyết định xử phạt hành chính", number="2/QĐ-XP"))
    assert await suggestions(client, "quyết định xử") == ["Quyết định xử phạt hành chính"]


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        ("Xử phạt bà Trần Thị A", True),
        ("Thông báo tìm cháu Lê B", True),
        ("Số 012345678901", True),
        ("Phòng chống mại dâm", True),
        ("Hai Bà Trưng", True),
        ("Lấy ý kiến ông bà, cha mẹ", False),
        ("Kế hoạch ba năm của Ông Ích", True),
        ("Ủy ban nhân dân", False),
    ],
)
def test_the_deny_list(shown: str, wanted: bool) -> None:
    assert is_denied(shown) is wanted


async def did_you_mean(client: httpx.AsyncClient, q: str) -> str | None:
    answer = await client.get("/api/v1/search", params={"q": q})
    assert answer.status_code == 200, answer.text
    found: str | None = answer.json()["did_you_mean"]
    return found


async def test_another_spelling_is_proposed_only_where_live_items_match_it(
    client: httpx.AsyncClient, publish_edition: Publish, database: Database
) -> None:
    await publish_edition("policy", policy(title="Quy hoạch đầm Cầu Hai", number="1/TB-VP"))
    gone = await publish_edition("policy", policy(title="Sạt lở Hòn Chén", number="2/TB-VP"))
    assert await did_you_mean(client, "quy haoch dam") == "quy hoach dam"
    assert await did_you_mean(client, "quy hoạhc đầm") == "quy hoạch đầm"
    assert await did_you_mean(client, "hon chenn") == "hon chen"
    for fine in ("quy hoach", "quy ho", "zzzzqq", "269/KH-UBND", "đầm"):
        assert await did_you_mean(client, fine) is None, fine
    await withdraw(database, gone)
    assert await did_you_mean(client, "hon chenn") is None


async def test_related_items_share_relations_topics_or_words_and_are_live(
    client: httpx.AsyncClient, publish_edition: Publish, database: Database
) -> None:
    base = policy(title="Kế hoạch trồng cây ven sông", number="1/TB-VP", topics=["moi-truong"])
    one = await publish_edition("policy", base)
    relations = [{"type": "implements", "id": str(one)}]
    stated = await publish_edition("policy", policy(title="Xyz", number="2/TB-VP", topics=[], relations=relations))
    topic = await publish_edition("policy", policy(title="Nước thải", number="3/TB-VP", topics=["moi-truong"]))
    words = await publish_edition(
        "policy", policy(title="Báo cáo trồng cây ven sông", number="4/TB-VP", topics=["truyen-thong"])
    )
    gone = await publish_edition("policy", policy(title="Kế hoạch trồng cây ven đường", number="5/TB-VP"))
    await publish_edition("policy", policy(title="Chuyện khác hẳn", number="6/TB-VP", topics=["truyen-thong"]))
    await withdraw(database, gone)
    answer = await client.get(f"/api/v1/search/related/{one}")
    assert answer.status_code == 200, answer.text
    found = {UUID(item["id"]): item["by"] for item in answer.json()["items"]}
    assert found == {stated: ["relation"], topic: ["topic"], words: ["title"]}
    assert next(iter(found)) == stated
    for missing in (gone, uuid4()):
        assert (await client.get(f"/api/v1/search/related/{missing}")).status_code == 404


async def test_old_titles_that_begin_alike_are_related_however_many_newer_ones_there_are(
    client: httpx.AsyncClient, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(similar, "MAX_NEWEST", 1)
    monkeypatch.setattr(similar, "MAX_NEIGHBOURS", 2)
    names = (
        "Báo cáo trồng cây ven sông năm 2021",
        "Kế hoạch trồng cây ven sông năm 2021",
        "Kế hoạch trồng cây ven đầm",
    )
    old = [
        await publish_edition("policy", policy(title=title, number=f"{n}/TB-VP", topics=[]))
        for n, title in enumerate(names, 1)
    ]
    own = await publish_edition("policy", policy(title="Kế hoạch trồng cây ven sông", number="9/TB-VP", topics=[]))
    for n, title in enumerate(("Ao hồ", "Bến xe", "Chợ đêm", "Lề đường", "Mái nhà"), 10):
        await publish_edition("policy", policy(title=title, number=f"{n}/TB-VP", topics=[]))
    found = (await client.get(f"/api/v1/search/related/{own}")).json()["items"]
    assert {(UUID(item["id"]), *item["by"]) for item in found} == {(old[1], "title"), (old[2], "title")}


async def test_facets_are_left_out_for_who_does_not_want_them(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await publish_edition("policy", policy(title="Kế hoạch vườn hoa"))
    refused = await client.get("/api/v1/search", params={"facets": "perhaps"})
    assert (refused.status_code, refused.json()["field"]) == (422, "facets")
    for words in ({}, {"q": "vườn hoa"}, {"q": "vườn hoa trồng ở đâu?"}, {"q": "vườn hoa", "sort": "issued_desc"}):
        asked = {"lang": "vi", **words}
        counted = (await client.get("/api/v1/search", params=asked)).json()
        without = (await client.get("/api/v1/search", params={**asked, "facets": "false"})).json()
        assert counted.pop("facets")["kind"] == [{"value": "policy", "label": "Văn bản", "count": 1}]
        assert without.pop("facets") == {}
        assert {**without, "took_ms": 0} == {**counted, "took_ms": 0}


async def test_a_filter_by_an_unknown_code_is_refused_and_facets_have_names(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await publish_edition("policy", policy(places=["19942"]))
    refused = await client.get("/api/v1/search", params={"q": "cây", "place": "0"})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_reference")
    asked = {"q": "trồng cây", "topic": "moi-truong"}
    found = (await client.get("/api/v1/search", params=asked)).json()["facets"]
    assert found["place"] == [{"value": "19942", "label": "Xã Phú Vang", "count": 1}]
    assert {one["value"] for one in found["issuer"]} >= {"ubnd-hue"}
    assert found["topic"][0]["label"] != "moi-truong"
    plain = {"kind", "agency", "issuer", "topic", "type", "place", "year", "high_impact", "channel", "priority"}
    assert set(found) == plain | {"consultation", "in_force_on"}
    assert found["in_force_on"] == [
        {"value": str(today()), "label": f"Có hiệu lực ngày {today():%d/%m/%Y}", "count": 1}
    ]


async def test_facets_are_labelled_as_people_write_them_in_the_asked_language(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await publish_edition("policy", policy(type="Kế hoạch", high_impact=True, places=["46"]))
    await publish_edition("policy", policy(type="Giấy mời", number="2/GM-UBND"))
    await publish_edition("bulletin", bulletin(channels=["hue_s"], priority="urgent"))
    labels = {}
    for lang in ("vi", "en"):
        found = (await client.get("/api/v1/search", params={"lang": lang})).json()["facets"]
        labels[lang] = {(field, one["value"]): one["label"] for field, values in found.items() for one in values}
        asked = {"query": f'{{ search(lang: "{lang}") {{ facets {{ field value label }} }} }}'}
        told = (await client.post("/graphql", json=asked)).json()["data"]["search"]["facets"]
        assert {(one["field"], one["value"]): one["label"] for one in told} == labels[lang]
    for key, vi, en in (
        (("type", "ke hoach"), "Kế hoạch", "Plan"),
        (("type", "giay moi"), "Giấy mời", "Giấy mời"),
        (("kind", "bulletin"), "Bản tin", "Bulletin"),
        (("high_impact", "true"), "Tác động lớn", "High impact"),
        (("channel", "hue_s"), "Hue-S", "Hue-S"),
        (("priority", "urgent"), "Khẩn", "Urgent"),
        (("topic", "moi-truong"), "Môi trường", "Environment"),
        (("year", "2026"), "2026", "2026"),
    ):
        assert (labels["vi"][key], labels["en"][key]) == (vi, en)


async def test_spellings_of_types_are_looked_up_few_at_a_time_and_once(
    database: Database, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "MAX_SPELLED_AT_ONCE", 3)
    read: list[list[str]] = []
    read_spellings = facets._read_spellings

    async def note(connection: AsyncConnection, folded: list[str]) -> dict[str, str]:
        read.append(folded)
        return await read_spellings(connection, folded)

    monkeypatch.setattr(facets, "_read_spellings", note)
    for number, kind in enumerate(("Giấy mời", "Tờ khai", "Phiếu báo"), start=1):
        await publish_edition("policy", policy(type=kind, number=f"{number}/X-UBND"))
    counts = {"type": {"khong con nua": 9, "giay moi": 2, "ke hoach": 50, "to khai": 7, "phieu bao": 1}}

    async def labels() -> dict[str, str]:
        [listed] = (await facets.label_facets(database, counts, today(), "vi")).values()
        return {one["value"]: one["label"] for one in listed}

    # Nothing waits for a name: without a free connection the values are shown as they are, and asked for again.
    with monkeypatch.context() as patch:
        patch.setattr(database, "max_searches", 0)
        assert (await labels())["to khai"] == "to khai"
    assert read == []
    first = {"khong con nua": "khong con nua", "giay moi": "Giấy mời", "ke hoach": "Kế hoạch", "to khai": "Tờ khai"}
    assert await labels() == first | {"phieu bao": "phieu bao"}
    assert await labels() == await labels() == first | {"phieu bao": "Phiếu báo"}
    assert read == [["khong con nua", "to khai", "giay moi"], ["phieu bao"]]


async def test_browsing_pages_through_everything_and_a_cursor_of_it_is_no_cursor_of_words(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    made = [str(await publish_edition("bulletin", bulletin(title=f"Tin {n}"))) for n in range(5)]
    found, cursor = [], None
    while True:
        page = (await client.get("/api/v1/search", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert found == made[::-1]
    refused = await client.get("/api/v1/search", params={"q": "tin", "cursor": cursor})
    assert refused.json()["code"] == "invalid_cursor"
    [one] = (await client.get("/api/v1/search?limit=1&fields=title,priority")).json()["items"]
    assert one["document"] == {"id": made[4], "title": "Tin 4", "priority": "normal"}


async def test_graphql_offers_the_same(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    one = await publish_edition("policy", policy(title="Kế hoạch vườn ươm", number="1/TB-VP"))
    await publish_edition("policy", policy(title="Kế hoạch vườn hoa", number="2/TB-VP"))
    query = """query ($id: ID!) {
      suggest(query: "vuon") { type text itemKind id code }
      topics: suggest(query: "moi truong") { type itemKind code }
      related(id: $id) { by node { title ... on Policy { nodes { ref } } } }
      search(query: "vuon uowm", agency: "ubnd-hue", sort: issued_desc, highImpact: false) {
        didYouMean facets { field value label count } }
    }"""
    answer = (await client.post("/graphql", json={"query": query, "variables": {"id": str(one)}})).json()
    assert "errors" not in answer, answer
    data = answer["data"]
    assert {item["text"] for item in data["suggest"]} == {"Kế hoạch vườn ươm", "Kế hoạch vườn hoa"}
    assert {"type": "topic", "itemKind": None, "code": "moi-truong"} in data["topics"]
    assert data["related"][0]["node"]["title"] == "Kế hoạch vườn hoa"
    assert data["related"][0]["node"]["nodes"]
    assert data["search"]["didYouMean"] == "vuon uom"
