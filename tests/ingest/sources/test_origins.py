"""What was harvested keeps its own date and address, and the file that was read; older deliveries stay as they are."""

from hashlib import sha256
from typing import Any

import pytest

from tests.support.import_samples import rows
from tests.support.local_site import Site
from tests.support.printed_decisions import as_pdf
from tests.support.source_runs import TOPICS, Hand, told_about

CONTENT = (
    "SELECT content, i.external_id FROM edition e JOIN source_item i USING (document_id) WHERE e.state = 'published'"
)


async def contents_of(sources: Hand) -> dict[str, dict[str, Any]]:
    return {name.rsplit("/", 1)[-1]: content for content, name in await rows(sources.database, CONTENT)}


async def test_a_harvested_bulletin_has_its_day_its_address_and_its_files(site: Site, sources: Hand) -> None:
    pdf = as_pdf("702/KH-UBND", "trồng cây", "Trồng cây xanh")
    site.put("/tep/mau.pdf", pdf, media_type="application/pdf")
    site.article("/tin/0", TOPICS[0], *told_about(0), links='<a href="/tep/mau.pdf">Mẫu đơn</a>')
    site.feed("/rss", [("/tin/0", TOPICS[0]), ("/tep/mau.pdf", TOPICS[1])])
    await sources.add("tin", "feed", config={"url": f"{site.url}/rss", "recheck_hours": 0})
    assert (await sources.run("tin"))["created"] == 2

    found = await contents_of(sources)
    file = {"media_type": "application/pdf", "url": f"{site.url}/tep/mau.pdf", "size": len(pdf)}
    file |= {"name": "mau.pdf", "sha256": sha256(pdf).hexdigest()}
    assert found["0"]["origin"] == {"name": "Nguồn tin", "url": f"{site.url}/tin/0", "posted_on": "2026-03-02"}
    assert found["0"]["attachments"] == [file]
    assert found["mau.pdf"]["origin"]["file"] == file
    assert await rows(sources.database, "SELECT DISTINCT issued_on::text FROM published_view") == [("2026-03-02",)]


async def test_what_was_delivered_before_there_were_origins_is_unchanged(
    site: Site, sources: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.article("/tin/0", TOPICS[0], *told_about(0))
    site.feed("/rss", [("/tin/0", TOPICS[0])])
    await sources.add("tin", "feed", config={"url": f"{site.url}/rss", "recheck_hours": 0})
    with monkeypatch.context() as earlier:
        earlier.setattr("ingest.sources.pipeline.extract.with_origin", lambda result, *_: result)
        assert (await sources.run("tin"))["created"] == 1

    site.pages["/tin/0"].body += b"<!-- 12:30 -->"
    assert (await sources.run("tin"))["unchanged"] == 1
    site.article("/tin/0", TOPICS[0], *told_about(0), "Bổ sung: người dân gọi đường dây nóng khi cần.")
    assert (await sources.run("tin"))["updated"] == 1
    assert (await contents_of(sources))["0"]["origin"]["posted_on"] == "2026-03-02"
