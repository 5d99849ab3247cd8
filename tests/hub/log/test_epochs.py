"""Epochs and forks of the log: who is told to start again, and who is not disturbed."""

import asyncio
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from hub.app import create_app
from hub.db import Database
from hub.exports.storage import read_servable_files, refresh_exports
from hub.files.store import FileStore
from hub.log.chain import start_hash
from hub.log.epochs import Epoch, EpochChain, begin_epoch
from hub.ops.verify import verify
from hub.settings import Settings
from tests.support import contents
from tests.support.asgi import running
from tests.support.forks import publish_policies, restored_copy
from tests.support.served import serving_here
from tests.support.servers import Publish

DOC = Path(__file__).resolve().parents[3] / "docs" / "log.md"
ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)
CHAIN = EpochChain.build([Epoch(THREE, 6, TWO, "cc" * 32), Epoch(ONE, 1), Epoch(TWO, 4, ONE, "bb" * 32)], THREE)


def test_the_chain_leads_from_the_current_epoch_back_to_the_first() -> None:
    assert [epoch.id for epoch in CHAIN.epochs] == [ONE, TWO, THREE]
    assert [CHAIN.epoch_of(seq).id for seq in (0, 1, 3, 4, 5, 6, 9)] == [ONE, ONE, ONE, TWO, TWO, THREE, THREE]
    assert EpochChain.build([Epoch(ONE, 1), Epoch(TWO, 4, ONE)], THREE).epochs == (Epoch(THREE, 1),)


@pytest.mark.parametrize(
    ("seq", "epoch", "hash_start", "entry_hash", "known"),
    [
        (3, ONE, None, "ab", True),
        (4, ONE, None, "ab", False),  # the epoch ended before
        (5, TWO, None, "ab", True),
        (2, TWO, None, "ab", True),  # a reader that names the epoch that it saw last
        (7, THREE, None, "ab", True),
        (8, THREE, None, None, False),  # beyond the head
        (3, UUID(int=9), "ab", "ab", False),
        (3, ONE, "ab", "abcd", True),
        (3, ONE, "ac", "abcd", False),
        (0, ONE, start_hash(ONE)[:16], None, True),
        (0, ONE, "00", None, False),
        (5, THREE, start_hash(THREE, "cc" * 32)[:16], "abcd", True),  # a head before the first entry
        (5, THREE, "ab", "abcd", True),
        (5, TWO, start_hash(THREE, "cc" * 32)[:16], "abcd", False),
    ],
)
def test_a_position_is_known_where_its_epoch_reaches_and_its_hash_agrees(
    seq: int, epoch: UUID, hash_start: str | None, entry_hash: str | None, known: bool
) -> None:
    assert CHAIN.is_known(seq, epoch, hash_start, entry_hash, 7) is known


async def faults(database: Database) -> list[tuple[int, str]]:
    async with database.read() as connection:
        return [(fault.seq, fault.problem) async for _, found in verify(connection) for fault in found]


async def begin(database: Database, reason: str = "restored from a backup") -> None:
    async with database.write() as session:
        await begin_epoch(session, reason)


async def test_the_log_is_verified_through_its_epochs(database: Database, publish_edition: Publish) -> None:
    await begin(database, "before the first entry")
    await publish_edition("policy", contents.policy())
    await begin(database)
    await begin(database, "twice")
    assert await faults(database) == []
    await publish_edition("policy", contents.policy(title="Sau đó"))
    assert await faults(database) == []
    async with database.write() as session:
        await session.execute(text("ALTER TABLE log_epoch DISABLE TRIGGER ALL"))
        await session.execute(text("UPDATE log_epoch SET previous_hash = repeat('0', 64) WHERE reason = 'twice'"))
    assert [seq for seq, _ in await faults(database)] == [2, 2]


async def test_the_recipe_of_the_documents_follows_the_epochs(
    settings: Settings, database: Database, publish_edition: Publish
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - it is our own page
    await publish_edition("policy", contents.policy())
    await begin(database)
    await publish_edition("bulletin", contents.bulletin())
    await begin(database)
    async with serving_here(settings) as hub:
        assert await asyncio.to_thread(names["check"], hub.url) == 2
        async with database.write() as session:
            await session.execute(text("ALTER TABLE log_entry DISABLE TRIGGER ALL"))
            await session.execute(text("UPDATE log_entry SET edition = 9 WHERE seq = 2"))
        with pytest.raises(AssertionError, match="entry 2 was changed"):
            await asyncio.to_thread(names["check"], hub.url)


async def test_an_epoch_disturbs_nobody_who_knows_only_what_the_log_has(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    before = (await client.get("/api/v1/changes")).json()
    await begin(database)
    at_start = (await client.get("/api/v1/changes", params={"after": before["next"]})).json()
    assert (at_start["items"], at_start["next"]) == ([], before["next"])
    assert at_start["epoch"] != before["epoch"]
    await publish_edition("bulletin", contents.bulletin())

    for known in (before["next"], f"{before['epoch']}:1", f"{at_start['epoch']}:1", "1"):
        answer = await client.get("/api/v1/changes", params={"after": known})
        assert ("deprecation" in answer.headers) == (known != before["next"])
        page = answer.json()
        assert [item["seq"] for item in page["items"]] == [2], known
        assert page["items"][0]["position"].split(":")[:2] == [page["epoch"], "2"]
    listed = (await client.get("/api/v1/log/epochs")).json()["items"]
    assert [(epoch["first_seq"], epoch["reason"]) for epoch in listed] == [
        (1, "the first epoch"),
        (2, "restored from a backup"),
    ]
    refused = await client.get("/api/v1/changes", params={"after": f"{before['epoch']}:2"})
    assert (refused.status_code, refused.json()["code"], refused.json()["epoch"]) == (409, "resync", page["epoch"])


async def test_a_fork_answers_resync_by_itself_in_every_tongue(
    settings: Settings, database: Database, publish_edition: Publish
) -> None:
    for n in range(2):
        await publish_edition("policy", contents.policy(title=f"Còn lại {n}"))
    async with running(create_app(settings)) as client:
        kept = (await client.get("/api/v1/changes")).json()["next"]
    async with restored_copy(database, settings) as restored:
        for n in range(3):
            await publish_edition("policy", contents.policy(title=f"Mất đi {n}"))
        async with running(create_app(settings)) as client:
            lost = [item["position"] for item in (await client.get("/api/v1/changes?after=2")).json()["items"]]
            feed = (await client.get("/feeds/policies.json?limit=2")).json()
            older = (await client.get(feed["next_url"])).json()
        forked = Database(restored)
        await publish_policies(forked, *(f"Bản khác {n}" for n in range(4)))
        async with running(create_app(restored)) as client:
            page = (await client.get("/api/v1/changes", params={"after": kept})).json()
            assert [item["seq"] for item in page["items"]] == [3, 4, 5, 6]
            for position in lost:
                answer = await client.get("/api/v1/changes", params={"after": position})
                assert (answer.status_code, answer.json()["code"]) == (409, "resync")
                query = {"query": f'{{ changes(after: "{position}") {{ head }} }}'}
                said = (await client.post("/graphql", json=query)).json()
                assert said["errors"][0]["extensions"]["code"] == "resync"
            answer = await client.get(feed["next_url"])
            assert (answer.status_code, answer.json()["code"]) == (409, "resync")
            assert older["items"]
        await forked.dispose()


async def test_exports_of_a_lost_part_are_made_anew_and_those_of_the_log_stay(
    settings: Settings, database: Database, publish_edition: Publish
) -> None:
    store = FileStore(settings)
    await publish_edition("policy", contents.policy())
    await refresh_exports(database, store, settings)
    await begin(database)
    async with database.read() as connection:
        assert await read_servable_files(connection)
    await refresh_exports(database, store, settings)
    await publish_edition("policy", contents.policy(title="Sau đó"))
    async with database.read() as connection:
        assert await read_servable_files(connection)
    async with database.write() as session:
        await session.execute(text("UPDATE made_file SET seq = 2, hash = repeat('0', 64)"))
    async with database.read() as connection:
        assert await read_servable_files(connection) == {}
    made = await refresh_exports(database, store, settings)
    async with database.read() as connection:
        found = await read_servable_files(connection)
    assert {file.seq for file in found.values()} == {made.seq}
