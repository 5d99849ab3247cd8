"""Files that pages link to: attached, or read in place of a page with little text."""

from hashlib import sha256

from ingest.sources.pipeline.attachments import MEDIA_TYPES
from tests.support.import_samples import rows
from tests.support.local_site import Site
from tests.support.printed_decisions import as_docx, as_pdf, as_scan
from tests.support.source_runs import TOPICS, Hand, told_about


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
