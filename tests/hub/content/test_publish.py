"""Publishing: one transaction, all or nothing, and nothing is public before it commits."""

import asyncio
import json
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from hub.content.commands import create_document, publish, save_edition
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.errors import TransitionConflict, UnknownReference
from hub.ops.verify import verify
from tests.support import contents
from tests.support.servers import Publish


async def counted(database: Database) -> tuple[int, int, int]:
    """Editions, views, and the log's head."""
    async with database.read() as connection:
        rows = await connection.execute(
            text("SELECT (SELECT count(*) FROM edition), (SELECT count(*) FROM published_view), seq FROM log_head")
        )
        return tuple(rows.one())


async def test_an_edition_that_was_not_approved_cannot_be_published_and_nothing_changes(database: Database) -> None:
    async with database.write() as session:
        document = await create_document(session, document_id=uuid4(), kind="policy", owner="ubnd-hue")
        edition = await save_edition(session, document, lang="vi", content=contents.policy(), by="test")
    before = await counted(database)

    assert edition.id is not None
    with pytest.raises(TransitionConflict):
        async with database.write() as session:
            await publish(session, [edition.id], verb=Verb.publish)

    assert await counted(database) == before == (1, 0, 0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"topics": ["khong-co"]}, "topics"),
        ({"places": ["99999"]}, "places"),
        ({"issuers": [{"name": "X", "code": "khong-co"}]}, "agency"),
    ],
)
async def test_a_code_that_is_not_in_the_registry_is_refused(
    database: Database, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(UnknownReference) as refusal:
        async with database.write() as session:
            document = await create_document(session, document_id=uuid4(), kind="policy", owner="ubnd-hue")
            await save_edition(session, document, lang="vi", content=contents.policy(**changes), by="test")

    assert refusal.value.field == field
    assert await counted(database) == (0, 0, 0)


async def test_a_failed_transaction_releases_its_log_positions(database: Database, publish_edition: Publish) -> None:
    await publish_edition("policy", contents.policy())
    working = await publish_edition("draft", contents.draft(), published=False)

    class Failure(Exception):
        pass

    with pytest.raises(Failure):
        async with database.write() as session:
            found = await session.execute(text("SELECT id FROM edition WHERE document_id = :id"), {"id": working})
            await publish(session, [found.scalar_one()], verb=Verb.publish_trusted)
            raise Failure

    await publish_edition("bulletin", contents.bulletin())
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT array_agg(seq ORDER BY seq) FROM log_entry"))).scalar_one() == [
            1,
            2,
        ]


async def test_a_second_edition_closes_the_first_view_and_keeps_the_time_of_first_publication(
    database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("policy", contents.policy())
    await publish_edition("policy", contents.policy(title="Kế hoạch đã sửa"), document_id=document)

    async with database.read() as connection:
        rows = (
            await connection.execute(
                text('SELECT seq_from, seq_to, body, "full", sha256 FROM published_view ORDER BY id')
            )
        ).all()
    first, second = (json.loads(row.full) for row in rows)
    assert [(row.seq_from, row.seq_to) for row in rows] == [(1, 2), (2, None)]
    assert rows[0].body is None
    assert (first["edition"], second["edition"]) == (1, 2)
    assert first["published_at"] == second["published_at"] < second["modified_at"]
    assert [sha256(row.full).hexdigest() for row in rows] == [row.sha256 for row in rows]


async def test_a_published_edition_and_the_log_cannot_be_changed_even_by_hand(
    database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())

    for attempt in (
        "UPDATE edition SET content = '{\"title\": 1}'",
        "DELETE FROM log_entry",
        "UPDATE log_entry SET edition = 7",
    ):
        with pytest.raises(Exception, match="may not be changed"):
            async with database.write() as session:
                await session.execute(text(attempt))


async def test_names_in_a_view_are_those_of_the_items_own_date(database: Database, publish_edition: Publish) -> None:
    old = contents.policy(dates=[{"role": "issued", "on": "2025-03-04", "source": "x"}], places=["19753"])
    new = contents.policy(dates=[{"role": "issued", "on": "2025-08-09", "source": "x"}], places=["19753"])
    await publish_edition("policy", old)
    await publish_edition("policy", new)

    async with database.read() as connection:
        cards = (await connection.execute(text("SELECT card FROM published_view ORDER BY id"))).scalars()
        names = [json.loads(card)["places"][0]["name"] for card in cards]
    assert names == ["Phường Thuận Lộc", "Phường Phú Xuân"]


async def race(database: Database, publish_edition: Publish, publishes: int) -> None:
    made = list(contents.QUIET.items())
    await asyncio.gather(
        *(
            publish_edition(kind, content(title=f"Mục thứ {n}"))
            for n in range(publishes)
            for kind, content in [made[n % 4]]
        )
    )

    async with database.read() as connection:
        seqs = (await connection.execute(text("SELECT array_agg(seq ORDER BY seq) FROM log_entry"))).scalar_one()
        assert seqs == list(range(1, publishes + 1))
        assert [fault async for _, found in verify(connection) for fault in found] == []
        in_order = await connection.execute(
            text(
                "SELECT count(*) FROM published_view v JOIN log_entry l"
                " ON l.seq = v.seq_from AND l.view_sha256 = v.sha256"
            )
        )
        assert in_order.scalar_one() == publishes


async def test_forty_concurrent_publishes_leave_no_gap(database: Database, publish_edition: Publish) -> None:
    await race(database, publish_edition, 40)


@pytest.mark.full
async def test_two_hundred_concurrent_publishes_leave_no_gap(
    database: Database, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How long the last of them waits for a connection is a matter of the machine.
    monkeypatch.setattr(database.writer.pool, "_timeout", 120.0)
    await race(database, publish_edition, 200)
