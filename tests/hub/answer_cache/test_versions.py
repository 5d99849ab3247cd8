"""Whatever kept answers read has a version: a position of the log, or a counter that the database keeps."""

import re
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest
from sqlalchemy import event

from hub.answer_cache.classes import KEPT
from hub.app import create_app
from hub.connections import plain_url
from hub.content.models import PublishedView
from hub.db import Database, table
from hub.public_state.look import VersionLook
from hub.settings import Settings
from tests.support import contents
from tests.support.asgi import running
from tests.support.consultations import window
from tests.support.servers import Publish

COUNTED = {
    "agency": "registry_entries",
    "agency_successor": "registry_entries",
    "topic": "registry_entries",
    "place": "registry_entries",
    "place_successor": "registry_entries",
    "spokesperson": "registry_entries",
    "stored_file": "files",
    "file_size": "files",
    "published_view": "views",
    "consultation": "consultations",
    "consultation_document": "consultations",
    "consultation_draft": "consultations",
    "published_citation": "citations",
    "citable": "citations",
    "persisted_query": "queries",
}
"""Tables whose triggers count a version."""
LOGGED = {
    "log_entry": "the log itself",
    "log_head": "the log itself",
    "log_epoch": "an epoch is a version by itself",
    "published_relation": "written with the view of a document, in the transaction that logs it",
    "search_word": "synonyms, which a search is kept too shortly for",
    "follower": "positions of indexes are read with every version",
    "live_count": "changed by the triggers of views that open and close",
}
"""Tables that change only in transactions that append to the log."""
CLOSING = {"id", "seq_to", "body", "words", "next_due"}
"""Columns of a view that its closing sets, or that no kept answer shows."""


async def test_every_table_that_a_kept_answer_reads_has_a_version(
    settings: Settings, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = await publish_edition("policy", contents.policy())
    await publish_edition("draft", contents.draft(consultation=window(-2, 9)))
    ids = {kind: await publish_edition(kind, contents.MADE[kind]()) for kind in contents.MADE}
    asked, execute = list[str](), asyncpg.Connection._do_execute

    async def note(self: Any, query: str, *args: Any, **options: Any) -> Any:
        asked.append(query)
        return await execute(self, query, *args, **options)

    app = create_app(settings.model_copy(update={"answer_cache_mb": 64}))
    async with running(app) as client:
        for engine in (app.state.hub.database.reader, app.state.hub.database.writer, app.state.hub.database.searcher):
            event.listen(engine.sync_engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        monkeypatch.setattr(asyncpg.Connection, "_do_execute", note)
        for path in sorted({route.path for route in KEPT}):
            plural = path.split("/")[3] if path.startswith("/api/v1/") else ""
            kind = {"policies": "policy", "drafts": "draft", "bulletins": "bulletin", "statements": "statement"}
            id_ = ids.get(kind.get(plural, "policy"), policy)
            target = path.replace("{id}", str(id_)).replace("{name}.{form}", "all.atom")
            target = target.replace("{name}-{number}", "policies-1")
            if path == "/graphql":
                query = f'{{ item(id: "{policy}") {{ id }} cites(id: "{policy}") {{ edges {{ node {{ text }} }} }} }}'
                await client.post(path, json={"query": query})
                continue
            target += "?from=1&to=1" if path.endswith("/diff") else ""
            target += "?q=moi+truong" if path.endswith(("/search", "/suggest")) else ""
            options = "?agency=ubnd-hue&topic=moi-truong" if path.count("/") == 3 and plural in kind else ""
            answer = await client.get(target + options)
            assert answer.status_code in (200, 404), (target, answer.text)
    asked = [each for each in asked if "rate_bucket" not in each]
    names = set(await _tables(settings))
    read = {word for text in asked for word in re.findall(r"\b(?:FROM|JOIN|,)\s+\(*\"?(\w+)\"?", text) if word in names}

    assert {"published_view", "agency", "consultation", "published_citation"} <= read
    assert read - COUNTED.keys() - LOGGED.keys() - {"public_version"} == set(), "give it a version"


async def _tables(settings: Settings) -> Sequence[str]:
    connection = await asyncpg.connect(plain_url(settings.require_database_url()))
    try:
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return [row[0] for row in rows]
    finally:
        await connection.close()


async def test_each_counter_has_its_triggers(settings: Settings) -> None:
    connection = await asyncpg.connect(plain_url(settings.require_database_url()))
    try:
        rows = await connection.fetch(
            "SELECT tgrelid::regclass::text, encode(tgargs, 'escape'), tgdeferrable AND tginitdeferred, "
            "(SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = tgrelid AND attnum = ANY (tgattr)) "
            "FROM pg_trigger WHERE tgfoid = 'hub_count_version'::regproc"
        )
    finally:
        await connection.close()

    assert {row[0]: row[1].removesuffix("\\000") for row in rows} == COUNTED
    assert all(row[2] for row in rows), "a counter must be the last lock of a transaction"
    [watched] = [set(row[3]) for row in rows if row[0] == "published_view"]
    assert {column.name for column in table(PublishedView).c} - watched == CLOSING


CHANGES = {
    "UPDATE agency SET name = name WHERE code = 'ubnd-hue'": "registry_entries",
    "UPDATE topic SET name = name WHERE code = 'moi-truong'": "registry_entries",
    "UPDATE published_view SET card = card": "views",
    "UPDATE published_view SET closes_at = closes_at": "views",
    "UPDATE consultation SET closes_at = closes_at": "consultations",
    "DELETE FROM consultation_document": "consultations",
    "UPDATE published_view SET next_due = next_due": None,
    "UPDATE consultation SET comment_changes = comment_changes + 1": None,
}


async def test_a_change_counts_once_for_its_transaction_and_only_when_it_commits(
    settings: Settings, database: Database, publish_edition: Publish
) -> None:
    for _ in range(3):
        await publish_edition("draft", contents.draft(consultation=window(-2, 9)))
    look = VersionLook(database)
    connection = await asyncpg.connect(plain_url(settings.require_database_url()))
    try:
        for statement, counter in CHANGES.items():
            before = await look.read()
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute(statement)
            await connection.execute(statement)
            assert await look.read() == before, statement
            await transaction.commit()
            changed = {
                name: getattr(await look.read(), name) - getattr(before, name)
                for name in before._fields
                if getattr(await look.read(), name) != getattr(before, name)
            }
            assert changed == ({} if counter is None else {counter: 1}), statement
    finally:
        await connection.close()
        await look.close()


async def test_a_publication_moves_the_log_and_no_counter_but_those_of_a_new_consultation(
    database: Database, publish_edition: Publish
) -> None:
    look = VersionLook(database)
    document = await publish_edition("policy", contents.policy())
    before = await look.read()

    await publish_edition("policy", contents.policy(title="Kế hoạch đã sửa"), document_id=document)

    after = await look.read()
    assert after == before._replace(seq=after.seq)
    assert after.seq > before.seq
    assert look.touches is not None
    assert {touch.document_id for touch in look.touches.after(before.seq) or ()} == {document}
    await look.close()
