"""A document that is gone (410) stays gone, whatever source delivers it again and in whatever words."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.content.commands import lock_documents, remove_document
from hub.db import Database
from hub.settings import Settings
from tests.support.dedup_samples import bulletin, plan, words
from tests.support.import_samples import codes, everything, imported, rows, told, write
from tests.support.local_site import local_site
from tests.support.servers import Publish
from tests.support.source_runs import TOPICS, for_site, hand, told_about

TEXT = words("đã xóa")
NUMBERED = "41/2026/KH-UBND"
"""The number in another spelling than that of `plan`."""


async def _erase(database: Database, document: UUID) -> None:
    async with database.write() as session:
        [found] = (await lock_documents(session, [document])).values()
        await remove_document(session, found)


def _record(name: str, content: dict[str, Any], kind: str = "policy", **more: Any) -> dict[str, Any]:
    return {"source_id": name, "kind": kind, "agency": "ubnd-hue", "content": content, **more}


AGAIN = {
    "words": _record("other-words", plan(words("lời khác"), number=NUMBERED, title="Tên khác hẳn")),
    "id": _record("own-id", plan(TEXT), id=str(uuid4())),
    "news": _record("news", bulletin(TEXT), "bulletin"),
}
NEW = [
    _record("next-year", plan(TEXT, dates=[{"role": "issued", "on": "2027-03-02", "source": "Văn bản gốc"}])),
    _record("issuer", plan(TEXT, issuers=[{"name": "Sở Y tế", "code": "so-y-te"}])),
    _record("kind", bulletin(words("tin khác"), title="Tin khác"), "bulletin"),
]


async def test_an_import_restores_no_document_that_is_gone(
    database: Database, tmp_path: Path, publish_edition: Publish
) -> None:
    for kind, content in (("policy", plan(TEXT)), ("bulletin", bulletin(TEXT))):
        await _erase(database, await publish_edition(kind, content))
    before = await everything(database)
    twin = _record("twin", plan(words("lời khác"), number=None, title="Tên khác hẳn"))
    summary = await imported(database, write(tmp_path / "a.jsonl", [*AGAIN.values(), twin]))
    assert codes(summary) == [(line, "document_gone") for line in (1, 2, 3, 4)]
    assert await everything(database) == before
    summary = await imported(database, write(tmp_path / "b.jsonl", NEW))
    assert (codes(summary), told(summary)) == ([], (3, 0, 0, 0, 3))


@pytest.mark.parametrize("record", AGAIN.values(), ids=AGAIN)
async def test_a_trusted_source_restores_no_document_that_is_gone(
    record: dict[str, Any], database: Database, settings: Settings, tmp_path: Path, publish_edition: Publish
) -> None:
    kind = record["kind"]
    erased = await publish_edition(kind, plan(TEXT) if kind == "policy" else bulletin(TEXT))
    await _erase(database, erased)
    before = await everything(database)
    (tmp_path / "sources").mkdir()
    write(tmp_path / "sources" / "r.jsonl", [{"id": "r", "content": record["content"]}])
    async with hand(database, for_site(settings)) as sources:
        await sources.add("jl", "jsonl", kind, agency="ubnd-hue", config={"path": "r.jsonl"})
        assert await sources.run("jl") == {"found": 1, "quarantined": 1}
        assert await sources.states("jl") == {"r": ("quarantined", None, "document_gone")}
    [(reason,)] = await rows(database, "SELECT reason FROM source_item")
    assert str(erased) in reason["detail"]
    assert await everything(database) == before


async def test_an_erased_page_is_not_restored_by_another_source(database: Database, settings: Settings) -> None:
    async with local_site() as site, hand(database, for_site(settings)) as sources:
        site.feed("/rss", [("/tin/0", TOPICS[0])])
        for code, paragraphs in (("tin", told_about(0)), ("khac", told_about(1))):
            site.article("/tin/0", TOPICS[0], *paragraphs)
            await sources.add(code, "feed", config={"url": f"{site.url}/rss"})
            report = await sources.run(code)
            if code == "tin":
                await _erase(database, (await rows(database, "SELECT id FROM document"))[0][0])
        assert report == {"found": 1, "new": 1, "quarantined": 1}
        assert (await sources.states("khac"))["0"] == ("quarantined", None, "document_gone")
        assert await sources.run("tin") == {"found": 1}, "its own source leaves the page alone for a while"
        await sources.do("UPDATE source_item SET checked_at = now() - interval '2 days'")
        assert await sources.run("tin") == {"found": 1, "quarantined": 1}
        assert (await sources.states("tin"))["0"] == ("quarantined", None, "document_gone")
