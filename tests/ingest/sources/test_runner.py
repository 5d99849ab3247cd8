"""Runs of a source: new, changed, bad and deleted items are processed as they should, none twice and none lost."""

import gzip
import json
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.db import Database
from hub.settings import Settings
from ingest.sources.pipeline.attachments import MEDIA_TYPES
from ingest.sources.pipeline.items import MAX_ATTEMPTS
from ingest.sources.pipeline.process_item import ItemProcessor
from tests.support.editors import Editor, key
from tests.support.import_samples import faults, rows
from tests.support.local_site import Site, local_site
from tests.support.printed_decisions import as_docx, as_pdf, as_scan
from tests.support.source_runs import TOPICS, Hand, for_site, hand, told_about

PUBLIC = "SELECT count(*), coalesce(max(number), 0) FROM edition WHERE state = 'published'"
ASK_NOW = "UPDATE source_item SET next_at = now() WHERE state = 'waiting'"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with local_site() as made:
        yield made


@pytest.fixture
async def sources(database: Database, settings: Settings) -> AsyncIterator[Hand]:
    async with hand(database, for_site(settings, source_timeout=2, source_max_bytes=1_000_000)) as made:
        yield made


def news(site: Site, *numbers: int) -> list[tuple[str, str]]:
    """Articles on unrelated subjects, as (path, title)."""
    for n in numbers:
        site.article(f"/tin/{n}", TOPICS[n], *told_about(n))
    return [(f"/tin/{n}", TOPICS[n]) for n in numbers]


async def test_a_feed_is_imported_once_and_again_only_when_it_changed(site: Site, sources: Hand) -> None:
    site.feed("/rss", news(site, 0, 1, 2), raw=" & sự kiện")
    await sources.add("tin", "feed", config={"url": f"{site.url}/rss", "recheck_hours": 0})

    assert await sources.run("tin") == {"found": 3, "new": 3, "created": 3}
    assert await sources.titles("tin") == {str(n): TOPICS[n] for n in range(3)}
    assert await sources.run("tin") == {"found": 3, "not_modified": 3}

    site.article("/tin/1", TOPICS[1], *told_about(1), "Bổ sung: người dân gọi đường dây nóng khi cần.")
    assert await sources.run("tin") == {"found": 3, "updated": 1, "not_modified": 2}
    assert await rows(sources.database, PUBLIC) == [(3, 2)]
    # A page with other bytes and the same text is unchanged.
    site.pages["/tin/2"].body += b"<!-- 12:30 -->"
    assert await sources.run("tin") == {"found": 3, "unchanged": 1, "not_modified": 2}
    assert await rows(sources.database, PUBLIC) == [(3, 2)]
    assert await faults(sources.database) == []

    proofs = await rows(
        sources.database,
        "SELECT p.url, p.sha256 = k.sha256, p.fetched_at IS NOT NULL FROM provenance p "
        "JOIN source_item i ON i.source = p.source AND i.external_id = p.source_id "
        "JOIN kept_original k ON k.id = i.original_id WHERE i.external_id LIKE '%/tin/0'",
    )
    assert proofs == [(f"{site.url}/tin/0", True, True)]
    assert await rows(sources.database, "SELECT count(*) FROM kept_original WHERE document_id IS NOT NULL") == [(4,)]


async def test_headlines_of_the_press_are_counted_and_their_pages_never_requested(site: Site, sources: Hand) -> None:
    site.feed("/rss", [(f"/bao/{n}", TOPICS[n]) for n in range(3)])
    await sources.add("bao", "feed", "press", name="Báo Huế", trust="review", config={"url": f"{site.url}/rss"})
    assert await sources.run("bao") == {"found": 3, "new": 3}
    site.feed("/rss", [(f"/bao/{n}", TOPICS[n]) for n in range(1, 4)])
    assert await sources.run("bao") == {"found": 3, "new": 1}
    assert {got.target for got in site.receiver.got} == {"/robots.txt", "/rss"}
    heard = await rows(sources.database, "SELECT count(*), count(DISTINCT outlet), max(source) FROM press_item")
    assert heard == [(4, 1, "bao")]
    assert await rows(
        sources.database, "SELECT (SELECT count(*) FROM document) + (SELECT count(*) FROM source_item)"
    ) == [(0,)]


async def test_one_article_with_many_urls_is_one_item(site: Site, sources: Hand) -> None:
    site.article("/xem", TOPICS[0], *told_about(0))
    links = ["/xem?id=7&trang=2", "/xem?trang=3&id=7", "/xem/?id=7&utm_source=zalo#dau"]
    site.feed("/rss", [(each, TOPICS[0]) for each in links])
    await sources.add("tin", "feed", config={"url": f"{site.url}/rss"})
    assert await sources.run("tin") == {"found": 1, "new": 1, "created": 1}


async def test_bad_items_are_quarantined_or_retried_and_the_rest_is_imported(site: Site, sources: Hand) -> None:
    entries = news(site, 0, 1)
    site.put("/cham", "chậm", slow=True)
    site.put("/to", b"x" * 2_000_000)
    site.put("/vao-trong", b"", status=302, headers={"location": f"http://localhost:{site.receiver.port}/tin/0"})
    site.put("/kin/9", "bí mật")
    site.put("/robots.txt", "User-agent: *\nDisallow: /kin")
    wrong = ["/cham", "/to", "/vao-trong", "/kin/9", "/mat"]
    site.feed("/rss", [*entries, *((each, "Tin hỏng") for each in wrong)])
    await sources.add("tin", "feed", config={"url": f"{site.url}/rss"})

    assert await sources.run("tin") == {"found": 7, "new": 7, "created": 2, "quarantined": 4, "failed": 1}
    states = await sources.states("tin")
    assert states == {
        "0": ("done", "created", None),
        "1": ("done", "created", None),
        "cham": ("waiting", None, "timeout"),
        "to": ("quarantined", None, "too_large"),
        "vao-trong": ("quarantined", None, "refused_address"),
        "9": ("quarantined", None, "robots_forbid"),
        "mat": ("quarantined", None, "http_404"),
    }
    # A transient failure is retried later, and then quarantined.
    site.put("/cham", b"", status=503, headers={"retry-after": "0"})
    for _ in range(5):
        await sources.do("UPDATE web_host SET free_at = NULL")
        await sources.do(ASK_NOW)
        await sources.runner.run("tin", discover=False)
    assert (await sources.states("tin"))["cham"] == ("quarantined", None, "http_503")


async def test_an_edition_in_review_is_replaced_by_a_new_delivery(
    site: Site, sources: Hand, client: httpx.AsyncClient
) -> None:
    site.feed("/rss", news(site, 0))
    await sources.add("tin", "feed", trust="review", config={"url": f"{site.url}/rss", "recheck_hours": 0})
    assert await sources.run("tin") == {"found": 1, "new": 1, "created": 1}
    site.article("/tin/0", TOPICS[0], *told_about(0), "Bổ sung một câu.")
    assert await sources.run("tin") == {"found": 1, "updated": 1}
    found = await rows(sources.database, "SELECT number, state, written_by FROM edition")
    assert found == [(1, "in_review", "source:tin")]
    assert await rows(sources.database, "SELECT 1 FROM log_entry") == []

    [(document,)] = await rows(sources.database, "SELECT id FROM document")
    editor = Editor(client, await key(sources.database, "so-y-te"))
    assert (await editor.read(str(document)))["version"] == 2
    await editor.done(str(document), "approve")
    await editor.done(str(document), "publish")
    site.article("/tin/0", TOPICS[0], *told_about(0), "Bổ sung hai câu.")
    assert await sources.run("tin") == {"found": 1, "updated": 1}
    assert await rows(sources.database, "SELECT number, state FROM edition ORDER BY 1") == [
        (1, "published"), (2, "in_review"),
    ]  # fmt: skip


async def test_an_editors_work_is_never_overwritten(site: Site, sources: Hand, client: httpx.AsyncClient) -> None:
    site.feed("/rss", news(site, 0))
    await sources.add("tin", "feed", config={"url": f"{site.url}/rss", "recheck_hours": 0})
    await sources.run("tin")
    [(document,)] = await rows(sources.database, "SELECT id FROM document")
    editor = Editor(client, await key(sources.database, "so-y-te"))
    [(content,)] = await rows(sources.database, "SELECT content FROM edition")
    own = {"note": "Sửa tên.", "content": content | {"title": "Tên do biên tập viên đặt"}}
    await editor.done(str(document), "correct", own)

    async def editions() -> list[Any]:
        return await rows(sources.database, "SELECT number, state, content->>'title' FROM edition ORDER BY 1")

    before = await editions()
    site.article("/tin/0", TOPICS[0], *told_about(0), "Nguồn cũng sửa.")
    assert await sources.run("tin") == {"found": 1, "quarantined": 1}
    assert (await sources.states("tin"))["0"] == ("quarantined", None, "edited_in_hub")
    assert await editions() == before
    for verb in ("submit", "approve", "publish"):
        await editor.done(str(document), verb)
    before = await editions()
    assert await sources.run("tin") == {"found": 1, "quarantined": 1}, "also when the editor's edition is public"
    assert await editions() == before


async def test_files_that_a_page_links_to_are_stored_and_attached_with_their_digest(site: Site, sources: Hand) -> None:
    body = as_docx("41/QĐ-UBND", "trồng cây xanh", "đề án cây xanh bên sông Hương")
    file = site.put("/tep/41.docx", body, media_type="application/octet-stream")
    site.article(
        "/vb/41", "Quyết định số 41/QĐ-UBND ngày 05/3/2026 về việc trồng cây xanh",
        "Ủy ban nhân dân thành phố Huế ban hành Quyết định số 41/QĐ-UBND ngày 05/3/2026 về việc trồng cây xanh.",
        *told_about(1),
        links=f'<p><a href="{file}">Toàn văn</a> <a href="/tep/mat.pdf">Phụ lục</a></p>',
    )  # fmt: skip
    site.put("/ds", '<a class="vb" href="/vb/41">Quyết định 41</a>')
    await sources.add("vb", "list", "policy", agency="ubnd-hue", config={"url": f"{site.url}/ds", "links": "a.vb"})
    assert await sources.run("vb") == {"found": 1, "new": 1, "created": 1}
    [(content, state)] = await rows(sources.database, "SELECT content, state FROM edition")
    named = {each["name"]: (each["media_type"], each["size"], each["sha256"]) for each in content["attachments"]}
    assert named["41.docx"] == (MEDIA_TYPES[".docx"], len(body), sha256(body).hexdigest())
    assert (named["mat.pdf"][1:], state) == ((None, None), "in_review"), "a file that is missing is for an editor"
    kept = await rows(sources.database, "SELECT sha256 FROM kept_original WHERE url = :url", url=file)
    assert kept == [(sha256(body).hexdigest(),)]


FACTS = (
    "<table><tr><th>Số/Ký hiệu</th><td>{number}</td></tr><tr><th>Ngày ban hành</th><td>05/03/2026</td></tr>"
    "<tr><th>Trích yếu</th><td>V/v trồng cây xanh</td></tr><tr><th>Cơ quan ban hành</th>"
    '<td>Ủy ban nhân dân thành phố Huế</td></tr><tr><th>Tệp</th><td><a href="{file}">Tải về</a></td></tr></table>'
)


async def test_a_page_with_little_more_than_a_title_stands_for_the_file_it_links_to(site: Site, sources: Hand) -> None:
    about = "đề án cây xanh bên sông Hương"
    site.put("/tep/41.docx", as_docx("41/QĐ-UBND", "trồng cây xanh", about))
    site.put("/tep/46.docx", as_docx("46/QĐ-UBND", "sửa cầu", "việc sửa cầu Phú Xuân"))
    site.put("/tep/ve.pdf", as_pdf("42/QĐ-UBND", "vẽ tường", "việc vẽ tường ở các trường"))
    site.put("/tep/quet.pdf", as_scan())
    site.put("/tep/44.txt", "Phụ lục chưa có số, ngày và người ký.\n" * 30, media_type="text/plain; charset=utf-8")
    pages = {
        "mot-cau": ("Quyết định trồng cây xanh", ["Mời tải toàn văn."], '<p><a href="/tep/41.docx">Tải về</a></p>'),
        "khong-chu": ("Quyết định số 42/QĐ-UBND", [], '<a href="/tep/ve.pdf">In trang</a>'),
        "anh-quet": ("Quyết định số 43/QĐ-UBND", [], '<a href="/tep/quet.pdf">In trang</a>'),
        "bang": ("Quyết định 44", [], FACTS.format(number="44/QĐ-UBND", file="/tep/44.txt")),
        "trai-nhau": ("Quyết định 45", [], FACTS.format(number="45/QĐ-UBND", file="/tep/46.docx")),
    }
    for name, (title, paragraphs, links) in pages.items():
        site.article(f"/vb/{name}", title, *paragraphs, links=links)
    site.put("/ds", "".join(f'<a class="vb" href="/vb/{name}">{name}</a>' for name in pages))
    config = {"url": f"{site.url}/ds", "links": "a.vb"}
    mapping = {"select": {"files": 'a[href^="/tep/"]'}}
    await sources.add("vb", "list", "policy", agency="ubnd-hue", config=config, mapping=mapping)

    assert await sources.run("vb") == {"found": 5, "new": 5, "created": 4, "quarantined": 1}
    found = await rows(
        sources.database,
        "SELECT i.external_id, e.state, e.content FROM source_item i JOIN edition e ON e.document_id = i.document_id",
    )
    taken = {name.rsplit("/", 1)[-1]: (state, content) for name, state, content in found}
    assert {name: (state, content.get("number")) for name, (state, content) in taken.items()} == {
        "mot-cau": ("published", "41/QĐ-UBND"),
        "khong-chu": ("published", "42/QĐ-UBND"),
        "bang": ("published", "44/QĐ-UBND"),
        "trai-nhau": ("in_review", "46/QĐ-UBND"),
    }
    assert taken["mot-cau"][1]["signer"]["name"] == "Nguyễn Văn Thử"
    table = taken["bang"][1]
    assert (table["title"], table["dates"][0]["on"]) == ("Trồng cây xanh", "2026-03-05")
    assert table["nodes"][0]["text"].startswith("Phụ lục chưa có số")
    assert (await sources.states("vb"))["anh-quet"] == ("quarantined", None, "scanned_pdf")


async def test_an_article_without_text_is_the_file_it_links_to(site: Site, sources: Hand) -> None:
    site.put("/tep/tin.docx", as_docx("5/TB-SYT", "lịch tiêm chủng", "lịch tiêm chủng trong tháng"))
    site.article("/tin/9", TOPICS[0], links='<a href="/tep/tin.docx">In trang</a>')
    site.feed("/rss", [("/tin/9", TOPICS[0])])
    await sources.add("tin", "feed", config={"url": f"{site.url}/rss"})
    assert await sources.run("tin") == {"found": 1, "new": 1, "created": 1}
    [(content,)] = await rows(sources.database, "SELECT content FROM edition")
    assert content["title"] == TOPICS[0]
    assert "lịch tiêm chủng trong tháng" in content["body"]


async def test_the_same_article_from_two_sources_is_one_document(site: Site, sources: Hand) -> None:
    site.feed("/rss", news(site, 0))
    site.article("/ban-sao/0", TOPICS[0], *told_about(0))
    site.feed("/rss-khac", [("/ban-sao/0", TOPICS[0])])
    await sources.add("tin", "feed", config={"url": f"{site.url}/rss"})
    await sources.add("khac", "feed", agency="ubnd-hue", config={"url": f"{site.url}/rss-khac"})
    assert await sources.run("tin") == {"found": 1, "new": 1, "created": 1}
    assert await sources.run("khac") == {"found": 1, "new": 1, "joined": 1}
    assert await rows(sources.database, "SELECT count(*) FROM document") == [(1,)]
    assert await rows(sources.database, "SELECT source, leads FROM provenance ORDER BY 1 DESC") == [
        ("tin", True), ("khac", False),
    ]  # fmt: skip


async def test_a_sitemap_index_is_read_and_pages_that_are_no_longer_listed_have_vanished(
    site: Site, sources: Hand
) -> None:
    news(site, 0, 1, 2)

    def sitemap(*numbers: int) -> bytes:
        urls = "".join(f"<url><loc>{site.url}/tin/{n}</loc><lastmod>2026-03-0{n + 1}</lastmod></url>" for n in numbers)
        return gzip.compress(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode())

    site.put("/sm.xml", f"<sitemapindex><sitemap><loc>{site.url}/sm-1.xml.gz</loc></sitemap>"
             f"<sitemap><loc>{site.url}/sm-2.xml.gz</loc></sitemap></sitemapindex>")  # fmt: skip
    site.put("/sm-1.xml.gz", sitemap(0, 1), media_type="application/gzip")
    site.put("/sm-2.xml.gz", sitemap(2), media_type="application/gzip")
    await sources.add("trang", "sitemap", config={"url": f"{site.url}/sm.xml", "exclude": "/khong-lay/"})
    assert await sources.run("trang") == {"found": 3, "new": 3, "created": 3}
    assert await sources.run("trang") == {"found": 3}, "nothing changed, so no page is asked for"
    site.put("/sm-1.xml.gz", sitemap(0), media_type="application/gzip")
    assert await sources.run("trang") == {"found": 2, "vanished": 1}
    assert (await sources.states("trang"))["1"][0] == "vanished"
    assert await rows(sources.database, PUBLIC) == [(3, 1)], "the document stays"


async def test_a_list_page_leads_to_articles_and_to_the_next_pages(site: Site, sources: Hand) -> None:
    news(site, 0, 1, 2)
    one = '<ul class="tin"><li><a href="/tin/0">{}</a></li><li><a href="tin/1">{}</a></li></ul>'
    one += '<a class="sau" href="/ds?p=2">Sau</a>'
    site.put("/ds", one.format(TOPICS[0], TOPICS[1]) + '<a href="/lien-he">Liên hệ</a>')
    site.put(
        "/ds?p=2", f'<ul class="tin"><li><a href="/tin/2">{TOPICS[2]}</a></li></ul><a class="sau" href="/ds">Đầu</a>'
    )
    config = {"url": f"{site.url}/ds", "links": "ul.tin a", "next": "a.sau"}
    await sources.add("ds", "list", config=config)
    assert await sources.run("ds") == {"found": 3, "new": 3, "created": 3}
    assert site.asked("/lien-he") == []


async def test_files_of_a_folder_are_imported_and_none_outside_of_it(site: Site, sources: Hand, tmp_path: Path) -> None:
    folder = tmp_path / "sources" / "van-ban"
    (folder / "2026").mkdir(parents=True)
    for n, name in enumerate(("a.html", "2026/b.html")):
        site.article("/x", TOPICS[n], *told_about(n))
        (folder / name).write_bytes(site.pages["/x"].body)
    (tmp_path / "secret.html").write_text("bí mật")
    (folder / "link.html").symlink_to(tmp_path / "secret.html")
    await sources.add("tm", "folder", config={"path": "van-ban", "include": r"\.html$"})
    assert await sources.run("tm") == {"found": 2, "new": 2, "created": 2}
    assert await sources.run("tm") == {"found": 2}
    site.article("/x", TOPICS[0], *told_about(0), "Sửa lần hai.")
    (folder / "a.html").write_bytes(site.pages["/x"].body)
    (folder / "2026" / "b.html").unlink()
    assert await sources.run("tm") == {"found": 1, "vanished": 1, "updated": 1}


def record(n: int, **more: Any) -> dict[str, Any]:
    lead, *body = told_about(n)
    content = {"title": TOPICS[n], "lead": lead, "body": "".join(f"<p>{each}</p>" for each in body)}
    return {"id": f"r-{n}", "content": content | more}


async def test_a_jsonl_file_resumes_after_its_position(site: Site, sources: Hand, tmp_path: Path) -> None:
    path = tmp_path / "sources" / "r.jsonl"
    path.parent.mkdir()
    lines = [json.dumps(record(n)) for n in range(6)]
    path.write_text("\n".join([*lines[:3], "{hỏng", json.dumps({"khong": "ten"}), *lines[3:]]))
    await sources.add("jl", "jsonl", config={"path": "r.jsonl"})
    assert await sources.run("jl") == {"found": 8, "created": 6, "quarantined": 2}
    assert await sources.run("jl") == {}, "the same file is not read again"
    path.write_text("\n".join([json.dumps(record(0, title="Tên mới")), *lines[1:5]]))
    assert await sources.run("jl") == {"found": 5, "updated": 1, "unchanged": 4, "vanished": 3}

    site.put("/r.jsonl.gz", gzip.compress("\n".join(lines).encode())[:-20])
    await sources.add("xa", "jsonl", config={"url": f"{site.url}/r.jsonl.gz"})
    report = await sources.run("xa")
    assert (report["found"], "vanished" in report) == (5, False), "what stands before the break is taken in"
    [(failures, error)] = await rows(sources.database, "SELECT failures, last_error FROM source WHERE code = 'xa'")
    assert (failures, error.partition(":")[0]) == (1, "broken_file")


async def alarms_of_sources(client: httpx.AsyncClient) -> dict[str, int]:
    """The alarms, without that of the worker, which these tests do without."""
    alarms: dict[str, int] = (await client.get("/health/ready")).json()["alarms"]
    return {name: count for name, count in alarms.items() if name != "workers_missing"}


async def test_a_source_that_cannot_be_read_is_reported_and_recovers(
    site: Site, sources: Hand, client: httpx.AsyncClient
) -> None:
    site.put("/rss", "<html>Trang đang bảo trì</html>")
    await sources.add("tin", "feed", schedule="1h", config={"url": f"{site.url}/rss"})
    for _ in range(5):
        assert await sources.run("tin") == {}
    asked = await rows(sources.database, "SELECT failures, last_error, next_at < now() + interval '1 hour' FROM source")
    assert asked == [(5, f"no_feed: {site.url}/rss is not an RSS or Atom feed.", True)]
    assert await alarms_of_sources(client) == {"sources_dead": 1}
    assert 'hub_alarm{alarm="sources_dead"} 1.0' in (await client.get("/metrics")).text

    site.feed("/rss", news(site, 0))
    assert await sources.run("tin") == {"found": 1, "new": 1, "created": 1}
    assert await alarms_of_sources(client) == {}
    # A source without a run for too long is dead as well, even when its last run succeeded.
    await sources.do("UPDATE source SET overdue_at = now() - interval '1 second'")
    assert await alarms_of_sources(client) == {"sources_dead": 1}


async def test_an_item_that_ends_the_process_is_quarantined_after_its_attempts_and_its_neighbours_are_imported(
    site: Site, sources: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.feed("/rss", news(site, 0, 1, 2))
    await sources.add("tin", "feed", config={"url": f"{site.url}/rss"})
    going = ItemProcessor._process_finding

    async def ends_the_process(self: ItemProcessor, item: Any) -> None:
        if item.url.endswith("/tin/0"):
            raise KeyboardInterrupt
        await going(self, item)

    monkeypatch.setattr(ItemProcessor, "_process_finding", ends_the_process)
    ended = 0
    for _ in range(MAX_ATTEMPTS + 2):
        try:
            await sources.run("tin")
        except KeyboardInterrupt:
            ended += 1
        await sources.do(ASK_NOW)

    assert ended == MAX_ATTEMPTS
    assert await sources.states("tin") == {
        "0": ("quarantined", None, "fatal_item"),
        "1": ("done", "created", None),
        "2": ("done", "created", None),
    }


async def test_a_record_of_garbled_text_waits_for_an_editor_although_its_source_is_trusted(
    sources: Hand, tmp_path: Path
) -> None:
    body = "<p>Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam</p>"
    record = {"id": "vni", "content": {"title": "Thoâng baùo veà vieäc troàng caây", "lead": "Huế", "body": body}}
    path = tmp_path / "sources" / "g.jsonl"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(record))
    await sources.add("gl", "jsonl", config={"path": "g.jsonl"})
    assert await sources.run("gl") == {"found": 1, "created": 1}
    assert await sources.states("gl") == {"vni": ("done", "created", "doubtful")}
    assert await rows(sources.database, PUBLIC) == [(0, 0)]
