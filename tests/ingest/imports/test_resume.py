"""An interrupted import resumes at its position: nothing is lost or imported twice."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from pathlib import Path

import asyncpg
import pytest

from hub.content.commands import publish_editions
from hub.db import Database
from hub.embedded.process import reset_signals
from ingest.imports.runs import ImportUnderWay
from tests.support.import_samples import codes, faults, imported, policy, rows, told, write
from tests.support.waiting import eventually

SCRIPT = Path(__file__).with_name("import_script.py")
ROOT = SCRIPT.parents[3]
RECORDS = 300
BROKEN = range(0, RECORDS, 25)


def _file(folder: Path) -> Path:
    records = [("{not json" if n in BROKEN else policy(f"p-{n}")) for n in range(RECORDS)]
    return write(folder / "many.jsonl", records)


async def _start(database: Database, path: Path) -> Process:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    data = str(path.parent / "data")
    return await create_subprocess_exec(
        sys.executable,
        str(SCRIPT),
        database.url,
        str(path),
        data,
        env=environment,
        cwd=ROOT,
        stderr=PIPE,
        preexec_fn=reset_signals,
    )


async def _position(database: Database) -> int:
    found = await rows(database, "SELECT position FROM import_run ORDER BY id DESC LIMIT 1")
    return int(found[0][0]) if found else 0


async def _until(database: Database, position: int, process: Process) -> None:
    async with asyncio.timeout(60):
        while await _position(database) < position:
            assert process.returncode is None, "the import ended too soon for this test"
            await asyncio.sleep(0.01)


async def _is_whole(database: Database) -> None:
    good = RECORDS - len(BROKEN)
    assert await rows(database, "SELECT count(*), count(DISTINCT document_id) FROM provenance") == [(good, good)]
    assert await rows(database, "SELECT count(*), count(DISTINCT document_id), max(seq) FROM log_entry") == [
        (good, good, good)
    ]
    assert await rows(database, "SELECT count(*), max(number) FROM edition WHERE state = 'published'") == [(good, 1)]
    assert await rows(database, "SELECT count(*) FROM published_view WHERE seq_to IS NULL") == [(good,)]
    assert await faults(database) == []


async def test_a_killed_import_resumes_at_its_position(database: Database, tmp_path: Path) -> None:
    path = _file(tmp_path)
    reached = 0
    for target in (50, 150):
        process = await _start(database, path)
        await _until(database, target, process)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        assert reached < await _position(database) < RECORDS
        reached = await _position(database)
    summary = await imported(database, path)
    assert summary.files[0].resumed_at == reached
    assert told(summary) == (RECORDS - len(BROKEN), 0, 0, len(BROKEN), RECORDS - len(BROKEN))
    assert codes(summary) == [(n + 1, "invalid_json") for n in BROKEN]
    assert await rows(database, "SELECT count(*) FROM import_run WHERE finished_at IS NOT NULL") == [(1,)]
    await _is_whole(database)
    assert told(await imported(database, path)) == (0, 0, RECORDS - len(BROKEN), len(BROKEN), 0)


@pytest.mark.full
async def test_ctrl_c_ends_cleanly_with_a_hint_how_to_resume(database: Database, tmp_path: Path) -> None:
    path = _file(tmp_path)

    async def waits() -> bool:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return await rows(database, waiting) == [(1,)]

    # The hub's own sessions may not rest in a transaction for as long as a process takes to start on a busy machine.
    holder = await asyncpg.connect(database.url)
    try:
        async with holder.transaction():
            # The first batch waits here for the head of the log, so the signal comes before the import's end.
            await holder.execute("SELECT seq FROM log_head FOR UPDATE")
            process = await _start(database, path)
            await eventually(waits)
            process.send_signal(signal.SIGINT)
    finally:
        await holder.close()
    _, said = await process.communicate()
    position = await _position(database)
    assert f"many.jsonl is imported up to line {position}; run the same command to continue." in said.decode()
    assert position < RECORDS
    await imported(database, path)
    await _is_whole(database)


async def test_a_repeated_source_id_is_detected_after_a_resume(database: Database, tmp_path: Path) -> None:
    records = [policy(f"p-{n}") for n in range(60)]
    path = write(tmp_path / "a.jsonl", [*records, policy("p-3", title="Khác")])
    await imported(database, path)
    async with database.write() as session:
        from sqlalchemy import text

        await session.execute(text("UPDATE import_run SET position = 60, finished_at = NULL, rejected = 0"))
    summary = await imported(database, path)
    assert summary.files[0].resumed_at == 60
    assert codes(summary) == [(61, "duplicate_source_id")]


async def test_two_imports_of_one_file_do_not_mix(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [policy(f"p-{n}") for n in range(110)])
    results = await asyncio.gather(*(imported(database, path) for _ in range(2)), return_exceptions=True)
    assert any(not isinstance(result, BaseException) for result in results)
    for result in results:
        if isinstance(result, BaseException):
            assert isinstance(result, ImportUnderWay)
    assert await rows(database, "SELECT count(*), max(seq) FROM log_entry") == [(110, 110)]


async def test_two_files_with_the_same_records_at_once(database: Database, tmp_path: Path) -> None:
    records = [policy(f"p-{n}") for n in range(70)]
    files = [write(tmp_path / "a.jsonl", records), write(tmp_path / "b.jsonl", [*records, policy("more")])]
    one, other = await asyncio.gather(*(imported(database, path) for path in files))
    assert one.counts.rejected == other.counts.rejected == 0
    assert one.counts.created + other.counts.created == 71
    assert await rows(database, "SELECT count(*), max(seq) FROM log_entry") == [(71, 71)]


async def test_a_lost_database_connection_rejects_no_records(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.jsonl", [policy(f"p-{n}") for n in range(120)])
    calls = []

    async def failing(*args: object, **more: object) -> int:
        calls.append(1)
        if len(calls) == 2:
            raise ConnectionResetError("the server went away")
        return await publish_editions(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("ingest.imports.load.publish_editions", failing)
    with pytest.raises(ConnectionResetError):
        await imported(database, path)
    assert await _position(database) == 50
    assert told(await imported(database, path)) == (120, 0, 0, 0, 120)
