"""A batch is saved and published by the same few statements whatever its size, in the order of its records."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from hub.db import Database
from ingest.imports.runs import ImportUnderWay
from ingest.records import document_id
from tests.support.import_samples import codes, faults, imported, policy, rows, told, write


@contextmanager
def written_statements(database: Database) -> Iterator[list[str]]:
    """The statements of write transactions that the block sends."""
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(" ".join(statement.split())[:60])

    event.listen(database.writer.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.writer.sync_engine, "before_cursor_execute", note)


def related(name: str, target: UUID) -> dict[str, Any]:
    """A record that amends a document."""
    record = policy(name)
    record["content"]["relations"] = [{"type": "amends", "id": str(target)}]
    return record


async def test_a_record_may_name_one_before_it_and_not_one_after_it(database: Database, tmp_path: Path) -> None:
    first, second, third = (document_id(f"kế-hoạch-{n}") for n in ("a", "b", "c"))
    records = [related("kế-hoạch-a", second), policy("kế-hoạch-b"), related("kế-hoạch-c", second)]
    summary = await imported(database, write(tmp_path / "a.jsonl", records))
    assert told(summary) == (2, 0, 0, 1, 2)
    assert codes(summary) == [(1, "unknown_reference")]
    assert await rows(database, "SELECT document_id, target_id FROM published_relation") == [(third, second)]
    assert await rows(database, "SELECT count(*) FROM document WHERE id = :id", id=first) == [(0,)]
    assert await faults(database) == []


async def test_the_statements_of_a_batch_do_not_grow_with_its_records(database: Database, tmp_path: Path) -> None:
    await imported(database, write(tmp_path / "first.jsonl", [policy("chỉ-thị-0")]))
    counts = []
    for name, count in (("few", 3), ("many", 30)):
        path = write(tmp_path / f"{name}.jsonl", [policy(f"{name}-{n}") for n in range(count)])
        with written_statements(database) as sent:
            assert told(await imported(database, path)) == (count, 0, 0, 0, count)
        counts.append(len(sent))
    assert counts[0] == counts[1]


async def test_changed_records_of_a_batch_keep_their_numbers_and_order(database: Database, tmp_path: Path) -> None:
    names = [f"thông-báo-{n}" for n in range(6)]
    await imported(database, write(tmp_path / "a.jsonl", [policy(name) for name in names]))
    changed = [policy(name, title="Chăm sóc cây xanh") for name in reversed(names[2:])]
    assert told(await imported(database, write(tmp_path / "b.jsonl", changed))) == (0, 4, 0, 0, 4)
    found = await rows(database, "SELECT document_id, edition FROM log_entry WHERE seq > 6 ORDER BY seq")
    assert found == [(document_id(name), 2) for name in reversed(names[2:])]
    superseded = "SELECT count(*) FROM edition WHERE state = 'superseded' AND number = 1"
    assert await rows(database, superseded) == [(4,)]
    assert await rows(database, "SELECT count(*) FROM published_view WHERE seq_to IS NULL") == [(6,)]
    assert await faults(database) == []


def tasks_but_the_pulse() -> set[asyncio.Task[Any]]:
    """The tasks of the loop without that of the database's pulse, which outlasts a slow statement by a tick."""
    return {task for task in asyncio.all_tasks() if "DatabasePulse" not in repr(task)}


async def test_an_import_that_fails_leaves_no_reading_behind(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [policy(f"đề-án-{n}") for n in range(110)])
    before = tasks_but_the_pulse()
    results = await asyncio.gather(*(imported(database, path) for _ in range(3)), return_exceptions=True)
    assert {type(result) for result in results if isinstance(result, BaseException)} <= {ImportUnderWay}
    assert tasks_but_the_pulse() == before
    assert await rows(database, "SELECT count(*), max(seq) FROM log_entry") == [(110, 110)]


@pytest.mark.parametrize("name", ["vi", "en"])
async def test_two_languages_of_a_new_document_stand_in_one_batch(
    database: Database, tmp_path: Path, name: str
) -> None:
    order = ["vi", "en"] if name == "vi" else ["en", "vi"]
    records = [policy("chương-trình", lang=lang, title=f"Cây xanh ({lang})") for lang in order]
    assert told(await imported(database, write(tmp_path / "a.jsonl", records))) == (2, 0, 0, 0, 2)
    assert await rows(database, "SELECT lang, number FROM edition ORDER BY id") == [(lang, 1) for lang in order]
    assert await rows(database, "SELECT count(*) FROM document") == [(1,)]
