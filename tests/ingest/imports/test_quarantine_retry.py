"""What an import set aside is read again by the rules of today, and stays where it is until its cause is gone."""

from pathlib import Path
from typing import Any

from hub.db import Database
from hub.settings import Settings
from ingest.imports.quarantine_retry import FileRetry
from ingest.retry_report import RetryReport
from tests.support.import_samples import everything, imported, policy, rows, set_aside, told, write


async def retried(database: Database, tmp_path: Path, code: str | None = None) -> RetryReport:
    retry = FileRetry(database, Settings(data=tmp_path / "data"))
    await retry.run(code=code)
    return retry.report


def with_relation(name: str) -> dict[str, Any]:
    """A record that names a document by its id, which has to be there first."""
    record = policy(name)
    relation = {"type": "amends", "id": "5a0c6f0e-43a0-4b52-9f4e-3c5f1f5b9a01"}
    return record | {"content": record["content"] | {"relations": [relation]}}


async def test_a_record_stays_set_aside_until_its_cause_is_gone(database: Database, tmp_path: Path) -> None:
    twice = policy("a", title="Khác hẳn")
    path = write(tmp_path / "a.jsonl", [policy("a"), "{not json", with_relation("b"), twice])
    summary = await imported(database, path)
    assert (told(summary), [each["line"] for each in set_aside(summary)]) == ((1, 0, 0, 3, 1), [2, 3, 4])
    file = summary.files[0].quarantine
    assert file is not None
    before = await everything(database)
    report = await retried(database, tmp_path)
    assert (report.taken.total(), sorted(report.still)) == (
        0, ["duplicate_source_id", "invalid_json", "unknown_reference"]
    )  # fmt: skip
    assert await everything(database) == before
    assert [each["line"] for each in set_aside(summary)] == [2, 3, 4]

    first = policy("c", id="5a0c6f0e-43a0-4b52-9f4e-3c5f1f5b9a01")
    await imported(database, write(tmp_path / "b.jsonl", [first]))
    report = await retried(database, tmp_path, code="unknown_reference")
    assert (dict(report.taken), report.still.total()) == ({"created": 1}, 0)
    assert [each["line"] for each in set_aside(summary)] == [2, 4]
    assert await rows(
        database, "SELECT state FROM edition JOIN provenance USING (document_id) WHERE source_id = 'b'"
    ) == [("published",)]

    before = await everything(database)
    assert (await retried(database, tmp_path)).taken.total() == 0
    assert await everything(database) == before
    assert not (tmp_path / "data" / "quarantine-retry").exists()


async def test_an_older_form_never_replaces_what_was_delivered_since(database: Database, tmp_path: Path) -> None:
    summary = await imported(database, write(tmp_path / "a.jsonl", [with_relation("b")]))
    assert told(summary) == (0, 0, 0, 1, 0)
    await imported(database, write(tmp_path / "b.jsonl", [policy("b", title="Bản đã sửa")]))
    await imported(database, write(tmp_path / "c.jsonl", [policy("c", id="5a0c6f0e-43a0-4b52-9f4e-3c5f1f5b9a01")]))
    before = await everything(database)
    report = await retried(database, tmp_path)
    assert (report.taken.total(), report.superseded, report.still.total()) == (0, 1, 0)
    assert await everything(database) == before
    assert summary.files[0].quarantine is not None
    assert not summary.files[0].quarantine.exists()
