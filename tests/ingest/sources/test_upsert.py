"""Deliveries become editions: published or for review, never over an editor's work, once for two sources."""

import json
from pathlib import Path
from typing import Any

import httpx

from tests.support.editors import Editor, key
from tests.support.import_samples import rows
from tests.support.local_site import Site
from tests.support.source_runs import PUBLIC, TOPICS, Hand, news, told_about


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


async def test_a_record_of_garbled_text_waits_for_an_editor_although_its_source_is_trusted(
    sources: Hand, tmp_path: Path
) -> None:
    body = "<p>Cộng hòa xã hội chuû nghóa Vieät Nam</p>"
    record = {
        "id": "vni",
        "content": {"title": "Kế hoạch trång c©y xanh cña thµnh phè Huế", "lead": "Huế", "body": body},
    }
    path = tmp_path / "sources" / "g.jsonl"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(record))
    await sources.add("gl", "jsonl", config={"path": "g.jsonl"})
    assert await sources.run("gl") == {"found": 1, "created": 1}
    assert await sources.states("gl") == {"vni": ("done", "created", "doubtful")}
    assert await rows(sources.database, PUBLIC) == [(0, 0)]
