"""What sources of each type list: sitemaps, list pages, folders and files of records; what they no longer list."""

import gzip
import json
from pathlib import Path
from typing import Any

from tests.support.import_samples import rows
from tests.support.local_site import Site
from tests.support.source_runs import PUBLIC, TOPICS, Hand, news, told_about


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
