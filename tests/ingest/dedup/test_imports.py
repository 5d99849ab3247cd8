"""Deduplication of imported files and editors' documents: one document with all its provenances."""

from pathlib import Path
from typing import Any

from hub.db import Database
from tests.support.dedup_samples import plan, words
from tests.support.import_samples import codes, everything, imported, rows, told, write
from tests.support.servers import Publish

TEXT = words("cầu")


def record(name: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"source_id": name, "kind": "policy", "agency": "ubnd-hue", "content": content, **more}


async def test_two_files_with_one_document_make_one_and_the_second_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    late = [{"role": "issued", "on": "2026-03-09", "source": "Báo"}]
    first = [record("a-1", plan(TEXT)), record("a-2", plan(words("khác"), number="7/KH-UBND"))]
    second = [
        record("b-1", plan(TEXT, number="41/2026/KH-UBND", dates=late), agency="so-y-te"),
        record("b-2", plan(TEXT, number=None)),
        record("b-3", plan(TEXT, number="8/KH-UBND", title="Cầu đường")),
    ]
    assert told(await imported(database, write(tmp_path / "a.jsonl", first))) == (2, 0, 0, 0, 2)
    public = await rows(database, "SELECT document_id, seq_from, sha256 FROM published_view ORDER BY 2")
    summary = await imported(database, write(tmp_path / "b.jsonl", second))
    assert told(summary) == (1, 0, 0, 0, 1)
    assert summary.counts.joined == 2
    assert "2 joined" in summary.lines()[0]
    assert (await rows(database, "SELECT document_id, seq_from, sha256 FROM published_view ORDER BY 2"))[:2] == public
    of_plan = "SELECT source_id, leads FROM provenance WHERE document_id = :id ORDER BY source_id"
    assert await rows(database, of_plan, id=public[0][0]) == [("a-1", True), ("b-1", False), ("b-2", False)]
    conflicts = "SELECT source_id, conflicts->0->>'field' FROM provenance WHERE conflicts IS NOT NULL"
    assert await rows(database, conflicts) == [("b-1", "issued")]

    before = await everything(database)
    assert told(await imported(database, write(tmp_path / "b.jsonl", second))) == (0, 0, 3, 0, 0)
    assert await everything(database) == before
    changed = [record("b-1", plan(TEXT, title="Tên mới của nguồn sau"))]
    assert (await imported(database, write(tmp_path / "c.jsonl", changed))).counts.joined == 1
    assert await rows(database, "SELECT count(*) FROM edition") == [(3,)]
    changed = [record("a-1", plan(TEXT, title="Tên mới của nguồn đầu"))]
    assert told(await imported(database, write(tmp_path / "d.jsonl", changed))) == (0, 1, 0, 0, 1)


async def test_duplicates_within_one_file_are_one_document(database: Database, tmp_path: Path) -> None:
    records = [record("a", plan(TEXT)), record("b", plan(TEXT, number=None)), record("c", plan(words("khác")))]
    summary = await imported(database, write(tmp_path / "a.jsonl", records))
    assert (told(summary), summary.counts.joined) == ((1, 0, 0, 0, 1), 2)
    assert await rows(database, "SELECT count(*) FROM document") == [(1,)]


async def test_an_editors_document_is_joined_and_stays_unchanged(
    database: Database, tmp_path: Path, publish_edition: Publish
) -> None:
    by_hand = await publish_edition("policy", plan(TEXT), published=False)
    summary = await imported(database, write(tmp_path / "a.jsonl", [record("x", plan(f"{TEXT} Hết.", signer=None))]))
    assert (told(summary), summary.counts.joined) == ((0, 0, 0, 0, 0), 1)
    assert await rows(database, "SELECT document_id, leads FROM provenance") == [(by_hand, False)]
    assert await rows(database, "SELECT state, written_by FROM edition") == [("drafting", "test")]


async def test_a_record_with_a_document_id_is_not_deduplicated(database: Database, tmp_path: Path) -> None:
    given = "0b9d7a52-6a0e-4d4a-8d0f-2f4a7f0f3c11"
    records = [record("a", plan(TEXT)), record("b", plan(TEXT), id=given)]
    summary = await imported(database, write(tmp_path / "a.jsonl", records))
    assert (told(summary), codes(summary)) == ((2, 0, 0, 0, 2), [])
