"""Bad input is rejected with a reason and its line, and everything else is imported."""

import gzip
import json
from pathlib import Path

import pytest

from hub.db import Database
from ingest.imports import lines
from tests.support.contents import bulletin
from tests.support.import_samples import codes, imported, legal, policy, rows, set_aside, told, write


async def test_bad_records_are_rejected_and_the_rest_is_imported(database: Database, tmp_path: Path) -> None:
    nameless = {"kind": "policy", "content": {"summary": "Không ai biết là gì."}}
    unrelated = policy("unrelated")
    unrelated["content"]["relations"] = [{"type": "amends", "id": "5a0c6f0e-43a0-4b52-9f4e-3c5f1f5b9a01"}]
    unsafe = {"source_id": "unsafe", "kind": "bulletin", "content": bulletin(body="<script>1</script>")}
    records = [
        policy("a"),
        "{not json",
        b'{"source_id": "\xff\xfe"}',
        "",
        nameless,
        unrelated,
        unsafe,
        ["no", "object"],
        policy("z"),
    ]
    summary = await imported(database, write(tmp_path / "a.jsonl", records))
    assert told(summary) == (2, 0, 0, 6, 2)
    assert codes(summary) == [
        (2, "invalid_json"),
        (3, "broken_utf8"),
        (5, "invalid_input"),
        (6, "unknown_reference"),
        (7, "invalid_input"),
        (8, "invalid_input"),
    ]
    found = {line["line"]: line for line in set_aside(summary)}
    assert found[5]["reason"]["field"] == "content.title"
    assert found[5]["record"] == nameless
    assert found[6]["source_id"] == "unrelated"
    assert found[7]["reason"]["field"] == "content.body"
    assert all(set(line) == {"line", "source_id", "reason", "record"} for line in found.values())
    assert all(set(line["reason"]) == {"code", "field", "detail", "expected"} for line in found.values())
    assert await rows(database, "SELECT source_id FROM provenance ORDER BY 1") == [("a",), ("z",)]


async def test_a_failing_batch_is_loaded_record_by_record(database: Database, tmp_path: Path) -> None:
    """The database finds this fault only: its full-text vector has one megabyte at most."""
    monster = policy("monster")
    words = " ".join(f"từ{n:06d}" for n in range(120_000))
    monster["content"]["summary"] = words
    summary = await imported(database, write(tmp_path / "a.jsonl", [policy("a"), monster, policy("z")]))
    assert told(summary) == (2, 0, 0, 1, 2)
    assert codes(summary) == [(2, "internal_error")]
    assert summary.log_position == 2


async def test_a_line_that_is_too_long_is_rejected(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MAX_LINE", 5_000)
    long = policy("long")
    long["content"]["summary"] = "dài " * 5_000
    summary = await imported(database, write(tmp_path / "a.jsonl", [policy("a"), long, policy("z")]))
    assert told(summary) == (2, 0, 0, 1, 2)
    assert codes(summary) == [(2, "line_too_long")]
    assert len(set_aside(summary)[0]["record"]) <= 2_000


async def test_the_complete_lines_of_a_truncated_gzip_file_are_imported(database: Database, tmp_path: Path) -> None:
    records = [policy(f"p-{n}") for n in range(150)]
    whole = gzip.compress(b"".join(json.dumps(record).encode() + b"\n" for record in records), mtime=0)
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(whole[: len(whole) // 2])
    summary = await imported(database, path)
    assert summary.counts.created > 20
    assert summary.counts.rejected == 1
    assert codes(summary)[0][1] == "broken_file"
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0xFF
    path.write_bytes(bytes(damaged))
    assert codes(await imported(database, path))[-1][1] in ("broken_file", "broken_utf8", "invalid_json")


async def test_gzip_is_detected_by_its_first_bytes_not_its_name(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "plain-name.jsonl"
    path.write_bytes(gzip.compress(json.dumps(policy("a")).encode()))
    assert told(await imported(database, path)) == (1, 0, 0, 0, 1)


async def test_text_is_cleaned_on_the_way_in(database: Database, tmp_path: Path) -> None:
    record = policy("a", title="Quy\u200b định về Ðất đai")
    record["content"]["nodes"][0]["text"] = "\ufeffHo\u0301a\u00a0 \u0000Ðông"
    data = b"\xef\xbb\xbf" + json.dumps(record).encode()
    summary = await imported(database, write(tmp_path / "a.jsonl", [data]))
    assert told(summary) == (1, 0, 0, 0, 1)
    ((title, text),) = await rows(database, "SELECT content->>'title', content#>>'{nodes,0,text}' FROM edition")
    assert title == "Quy định về Đất đai"
    assert text == "Hóa  Đông"


async def test_an_empty_file_is_an_import_of_nothing(database: Database, tmp_path: Path) -> None:
    assert told(await imported(database, write(tmp_path / "a.jsonl", []))) == (0, 0, 0, 0, 0)


async def test_quarantine_files_of_two_runs_do_not_mix(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", ["{not json", policy("a")])
    first, second = await imported(database, path), await imported(database, path)
    assert first.files[0].quarantine != second.files[0].quarantine
    for summary in (first, second):
        path = Path(summary.files[0].quarantine or "")
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert codes(first) == codes(second) == [(1, "invalid_json")]


async def test_a_legal_record_without_a_date_waits_and_names_the_member(database: Database, tmp_path: Path) -> None:
    records = [legal(issued_date=""), legal("8/2024/TT-BYT", issued_date="2024-13-01"), legal("9/2024/TT-BYT")]
    summary = await imported(database, write(tmp_path / "a.jsonl", records))
    assert told(summary) == (3, 0, 0, 0, 1)
    assert [line for line in summary.lines() if "dates: " in line]
    waiting = "SELECT count(*) FROM edition WHERE state = 'drafting' AND content->'missing' = '[\"dates\"]'"
    assert await rows(database, waiting) == [(2,)]
