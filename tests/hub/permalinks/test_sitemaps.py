"""Sitemaps name the page of every live document, and of no other."""

from typing import Any
from uuid import UUID

import httpx
import lxml.html
import pytest
from lxml import etree

from hub.db import Database
from hub.guides.catalogue import NAMES
from hub.permalinks import sitemaps
from hub.web.xml import XHTML
from tests.support import contents, past_editions
from tests.support.servers import Publish

SPACE = {"s": sitemaps.SITEMAP_NAMESPACE, "n": sitemaps.NEWS_NAMESPACE, "x": XHTML}


async def read(client: httpx.AsyncClient, path: str) -> etree._Element:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    return etree.fromstring(answer.content)


def pages(*documents: UUID) -> set[str]:
    return {f"http://hub.test/d/{document}" for document in documents}


async def test_a_sitemap_that_there_is_not_is_a_problem(client: httpx.AsyncClient) -> None:
    for path in ("laws-1", "policies-2"):
        assert (await client.get(f"/sitemaps/{path}.xml")).json()["code"] == "not_found"
    assert (await client.get("/sitemaps/policies-0.xml")).json()["code"] == "invalid_input"


async def test_every_live_document_stands_in_one_sitemap_however_small_they_are(
    client: httpx.AsyncClient, publish_edition: Publish, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "MAX_URLS", 2)
    live = [await publish_edition("policy", contents.policy()) for _ in range(3)]
    await publish_edition("policy", contents.policy(title="Plan"), document_id=live[0], lang="en")
    draft = await publish_edition("draft", contents.draft())
    await publish_edition("draft", contents.draft(), published=False)
    ended: dict[str, dict[str, Any]] = {"withdraw": {"reason": "x"}, "gone": {}, "redirect": {"to": live[0]}}
    for verb, options in ended.items():
        await past_editions.done(database, verb, await publish_edition("policy", contents.policy()), **options)

    index = await read(client, "/sitemap.xml")
    listed = index.xpath("//s:loc/text()", namespaces=SPACE)
    names = ("drafts-1", "policies-1", "policies-2", "guides")
    assert listed == [f"http://hub.test/sitemaps/{name}.xml" for name in names]
    found = [await read(client, path) for path in listed[:-1]]
    locations = [set(each.xpath("//s:loc/text()", namespaces=SPACE)) for each in found]
    assert [len(each) for each in locations] == [1, 2, 1]
    assert set().union(*locations) == pages(draft, *live)
    card = (await client.get("/api/v1/drafts")).json()["items"][0]
    assert found[0].xpath("//s:lastmod/text()", namespaces=SPACE) == [card["modified_at"]]


async def test_the_news_are_what_was_told_and_said_in_two_days(
    client: httpx.AsyncClient, publish_edition: Publish, database: Database
) -> None:
    new = await publish_edition("bulletin", contents.bulletin(title="Tin & mới"))
    await publish_edition("policy", contents.policy())
    await past_editions.edition(database, "statement", contents.statement(), past_editions.at("2026-03-01"))
    gone = await publish_edition("statement", contents.statement())
    await past_editions.done(database, "gone", gone)

    (url,) = (await read(client, "/sitemaps/news.xml")).xpath("//s:url", namespaces=SPACE)
    assert url.xpath("s:loc/text()", namespaces=SPACE) == [*pages(new)]
    assert url.xpath(".//n:title/text()", namespaces=SPACE) == ["Tin & mới"]
    assert url.xpath(".//n:language/text()", namespaces=SPACE) == ["vi"]
    (day,) = url.xpath(".//n:publication_date/text()", namespaces=SPACE)
    assert day.endswith("+07:00")


async def test_each_guide_and_the_changelog_stand_in_the_sitemap_in_both_languages_and_can_be_opened(
    client: httpx.AsyncClient,
) -> None:
    urls = (await read(client, "/sitemaps/guides.xml")).xpath("//s:url", namespaces=SPACE)

    locations = [url.xpath("string(s:loc)", namespaces=SPACE) for url in urls]
    paths = ("/guide", *(f"/guide/{name}" for name in NAMES), "/guide/changelog")
    assert locations == [f"http://hub.test{path}?lang={lang}" for path in paths for lang in ("vi", "en")]
    for url, location in zip(urls, locations, strict=True):
        page = await client.get(location)
        assert page.status_code == 200, location
        head = lxml.html.fromstring(page.text).find("head")
        assert head is not None
        assert head.xpath("string(link[@rel='canonical']/@href)") == location
        links = url.xpath("x:link[@rel='alternate']", namespaces=SPACE)
        assert [(each.get("hreflang"), each.get("href")) for each in links] == [
            (each.get("hreflang"), each.get("href")) for each in head.xpath("link[@rel='alternate'][@hreflang]")
        ]


async def test_robots_are_shown_the_sitemaps_and_kept_from_the_editors(client: httpx.AsyncClient) -> None:
    answer = await client.get("/robots.txt")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Sitemap: http://hub.test/sitemap.xml\n" in answer.text
    assert "Disallow: /api/v1/manage\n" in answer.text
    assert (await client.get("/sitemap.xml", headers={"if-none-match": "*"})).status_code == 304
