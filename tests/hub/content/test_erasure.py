"""Erasing: every table that holds a document's text has an eraser, and removing a document runs all of them."""

import subprocess
import sys
from uuid import uuid4

import pytest
from sqlalchemy import LargeBinary, String, select
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlmodel import SQLModel

import hub.tables  # noqa: F401 - importing a model registers its table
import schema.persisted.models  # noqa: F401 - importing a model registers its table
from hub.content.commands import lock_documents, remove_document
from hub.content.models import Document, Edition
from hub.db import Database, table
from hub.rooms import ERASERS
from ingest.sources.models import Source, SourceItem
from tests.support import contents
from tests.support.servers import Publish

ERASED_OTHERWISE = {
    "due_failure": "deleted by erase_text, in the same transaction",
    "published_relation": "deleted with the open view, in the same transaction",
    "search_passage": "deleted with the open view, in the same transaction",
    "published_file": "deleted with the open view, in the same transaction",
    "stored_file": "deleted with its bytes by the follower of hub/files/sweeper.py, which cannot roll back a store",
    "kept_original": "deleted with its bytes by the follower of hub/files/sweeper.py, which cannot roll back a store",
}
NO_TEXT = {
    "log_entry": "positions, hashes, codes and changes of the registry: the public proof that stays",
    "agency": "names of the registry, former ones among them",
    "topic": "names of the registry, former ones among them",
    "audit_entry": "who did what and the reason an editor gave, private; never a text of the document",
    "channel_copy": "ids and tokens of the other side, by which a copy is taken away",
    "comment_file": "the name of an author's file, sealed; never a draft",
    "comment_key": "sealed keys",
    "comment_quota": "counts under keyed hashes of networks",
    "quota_key": "sealed keys",
    "spent_challenge": "hashes of challenges",
    "mail_address": "sealed addresses of subscribers",
    "mail_notice": "sealed addresses",
    "mail_request": "a sealed address and a filter, until it is handled",
    "mail_subscription": "a filter",
    "zalo_account": "what Zalo says of the account: package, quotas",
    "zalo_token": "sealed tokens",
    "press_inquiry": "a question of an outlet, erased by a verb of its own; of a document the id only",
    "source": "how a source is asked, not what it said",
    "source_run": "counts",
    "webhook_endpoint": "a partner's filter and sealed secrets",
    "websub_intent": "sealed secrets of a subscriber",
    "websub_subscription": "sealed secrets of a subscriber",
}


def may_hold_text(name: str) -> bool:
    columns = SQLModel.metadata.tables[name].columns
    wide = any(isinstance(column.type, JSONB | LargeBinary | TSVECTOR) for column in columns)
    return wide or ("document_id" in columns and any(isinstance(column.type, String) for column in columns))


def test_every_table_that_may_hold_a_documents_text_has_an_eraser_or_a_reason() -> None:
    erased = frozenset().union(*(eraser.tables for eraser in ERASERS))
    tables = {name for name in SQLModel.metadata.tables if may_hold_text(name)}

    assert tables - erased - ERASED_OTHERWISE.keys() - NO_TEXT.keys() == set(), "register an Eraser for these"
    assert (ERASED_OTHERWISE.keys() | NO_TEXT.keys()) - SQLModel.metadata.tables.keys() == set()
    assert erased & (ERASED_OTHERWISE.keys() | NO_TEXT.keys()) == set()


def test_no_two_rooms_erase_the_same_table() -> None:
    named = [name for eraser in ERASERS for name in sorted(eraser.tables)]

    assert len(named) == len(set(named))
    assert set(named) <= SQLModel.metadata.tables.keys()


@pytest.mark.server
def test_removing_without_registered_erasers_is_refused() -> None:
    code = (
        "import asyncio; from hub.content.eraser_registry import erase_documents; "
        "asyncio.run(erase_documents(None, []))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert "RuntimeError: No erasers are registered" in ended.stderr


async def test_the_claims_of_a_source_about_a_removed_document_are_erased_and_its_delivery_stays_known(
    database: Database, publish_edition: Publish
) -> None:
    removed = await publish_edition("bulletin", contents.bulletin(title="Bản tin gỡ bỏ"))
    other = await publish_edition("bulletin", contents.bulletin(title="Bản tin ở lại"))
    hints = {
        "title": "Tên cũ",
        "summary": "Lời cũ",
        "lead": "Lời dẫn",
        "page": "https://so.example.vn/rss",
        "changed": "2026-11-01",
    }
    async with database.write() as session:
        session.add(
            Source(
                code="rss", name="Tin sở", type="feed", kind="bulletin", agency="ubnd-hue", lang="vi", trust="review",
                config={}, mapping={}, made_by="test",
            )
        )  # fmt: skip
        await session.flush()
        for document, name in ((removed, "a1"), (other, "b2")):
            session.add(
                SourceItem(source="rss", external_id=name, hints=hints, record={"title": name}, document_id=document)
            )
    async with database.write() as session:
        await remove_document(session, (await lock_documents(session, [removed]))[removed])

    item = table(SourceItem)
    async with database.read() as connection:
        rows = {row.external_id: row for row in await connection.execute(select(item))}
        content = await connection.scalar(
            select(table(Edition).c.content).where(table(Edition).c.document_id == removed)
        )
        state = await connection.scalar(select(table(Document).c.state).where(table(Document).c.id == removed))
    assert (rows["a1"].hints, rows["a1"].record) == (
        {"page": "https://so.example.vn/rss", "changed": "2026-11-01"},
        None,
    )
    assert rows["a1"].document_id == removed
    assert (rows["b2"].hints, rows["b2"].record) == (hints, {"title": "b2"})
    assert (content, state) == ({}, "gone")


@pytest.mark.parametrize("eraser", ERASERS, ids=lambda eraser: eraser.room)
async def test_an_eraser_does_nothing_for_an_unknown_document(eraser, database: Database) -> None:
    async with database.write() as session:
        await eraser.erase(session, [uuid4()])
