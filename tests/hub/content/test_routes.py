"""REST lists and details of items."""

from datetime import date
from uuid import uuid4

import httpx
import pytest

from hub.app import create_app
from hub.settings import Settings
from tests.support import contents
from tests.support.asgi import running
from tests.support.servers import Publish


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("page=2", "unknown_parameter", "page"),
        ("limit=101", "invalid_input", "limit"),
        ("limit=0", "invalid_input", "limit"),
        ("issued_from=yesterday", "invalid_input", "issued_from"),
        ("sort=random", "invalid_input", "sort"),
        ("lang=fr", "invalid_input", "lang"),
        ("cursor=abc", "invalid_cursor", "cursor"),
        ("include=everything", "invalid_input", "include"),
    ],
)
async def test_an_invalid_parameter_is_a_problem_with_its_field(
    client: httpx.AsyncClient, query: str, code: str, field: str
) -> None:
    answer = await client.get(f"/api/v1/policies?{query}")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["code"], body["field"], body["status"]) == (code, field, 422)
    assert body["type"] == f"/problems#{code}"


async def test_a_missing_item_is_a_problem_too(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    bulletin = await publish_edition("bulletin", contents.bulletin())

    for path in ("/api/v1/nothing", f"/api/v1/policies/{uuid4()}", f"/api/v1/policies/{bulletin}"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.json()["expected"] == f"/api/v1/bulletins/{bulletin}"
    assert (await client.post("/api/v1/policies")).json()["code"] == "method_not_allowed"
    assert (await client.get("/api/v1/policies/not-a-uuid")).json()["code"] == "invalid_input"


async def test_a_cursor_of_another_filter_or_order_is_refused(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    for _ in range(3):
        await publish_edition("policy", contents.policy())
    cursor = (await client.get("/api/v1/policies?limit=1")).json()["next"]

    assert (await client.get(f"/api/v1/policies?limit=2&cursor={cursor}")).status_code == 200
    for other in ("sort=title_asc", "topic=moi-truong", "lang=en"):
        refused = await client.get(f"/api/v1/policies?{other}&cursor={cursor}")
        assert refused.json()["code"] == "invalid_cursor"


@pytest.mark.parametrize("sort", ["published_desc", "modified_asc", "issued_desc", "issued_asc", "title_asc"])
async def test_pages_do_not_overlap_in_any_order(
    client: httpx.AsyncClient, publish_edition: Publish, sort: str
) -> None:
    titles = ["Đường", "Dọn", "Ăn", "An", "Ơ", "O", "Ô"]
    for n, title in enumerate(titles):
        dates = [{"role": "issued", "on": f"2026-01-{10 + n % 3:02}", "source": "x"}]
        await publish_edition("policy", contents.policy(title=title, dates=dates))

    seen, url = [], f"/api/v1/policies?sort={sort}&limit=2"
    while url:
        answer = await client.get(url)
        seen += answer.json()["items"]
        link = answer.links.get("next")
        assert (link is None) == (answer.json()["next"] is None)
        url = link["url"] if link else ""

    assert len(seen) == len({item["id"] for item in seen}) == len(titles)
    if sort == "title_asc":
        assert [item["title"] for item in seen] == ["An", "Ăn", "Dọn", "Đường", "O", "Ô", "Ơ"]
    key = {"issued": "issued_on", "modified": "modified_at", "published": "published_at", "title": None}[
        sort.split("_")[0]
    ]
    if key:
        values = [item[key] for item in seen]
        assert values == sorted(values, reverse=sort.endswith("desc"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("agency=so-y-te", ["b"]),
        ("agency=ubnd-hue", ["a", "b", "c"]),
        ("issuer=ubnd-hue", ["a", "b"]),
        ("issuer=Bộ Y tế", ["c"]),
        ("topic=y-te-duoc", ["b"]),
        ("type=ke hoach", ["a"]),
        ("type=Quyết định", ["b"]),
        ("place=46", ["c"]),
        ("issued_from=2026-02-04", ["b", "c"]),
        ("issued_to=2026-02-04", ["a"]),
        ("issued_from=2026-03-01&issued_to=2026-03-01", ["b"]),
        (f"modified_from={date.today()}", ["a", "b", "c"]),
        ("modified_to=2020-01-01", []),
    ],
)
async def test_each_filter_selects_the_matching_items(
    client: httpx.AsyncClient, publish_edition: Publish, query: str, found: list[str]
) -> None:
    def issued(day: str) -> list[dict[str, str]]:
        return [{"role": "issued", "on": day, "source": "x"}]

    await publish_edition("policy", contents.policy(title="a"))
    await publish_edition(
        "policy",
        contents.policy(title="b", type="Quyết định", topics=["y-te-duoc"], dates=issued("2026-03-01")),
        owner="so-y-te",
    )
    elsewhere = contents.policy(
        title="c", type="Thông tư", issuers=[{"name": "Bộ Y tế"}], places=["46"], dates=issued("2026-04-05")
    )
    await publish_edition("policy", elsewhere)

    items = (await client.get(f"/api/v1/policies?sort=title_asc&{query}")).json()["items"]

    assert [item["title"] for item in items] == found


async def test_a_translation_is_served_on_request_and_the_original_otherwise(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    both = await publish_edition("bulletin", contents.bulletin())
    await publish_edition("bulletin", contents.bulletin(title="Bulky waste on Saturdays"), document_id=both, lang="en")
    only = await publish_edition("bulletin", contents.bulletin(title="Chỉ có tiếng Việt"))

    english = await client.get("/api/v1/bulletins?lang=en&sort=title_asc")
    assert [(i["title"], i["lang"]) for i in english.json()["items"]] == [
        ("Bulky waste on Saturdays", "en"),
        ("Chỉ có tiếng Việt", "vi"),
    ]
    negotiated = await client.get(f"/api/v1/bulletins/{both}", headers={"accept-language": "fr, en-GB;q=0.8, vi;q=0.5"})
    assert (negotiated.json()["lang"], negotiated.headers["content-language"]) == ("en", "en")
    fallback = await client.get(f"/api/v1/bulletins/{only}?lang=en")
    assert (fallback.json()["lang"], fallback.headers["content-language"]) == ("vi", "vi")
    assert (await client.get(f"/api/v1/bulletins/{both}")).json()["lang"] == "vi"
    assert "Accept-Language" in negotiated.headers["vary"]


async def test_an_etag_gives_304_until_the_item_changes(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    document = await publish_edition("policy", contents.policy())
    path = f"/api/v1/policies/{document}"
    first = await client.get(path)
    known = {"if-none-match": first.headers["etag"]}

    spared = await client.get(path, headers=known)
    assert (spared.status_code, spared.content) == (304, b"")
    await publish_edition("policy", contents.policy(title="Đã sửa"), document_id=document)
    assert (await client.get(path, headers=known)).json()["title"] == "Đã sửa"
    listed = await client.get("/api/v1/policies")
    assert (await client.get("/api/v1/policies", headers={"if-none-match": listed.headers["etag"]})).status_code == 304


async def test_full_texts_are_listed_on_request_only_and_a_page_ends_before_it_is_too_large(
    settings: Settings, publish_edition: Publish
) -> None:
    long = [{"ref": f"dieu-{n}", "type": "article", "label": f"Điều {n}", "text": "chữ " * 2_500} for n in range(1, 4)]
    for n in range(6):
        await publish_edition("policy", contents.policy(title=f"Luật {n}", nodes=long))

    async with running(create_app(settings.model_copy(update={"include_text_bytes": 100_000}))) as client:
        cards = (await client.get("/api/v1/policies?limit=6")).json()
        assert "nodes" not in cards["items"][0]
        titles, cursor, pages = [], "", 0
        while cursor is not None:
            page = await client.get(f"/api/v1/policies?include=text&limit=6{cursor and f'&cursor={cursor}'}")
            assert len(page.content) < 125_000
            titles += [item["title"] for item in page.json()["items"]]
            cursor, pages = page.json()["next"], pages + 1
            assert page.json()["items"][0]["nodes"][0]["text"].startswith("chữ")
    assert titles == [item["title"] for item in cards["items"]]
    assert pages > 1


async def test_vietnamese_is_served_as_utf_8_and_times_with_their_offset(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    document = await publish_edition("statement", contents.statement())
    answer = await client.get(f"/api/v1/statements/{document}")

    assert "Trả lời báo chí".encode() in answer.content
    assert answer.json()["said_at"] == "2026-10-06T15:30:00+07:00"
    assert answer.json()["modified_at"].endswith("+07:00")


async def test_a_body_beyond_the_limit_is_refused_before_it_is_read(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", content=b" " * 2_000_001, headers={"content-type": "application/json"})

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (413, "body_too_large")

    async def streamed():
        for _ in range(30):
            yield b" " * 100_000

    answer = await client.post("/graphql", content=streamed(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (413, "body_too_large")
