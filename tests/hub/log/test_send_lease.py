"""The right to send: who has it, and after which restores, copies and moves nothing is sent until it is released."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text, update

from hub.db import Database
from hub.embedded.private_files import FileIdentity, identify_file
from hub.log.call_count import count_call
from hub.log.epochs import Epoch, EpochChain
from hub.log.lease_file import FILE, SIZE, LeaseFile, read_lease_file, update_lease_file
from hub.log.send_lease import (
    LEASE,
    LeaseFacts,
    SendingRight,
    find_hold_reason,
    read_hold,
    read_lease_facts,
    release_sending,
)
from hub.settings import Settings
from tests.support import contents
from tests.support.forks import publish_policies, restored_copy
from tests.support.servers import Publish

ONE, OTHER, EPOCH = UUID(int=1), UUID(int=2), UUID(int=9)
PLACE = FileIdentity(7, 1_000)
CHAIN = EpochChain.build([Epoch(EPOCH, 1)], EPOCH)
WRITTEN = LeaseFile(ONE, EPOCH, 5, "aa" * 32, 3, PLACE, calls=12)
RIGHT = LeaseFacts(ONE, 5, 12, None, WRITTEN, PLACE, "aa" * 32, EPOCH, 8, "bb" * 32, CHAIN)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"instance": None, "file": None, "file_identity": None}, None),  # nothing was ever sent
        ({"seq": 3}, None),  # killed between file and database
        ({"file_identity": FileIdentity(7, 0)}, None),  # the file system does not tell
        ({"file": None, "file_identity": None}, "has no sending.json"),
        ({"instance": None, "seq": 0}, "never sent"),
        ({"instance": OTHER}, "another hub"),
        ({"file_identity": FileIdentity(8, 1_000)}, "is a copy"),
        ({"file_identity": FileIdentity(7, 2_000)}, "is a copy"),
        ({"file_hash": "cc" * 32}, "restored from an earlier copy"),
        ({"head_seq": 4, "file_hash": None}, "restored from an earlier copy"),
        ({"calls": 13}, None),  # counted, and the file not written yet
        ({"calls": 11}, "knows of 11: it was restored"),
        ({"seq": 4}, "one of them was restored"),
        ({"seq": 6}, "one of them was restored"),
    ],
)
def test_what_does_not_agree_is_held_and_says_how_to_release_it(changes: dict[str, object], reason: str | None) -> None:
    found = find_hold_reason(replace(RIGHT, **changes))  # type: ignore[arg-type]

    if reason is None:
        assert found is None
    else:
        assert found is not None
        assert reason in found
        assert "hub sending release" in found


def test_a_file_is_the_same_when_written_or_renamed_and_another_when_copied(tmp_path: Path) -> None:
    first = tmp_path / "first"
    first.write_text("1")
    known = identify_file(first)
    first.write_text("2")
    first.chmod(0o600)
    moved = first.rename(tmp_path / "moved")
    copied = Path(shutil.copy2(moved, tmp_path / "copied"))

    assert identify_file(moved).is_same(known)
    assert not identify_file(copied).is_same(known)


@asynccontextmanager
async def right_of(settings: Settings) -> AsyncIterator[SendingRight]:
    database = Database(settings)
    yield SendingRight(database, settings)
    await database.dispose()


async def may_send(settings: Settings) -> bool:
    """The answer of a worker that starts now."""
    async with right_of(settings) as right:
        return await right.is_open()


async def test_a_first_start_and_every_restart_may_send(
    settings: Settings, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    async with right_of(settings) as first, right_of(settings) as second:
        assert all(await asyncio.gather(first.is_open(), second.is_open()))
        await publish_edition("policy", contents.policy(title="Hai"))
        assert await second.covers(2)
        assert await first.covers(2)
        assert not await first.covers(3)
        path = settings.data / FILE
        kept = read_lease_file(path)
        assert kept is not None
        assert (kept.seq, path.stat().st_size, path.stat().st_mode & 0o777) == (2, SIZE, 0o600)
        await publish_edition("policy", contents.policy(title="Ba"))
        async with database.read() as connection:
            facts = await read_lease_facts(connection, path)
        # Killed after the file was written, before the database was.
        update_lease_file(path, replace(kept, seq=3, hash=facts.head_hash, database_seq=2))
    assert await may_send(settings)
    await publish_edition("policy", contents.policy(title="Bốn"))
    assert await may_send(settings)
    assert await may_send(settings.model_copy(update={"data": settings.data.rename(settings.data.parent / "đổi tên")}))
    async with database.read() as connection:
        assert await read_hold(connection) is None


async def test_a_database_restored_beside_its_data_folder_is_held_until_released(
    settings: Settings, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    assert await may_send(settings)
    async with restored_copy(database, settings) as restored:
        await publish_edition("policy", contents.policy(title="Đã gửi đi"))
        assert await may_send(settings)
        copy = Database(restored)
        for title in ("Bản khác", "Bản khác nữa"):  # behind at first, then forked
            assert not await may_send(restored)
            async with copy.read() as connection:
                held = await read_hold(connection)
            assert held is not None
            assert "position 2" in held
            assert "hub epoch begin" in held
            await publish_policies(copy, title)
        async with right_of(restored) as right:
            assert not await right.is_open()
            await release_sending(copy, restored)
            right._checked_at = 0.0
            assert await right.is_open()
            assert await right.covers(3)
        async with copy.read() as connection:
            assert await read_hold(connection) is None
        assert await may_send(restored)
        await copy.dispose()
    assert not await may_send(settings), "the right is that of the restored one now"


async def test_a_restore_is_noticed_by_a_call_although_nothing_was_published_after_the_dump(
    settings: Settings, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    async with right_of(settings) as right:
        assert await right.is_open()
        for number in (1, 2):
            async with database.write() as session:
                assert await count_call(session) == number
            assert await right.covers_call(number)
        assert not await right.covers_call(3), "nobody stated this intent"
        async with database.write() as session:
            await session.execute(update(LEASE).values(calls=1))  # as a dump that was taken after the first call
        assert not await right.covers_call(1)
        async with database.read() as connection:
            held = await read_hold(connection)
        assert held is not None
        assert "2 outside calls were made, and this database knows of 1" in held
        await release_sending(database, settings)
        assert await right.covers_call(1)


async def test_a_moved_database_a_copied_folder_and_a_damaged_file_are_held(
    settings: Settings, database: Database, publish_edition: Publish, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await publish_edition("policy", contents.policy())
    assert await may_send(settings)
    empty, copied = tmp_path_factory.mktemp("empty"), tmp_path_factory.mktemp("copied")
    shutil.copy2(settings.data / FILE, copied)
    for folder in (empty, copied):
        assert not await may_send(settings.model_copy(update={"data": folder}))
    assert await may_send(settings), "the original goes on"
    async with database.read() as connection:
        assert await read_hold(connection) is None
    (settings.data / FILE).write_text("{")
    assert not await may_send(settings)
    await release_sending(database, settings)
    assert await may_send(settings)


async def test_a_database_put_back_under_a_running_worker_is_noticed(
    settings: Settings, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    async with right_of(settings) as right:
        assert await right.is_open()
        async with database.write() as session:
            await session.execute(text("ALTER TABLE log_entry DISABLE TRIGGER ALL"))
            await session.execute(text("UPDATE log_entry SET hash = repeat('0', 64)"))
            await session.execute(text("UPDATE log_head SET hash = repeat('0', 64)"))
        right._checked_at = 0.0
        assert not await right.is_open()
        assert not await right.covers(1)
        async with database.write() as session:
            await session.execute(update(LEASE).values(instance=OTHER))
