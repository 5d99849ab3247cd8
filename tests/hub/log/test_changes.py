"""The change feed and the verification of the log."""

from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from hub.db import Database
from hub.log.chain import entry_hash, start_hash
from hub.ops.verify import verify
from tests.support import contents
from tests.support.servers import Publish


async def faults(database: Database) -> list[tuple[int, str]]:
    async with database.read() as connection:
        return [(fault.seq, fault.problem) async for _, found in verify(connection) for fault in found]


@pytest.mark.parametrize(
    ("damage", "seq"),
    [
        ("UPDATE log_entry SET edition = 9 WHERE seq = 2", 2),
        ("UPDATE published_view SET \"full\" = \"full\" || decode('20', 'hex') WHERE seq_from = 3", 3),
        ("DELETE FROM published_view WHERE seq_from = 1", 1),
        ("DELETE FROM log_entry WHERE seq = 2", 3),
        ("UPDATE log_head SET hash = repeat('0', 64)", 3),
        ("UPDATE log_head SET seq = 2, hash = (SELECT hash FROM log_entry WHERE seq = 2)", 3),
        (
            "INSERT INTO log_entry (seq, event, at, kind, document_id, lang, edition, view_sha256, hash) SELECT"
            " seq + 1, event, at, kind, document_id, lang, edition, view_sha256, hash FROM log_entry WHERE seq = 3",
            4,
        ),
    ],
)
async def test_damage_behind_the_hubs_back_is_found(
    database: Database, publish_edition: Publish, damage: str, seq: int
) -> None:
    for n in range(3):
        await publish_edition("policy", contents.policy(title=f"Kế hoạch {n}"))
    assert await faults(database) == []
    async with database.write() as session:
        await session.execute(text("ALTER TABLE log_entry DISABLE TRIGGER ALL"))
        await session.execute(text(damage))

    assert seq in [found for found, _ in await faults(database)]


async def test_a_position_of_another_log_gets_resync(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    await publish_edition("policy", contents.policy())

    for query in ("after=2", f"after=0&epoch={uuid4()}"):
        answer = await client.get(f"/api/v1/changes?{query}")
        assert (answer.status_code, answer.json()["code"], answer.json()["head"]) == (409, "resync", 1)


async def test_changes_come_in_order_and_their_hashes_can_be_recomputed(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    ids = [await publish_edition(kind, made()) for kind, made in contents.QUIET.items()]
    empty = (await client.get("/api/v1/changes?after=4")).json()
    first = (await client.get("/api/v1/changes?after=0&limit=3")).json()
    rest = (await client.get("/api/v1/changes?after=3")).json()

    assert (empty["items"], empty["head"]) == ([], 4)
    items = first["items"] + rest["items"]
    assert [item["seq"] for item in items] == [1, 2, 3, 4]
    assert [item["id"] for item in items] == [str(document) for document in ids]
    assert [item["kind"] for item in items] == list(contents.QUIET)
    before = start_hash(UUID(first["epoch"]))
    for item in items:
        members = {name: value for name, value in item.items() if name not in ("path", "hash", "position")}
        before = entry_hash(before, members)
        assert item["hash"] == before
        assert item["at"].endswith("+07:00")
        assert (await client.get(item["path"])).status_code == 200
