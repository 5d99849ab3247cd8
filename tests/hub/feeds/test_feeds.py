"""Feeds contain the items of lists and tombstones, in the order of the log, in formats that other parsers accept."""

from datetime import UTC, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import UUID

import feedparser
import httpx
import pytest
from lxml import etree

from hub.app import create_app
from hub.db import Database
from hub.errors import HubError
from hub.feeds.render import render_feed_url
from hub.settings import Settings
from tests.support import contents, past_editions
from tests.support.asgi import running
from tests.support.feed_parsing import FORMS, Told, every_page, told
from tests.support.servers import Publish

NO_FEEDS = [
    ("laws.atom", 404, "not_found"),
    ("policies.xml", 404, "not_found"),
    ("policies.rss?lang=fr", 422, "invalid_input"),
    ("policies.rss?limit=101", 422, "invalid_input"),
    ("drafts.json?consultation=open", 422, "invalid_input"),
    ("drafts.json?closing_before=2026-12-07", 422, "invalid_input"),
    ("all.json?cursor=abc", 422, "invalid_cursor"),
    ("all.json?topic=%00", 422, "invalid_input"),
    ("all.json?topic=khong-co", 422, "unknown_reference"),
    ("all.json?agency=khong-co", 422, "unknown_reference"),
]


async def test_a_feed_that_there_is_not_is_a_problem(client: httpx.AsyncClient) -> None:
    for path, status, code in NO_FEEDS:
        answer = await client.get(f"/feeds/{path}")
        assert (answer.status_code, answer.json()["code"]) == (status, code), path
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_feed_ignores_parameters_that_there_are_not(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    plain = await client.get("/feeds/policies.atom")
    for query in ("page=2", "sort=title_asc"):
        marked = await client.get(f"/feeds/policies.atom?{query}")
        assert (marked.status_code, marked.content, marked.links) == (200, plain.content, plain.links), query


async def test_a_cursor_fits_its_own_feed_alone(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    for _ in range(2):
        await publish_edition("policy", contents.policy())
    cursor = (await client.get("/feeds/policies.atom?limit=1")).links["next"]["url"].partition("cursor=")[2]
    cursor = cursor.partition("&")[0]

    assert (await client.get(f"/feeds/policies.json?cursor={cursor}")).status_code == 200
    for other in ("drafts.atom?", "policies.atom?topic=moi-truong&", "policies.atom?lang=en&"):
        assert (await client.get(f"/feeds/{other}cursor={cursor}")).json()["code"] == "invalid_cursor"


@pytest.fixture
async def lives(publish_edition: Publish, database: Database) -> dict[str, UUID]:
    """Documents in every state, in the order of their last log entries."""
    found = {
        name: await publish_edition("policy", contents.policy(title=f"Tên của {name}"))
        for name in ("live", "withdrawn", "gone", "redirected", "left", "restored", "corrected", "elsewhere")
    }
    await publish_edition("bulletin", contents.bulletin(title="Một bản tin", topics=["moi-truong"]))
    await past_editions.done(database, "withdraw", found["withdrawn"], reason="Lý do riêng")
    await past_editions.done(database, "gone", found["gone"])
    await past_editions.done(database, "redirect", found["redirected"], to=found["live"])
    await publish_edition("policy", contents.policy(topics=["y-te-duoc"]), document_id=found["left"])
    await past_editions.done(database, "withdraw", found["restored"], reason="Nhầm")
    await past_editions.done(database, "restore", found["restored"])
    await publish_edition("policy", contents.policy(title="Đã sửa"), document_id=found["corrected"])
    return found


MATRIX = [
    ("corrected", True),
    ("restored", True),
    ("left", False),
    ("redirected", False),
    ("gone", False),
    ("withdrawn", False),
    ("elsewhere", True),
    ("live", True),
]
"""Expected entries of the feed of the topic, latest change first."""


async def test_every_state_is_told_as_the_matrix_says_on_pages_of_any_size(
    client: httpx.AsyncClient, lives: dict[str, UUID]
) -> None:
    expected = [Told(f"urn:uuid:{lives[name]}", live) for name, live in MATRIX]
    for form in FORMS:
        for limit in (1, 3, 20):
            path = f"/feeds/policies.{form}?limit={limit}&topic=moi-truong".replace("limit=20&", "")
            pages = await every_page(client, path)
            assert [each for page in pages for each in told(form, page)] == expected
            back = await every_page(client, str(pages[-1].url), "previous")
            assert [each for page in reversed(back) for each in told(form, page)] == expected
            assert {page.links["first"]["url"] for page in pages} == {f"http://hub.test{path}"}


async def test_without_a_filter_nothing_leaves_and_the_text_of_what_was_taken_away_is_nowhere(
    client: httpx.AsyncClient, lives: dict[str, UUID]
) -> None:
    for form in FORMS:
        answer = await client.get(f"/feeds/policies.{form}")
        everything = await client.get(f"/feeds/all.{form}")

        assert Told(f"urn:uuid:{lives['left']}", True) in told(form, answer)
        assert len(told(form, everything)) == len(told(form, answer)) + 1
        for name in ("withdrawn", "gone", "redirected"):
            assert f"Tên của {name}" not in answer.text + everything.text
        for words in ("Lý do riêng", "Nhầm"):
            assert words not in answer.text + everything.text
        assert f"/d/{lives['live']}" in answer.text


async def test_a_list_and_its_feed_hold_the_same_items_in_the_same_order(
    client: httpx.AsyncClient, lives: dict[str, UUID]
) -> None:
    for query in ("", "topic=moi-truong", "topic=y-te-duoc", "agency=so-y-te", "agency=ubnd-hue", "type=ke+hoach"):
        listed = (await client.get(f"/api/v1/policies?sort=changed_desc&{query}")).json()["items"]
        for form in FORMS:
            feed = told(form, await client.get(f"/feeds/policies.{form}?{query}"))
            assert [each.id for each in feed if each.live] == [f"urn:uuid:{item['id']}" for item in listed]
        assert bool(listed) == (query != "agency=so-y-te")


async def test_the_list_names_its_feeds_with_its_filters(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/drafts?topic=moi-truong&sort=title_asc&lang=en&limit=3")

    named = [link for link in answer.headers["link"].split(", ") if 'rel="alternate"' in link]
    assert named == [
        '</feeds/drafts.atom?lang=en&topic=moi-truong>; rel="alternate"; type="application/atom+xml"',
        '</feeds/drafts.rss?lang=en&topic=moi-truong>; rel="alternate"; type="application/rss+xml"',
        '</feeds/drafts.json?lang=en&topic=moi-truong>; rel="alternate"; type="application/feed+json"',
    ]
    assert "link" not in (await client.get("/api/v1/drafts?as_of=2026-01-01")).headers


async def test_what_is_put_back_counts_again_for_readers_that_remember_its_deletion(
    client: httpx.AsyncClient, publish_edition: Publish, database: Database
) -> None:
    document = await publish_edition("bulletin", contents.bulletin())
    await past_editions.done(database, "withdraw", document, reason="Nhầm")
    deleted = etree.fromstring((await client.get("/feeds/bulletins.atom")).content)[-1]
    await past_editions.done(database, "restore", document)
    entry = feedparser.parse((await client.get("/feeds/bulletins.atom")).content).entries[0]

    assert deleted.get("ref") == entry.id == f"urn:uuid:{document}"
    assert entry.updated > deleted.get("when")
    assert entry.published < deleted.get("when")


async def test_the_wanted_language_decides_what_a_feed_holds(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    document = await publish_edition("bulletin", contents.bulletin(topics=["moi-truong"]))
    other = await publish_edition("bulletin", contents.bulletin(title="Chỉ tiếng Việt", topics=["moi-truong"]))

    async def feed(lang: str) -> list[Told]:
        return told("atom", await client.get(f"/feeds/bulletins.atom?topic=moi-truong&lang={lang}"))

    both = [Told(f"urn:uuid:{other}", True), Told(f"urn:uuid:{document}", True)]
    assert await feed("en") == await feed("vi") == both
    await publish_edition("bulletin", contents.bulletin(title="Waste"), document_id=document, lang="en")
    assert await feed("vi") == both
    assert await feed("en") == [Told(f"urn:uuid:{document}", False), Told(f"urn:uuid:{other}", True)]
    parsed = feedparser.parse((await client.get("/feeds/all.atom?lang=en")).content)
    assert [entry.title for entry in parsed.entries] == ["Waste", "Chỉ tiếng Việt"]
    assert parsed.feed.title == "Everything – Hue policy hub"
    assert (await client.get("/feeds/all.atom", headers={"accept-language": "en"})).headers["content-language"] == "vi"


HOSTILE = "A & B <b>c</b> ]]> \ufffe\uffff \U0001f600 \"x\" 'y' &amp; e\u0302\u0301"


async def test_any_text_stays_text(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    await publish_edition(
        "policy",
        contents.policy(
            title=HOSTILE,
            summary=HOSTILE,
            nodes=[{"ref": "dieu-1", "type": "article", "label": "Điều 1", "heading": HOSTILE, "text": HOSTILE}],
            attachments=[{"name": HOSTILE, "media_type": "application/pdf", "url": "https://x.vn/?a=1&b=2", "size": 7}],
        ),
    )
    await publish_edition(
        "bulletin",
        contents.bulletin(body="<p>một<br>hai&nbsp;ba<ul><li>x<li>y</ul><table><tr><td>1</table>", lead=HOSTILE),
    )
    for form in FORMS:
        answer = await client.get(f"/feeds/all.{form}")
        assert len(told(form, answer)) == 2
        kept = "A & B <b>c</b> ]]>"
        if form == "json":
            assert answer.json()["items"][1]["title"].startswith(kept)
            assert "&lt;b&gt;c&lt;/b&gt;" in answer.json()["items"][1]["content_html"]
        else:
            root = etree.fromstring(answer.content)
            titles = [element.text for element in root.iter("{*}title")]
            assert any(title.startswith(kept) and title.endswith("\u1ebf") for title in titles)
            assert not list(root.iter("{*}b"))
            assert "\ufffe" not in answer.text


async def test_files_are_enclosures_and_pictures_are_shown(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    files: list[dict[str, Any]] = [
        {"name": "ke-hoach.pdf", "media_type": "application/pdf", "url": "https://x.vn/ke-hoach.pdf", "size": 12},
        {"name": "phu-luc.xlsx", "media_type": "application/vnd.ms-excel", "url": "https://x.vn/phu-luc.xlsx"},
    ]
    await publish_edition("policy", contents.policy(attachments=files))
    await publish_edition("bulletin", contents.bulletin(image={"url": "https://x.vn/anh.webp", "alt": "Xe gom rác"}))

    for form in ("atom", "rss"):
        entries = feedparser.parse((await client.get(f"/feeds/all.{form}")).content).entries
        found = [(file.href, file.type, file.get("length")) for file in entries[1].enclosures]
        assert found == [(file["url"], file["media_type"], file.get("size") and str(file["size"])) for file in files]
        assert '<img alt="Xe gom rác" src="https://x.vn/anh.webp" />' in entries[0].content[0].value
    items = (await client.get("/feeds/all.json")).json()["items"]
    assert items[0]["image"] == "https://x.vn/anh.webp"
    assert [file["url"] for file in items[1]["attachments"]] == [file["url"] for file in files]
    assert items[1]["attachments"][0]["size_in_bytes"] == 12


async def test_long_texts_end_early_and_pages_before_they_grow_too_large(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    long = [{"ref": f"dieu-{n}", "type": "article", "label": f"Điều {n}", "text": "chữ " * 100_000} for n in range(3)]
    for n in range(5):
        await publish_edition("policy", contents.policy(title=f"Luật {n}", nodes=long))
    pages = await every_page(client, "/feeds/policies.atom")

    assert [len(told("atom", page)) for page in pages] == [2, 2, 1]
    assert all("Còn tiếp." in page.text for page in pages)


async def test_a_reader_asks_again_for_nothing(client: httpx.AsyncClient, database: Database) -> None:
    old = past_editions.at("2026-03-02", "08:15")
    document = await past_editions.edition(database, "bulletin", contents.bulletin(), old)
    for form in FORMS:
        path = f"/feeds/bulletins.{form}"
        first = await client.get(path)
        assert first.headers["last-modified"] == format_datetime(old.astimezone(UTC), usegmt=True)
        since = {"if-modified-since": first.headers["last-modified"]}
        for headers in ({"if-none-match": first.headers["etag"]}, since):
            spared = await client.get(path, headers=headers)
            assert (spared.status_code, spared.content) == (304, b"")
        earlier = format_datetime(old.astimezone(UTC) - timedelta(seconds=1), usegmt=True)
        assert (await client.get(path, headers={"if-modified-since": earlier})).status_code == 200
        assert (await client.get(path, headers=since | {"if-none-match": '"other"'})).status_code == 200
        assert (await client.get(path, headers={"if-modified-since": "yesterday"})).status_code == 200
    await past_editions.done(database, "withdraw", document, reason="Nhầm")
    changed = await client.get("/feeds/bulletins.atom", headers=since)
    assert changed.status_code == 200
    # Another change could come within this very second, which the header could not tell apart.
    assert "last-modified" not in changed.headers


async def test_websub_finds_its_hub_and_its_topic_in_header_and_feed(
    client: httpx.AsyncClient, publish_edition: Publish, database: Database, settings: Settings
) -> None:
    await publish_edition("policy", contents.policy())
    topic = "http://hub.test/feeds/policies.{}?topic=moi-truong&type=K%E1%BA%BF+ho%E1%BA%A1ch"
    for form in FORMS:
        answer = await client.get(f"/feeds/policies.{form}?type=Kế hoạch&topic=moi-truong&limit=20&lang=vi")
        assert answer.links["self"]["url"] == topic.format(form)
        assert answer.links["hub"]["url"] == "http://hub.test/websub"
        if form == "json":
            assert answer.json()["hubs"] == [{"type": "WebSub", "url": "http://hub.test/websub"}]
            assert answer.json()["feed_url"] == topic.format(form)
        else:
            links = feedparser.parse(answer.content).feed.links
            assert [link.href for link in links if link.rel in ("self", "hub")] == [
                topic.format(form),
                "http://hub.test/websub",
            ]
        rendered = await render_feed_url(database, settings, topic.format(form))
        assert (rendered.body, rendered.self_url) == (answer.content, topic.format(form))
        assert rendered.media_type == answer.headers["content-type"]


NOT_FEEDS = [
    "/feeds/all.atom",
    "ftp://hub.test/feeds/all.atom",
    "http://hub.test/feeds/all",
    "http://hub.test/api/v1/policies",
    "http://hub.test/feeds/laws.atom",
    "http://hub.test/feeds/all.atom?topic=khong-co",
    "http://hub.test/feeds/all.atom?topic=a&topic=b",
    "http://hub.test/feeds/all.atom?;",
    "http://hub.test/feeds/all.atom#top",
]


async def test_an_address_that_is_no_feed_is_refused(database: Database, settings: Settings) -> None:
    for url in NOT_FEEDS:
        with pytest.raises(HubError):
            await render_feed_url(database, settings, url)
    marked = await render_feed_url(database, settings, "http://hub.test/feeds/all.atom?page=1")
    assert marked.self_url == "http://hub.test/feeds/all.atom"


async def test_a_hub_behind_a_proxy_names_the_address_that_users_see(
    settings: Settings, publish_edition: Publish
) -> None:
    await publish_edition("statement", contents.statement())
    seen = Settings(**{**settings.model_dump(exclude_unset=True), "public_url": "https://chinhsach.hue.gov.vn/hub"})
    async with running(create_app(seen), base_url="https://chinhsach.hue.gov.vn") as client:
        for form in FORMS:
            answer = await client.get(f"/feeds/statements.{form}")
            assert answer.links["self"]["url"] == f"https://chinhsach.hue.gov.vn/hub/feeds/statements.{form}"
            assert "hub.test" not in answer.text
            assert (await render_url_of(seen, answer.links["self"]["url"])) == answer.content


async def render_url_of(settings: Settings, url: str) -> bytes:
    database = Database(settings)
    try:
        return (await render_feed_url(database, settings, url)).body
    finally:
        await database.dispose()


async def test_an_empty_feed_is_a_feed(client: httpx.AsyncClient) -> None:
    for form in FORMS:
        answer = await client.get(f"/feeds/all.{form}?topic=moi-truong&agency=so-y-te")
        assert told(form, answer) == []


async def test_browsers_get_the_same_bytes_as_a_type_they_show(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await publish_edition("statement", contents.statement())
    shown = {
        "atom": "application/xml; charset=utf-8",
        "rss": "application/xml; charset=utf-8",
        "json": "application/json",
    }
    own = {
        "atom": "application/atom+xml; charset=utf-8",
        "rss": "application/rss+xml; charset=utf-8",
        "json": "application/feed+json",
    }
    for form in FORMS:
        browser = await client.get(
            f"/feeds/all.{form}", headers={"accept": "text/html,application/xml;q=0.9,*/*;q=0.8"}
        )
        reader = await client.get(f"/feeds/all.{form}")
        assert (browser.content, browser.headers["content-type"]) == (reader.content, shown[form])
        assert reader.headers["content-type"] == own[form]
        assert "Accept" in reader.headers["vary"].split(", ")
        assert "script" not in browser.headers["content-security-policy"]
        if form != "json":
            sheet = etree.fromstring(browser.content).getroottree().getroot().getprevious().get("href")
            assert (await client.get(sheet)).headers["content-type"] == "text/css; charset=utf-8"
