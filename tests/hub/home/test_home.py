"""The front page tells what is public now, in two languages, without a script."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from hub.db import Database
from hub.i18n.catalogues import translate
from hub.times import today
from tests.support.servers import Publish


def texts(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def draft(title: str, *, opens: int, closes: int) -> dict[str, Any]:
    window = {"opens_on": str(today() + timedelta(opens)), "closes_on": str(today() + timedelta(closes))}
    return {"title": title, "type": "Quyết định", "drafting_agency": "so-y-te", "consultation": window}


def bulletin(title: str) -> dict[str, Any]:
    return {"title": title, "lead": "Mở đầu.", "body": "<p>Nội dung.</p>"}


@pytest.mark.parametrize(
    ("asked", "accept", "lang"),
    [("", "en-GB,en", "en"), ("?lang=vi", "en", "vi"), ("", "fr", "vi"), ("?lang=en", "", "en")],
)
async def test_it_speaks_the_readers_language(client: httpx.AsyncClient, asked: str, accept: str, lang: str) -> None:
    answer = await client.get(f"/{asked}", headers={"accept-language": accept})

    assert f'<html lang="{lang}">' in answer.text
    assert answer.headers["content-language"] == lang
    assert "Accept-Language" in answer.headers["vary"]
    assert translate(lang, "home.claim") in unescape(answer.text)


async def test_an_empty_hub_says_that_nothing_is_public_yet(client: httpx.AsyncClient) -> None:
    text = texts((await client.get("/")).text)

    assert translate("vi", "home.never") in text
    assert translate("vi", "home.nothing") in text
    assert translate("vi", "home.none_open") in text


async def test_it_counts_what_is_live_and_names_what_is_open(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await publish_edition("draft", draft("Sắp đóng", opens=-3, closes=1))
    await publish_edition("draft", draft("Còn lâu mới đóng", opens=0, closes=40))
    await publish_edition("draft", draft("Đã đóng", opens=-30, closes=-1))
    await publish_edition("draft", draft("Chưa mở", opens=2, closes=9))
    two = await publish_edition("bulletin", bulletin("Tin bằng tiếng Việt"))
    await publish_edition("bulletin", bulletin("News in English"), lang="en", document_id=two)
    await publish_edition("bulletin", bulletin("Chưa công bố"), published=False)

    page = (await client.get("/?lang=vi")).text
    counts = re.findall(r"<strong>([\d.]+)</strong>\s*<span class=\"what\">(.*?)</span>", page)
    open_list = page.split('id="closing"')[1].split("</section>")[0]

    assert counts == [("0", "Văn bản"), ("4", "Dự thảo"), ("1", "Bản tin"), ("0", "Phát ngôn")]
    assert "<b>2</b> dự thảo đang lấy ý kiến" in page
    assert re.findall(r"<h3><a [^>]*>(.*?)</a>", open_list) == ["Sắp đóng", "Còn lâu mới đóng"]
    assert "Tin bằng tiếng Việt" in page
    assert "News in English" not in page
    assert "Chưa công bố" not in page
    assert "News in English" in (await client.get("/?lang=en")).text


async def test_what_is_withdrawn_is_off_the_page_at_once_and_nothing_is_read_twice(
    client: httpx.AsyncClient, publish_edition: Publish, database: Database
) -> None:
    document = await publish_edition("bulletin", bulletin("Sẽ bị thu hồi"))
    reader = client._transport.app.state.hub.database  # type: ignore[attr-defined]
    first = await client.get("/")
    statements = reader.statements
    again = await client.get("/", headers={"if-none-match": first.headers["etag"]})

    assert reader.statements == statements + 1
    assert (again.status_code, again.content) == (304, b"")

    async with database.write() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(
            "UPDATE published_view SET state = 'withdrawn' WHERE document_id = $1", (document,)
        )
        await connection.exec_driver_sql("UPDATE log_head SET seq = seq + 1")
    later = await client.get("/", headers={"if-none-match": first.headers["etag"]})

    assert later.status_code == 200
    assert "Sẽ bị thu hồi" not in later.text


async def test_a_title_is_text_whatever_it_looks_like(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    await publish_edition("bulletin", bulletin("<script>alert(1)</script> & 'more'"))
    page = (await client.get("/")).text

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in page


async def test_every_link_of_the_page_leads_somewhere(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    await publish_edition("bulletin", bulletin("Một tin"))
    page = (await client.get("/")).text
    links = {unescape(link) for link in re.findall(r'href="(/[^"]*)"', page)}
    answers = {link: (await client.get(link, headers={"accept": "text/html, */*;q=0.5"})).status_code for link in links}

    assert {link for link, status in answers.items() if status != 200} == set()
    assert {"/graphql", "/docs", "/embed", "/feeds/all.atom", "/health/ready"} <= links


async def test_an_unknown_parameter_is_ignored(client: httpx.AsyncClient) -> None:
    plain, marked = await client.get("/"), await client.get("/?page=2")
    assert (marked.status_code, marked.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert marked.content == plain.content
