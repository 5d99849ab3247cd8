"""Old entries of the audit trail and old runs are deleted; what is still needed stays."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from hub.db import Database
from hub.errors import SetupProblem
from hub.manage.cleanup import IdempotencyCleanup
from hub.settings import load_settings
from ingest.run_cleanup import RunCleanup
from tests.support import contents
from tests.support.import_samples import rows
from tests.support.servers import Publish
from tests.support.source_runs import for_site, hand


async def do(database: Database, statement: str, **values: Any) -> None:
    async with database.write() as session:
        await session.execute(text(statement), values)


async def test_audit_entries_are_kept_for_years_and_for_documents_that_are_worked_on(
    database: Database, publish_edition: Publish
) -> None:
    public = await publish_edition("bulletin", contents.bulletin())
    worked_on = await publish_edition("bulletin", contents.bulletin(title="Bản thảo"), published=False)

    async def add(days: int, document: UUID | None) -> None:
        await do(
            database,
            "INSERT INTO audit_entry (at, actor, label, agency, verb, document_id, details)"
            " VALUES (now() - make_interval(days => :days), 'key:a', :label, 'ubnd-hue', 'save', :document, '{}')",
            days=days, label=f"{days}", document=document,
        )  # fmt: skip

    for days, document in ((399, public), (401, public), (402, None), (403, worked_on)):
        await add(days, document)
    await IdempotencyCleanup(database, 400).run_once()

    assert await rows(database, "SELECT label FROM audit_entry ORDER BY label") == [("399",), ("403",)]


async def test_runs_are_kept_for_months_and_the_last_one_of_a_source_for_ever(
    database: Database, settings: Any
) -> None:
    async with hand(database, for_site(settings)) as sources:
        for code in ("mot", "hai"):
            await sources.add(code, "push")
    add = (
        "INSERT INTO source_run (source, found, position, counts, started_at, finished_at)"
        " VALUES (:source, true, :position, '{}', now(), now() - make_interval(days => :days))"
    )
    for source, position, days in (("mot", 1, 40), ("mot", 2, 29), ("hai", 3, 40), ("hai", 4, 35)):
        await do(database, add, source=source, position=position, days=days)
    await do(
        database,
        "INSERT INTO import_run (file_sha256, file_name, format, publish, agency, position, created, changed,"
        " unchanged, rejected, published, finished_at)"
        " SELECT '', name, 'jsonl', false, 'x', 0, 0, 0, 0, 0, 0, at FROM (VALUES"
        " ('old', now() - interval '40 days'), ('new', now()), ('open', NULL)) found (name, at)",
    )

    await RunCleanup(database, 30).run_once()

    assert await rows(database, "SELECT position FROM source_run ORDER BY position") == [(2,), (4,)]
    assert await rows(database, "SELECT file_name FROM import_run ORDER BY file_name") == [("new",), ("open",)]


@pytest.mark.parametrize("keys", ["short", f"{'x' * 32},short", "x" * 31])
def test_a_short_secrets_key_is_noticed_at_the_start(keys: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_SECRETS_KEY", keys)

    with pytest.raises(SetupProblem, match="at least 32 random characters") as refused:
        load_settings()
    assert keys not in refused.value.detail
