"""Leases of named work: one holder at a time, free when the holder ends, hangs or loses its connection."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest

from hub.connections import LEASES
from hub.db import Database
from hub.locks import registry
from hub.locks.leases import open_leases
from hub.locks.registry import LockClass, LockLost, hold_lock
from tests.support.waiting import eventually


async def test_work_is_leased_to_one_holder_at_a_time(database: Database) -> None:
    async with open_leases(database.url, "webhooks") as first, open_leases(database.url, "webhooks") as second:
        assert await first.try_acquire("a")
        assert await first.try_acquire("a")
        assert not await second.try_acquire("a")
        assert await second.try_acquire("b")
        await second.release("a")
        assert not await second.try_acquire("a")
        await first.release("a")
        assert await second.try_acquire("a")


async def test_the_same_name_in_another_queue_is_other_work(database: Database) -> None:
    async with open_leases(database.url, "webhooks") as first, open_leases(database.url, "websub") as second:
        assert await first.try_acquire("a")
        assert await second.try_acquire("a")


async def test_leases_end_with_the_connection_of_their_holder(database: Database) -> None:
    async with open_leases(database.url, "sources") as second:
        async with open_leases(database.url, "sources") as first:
            assert await first.try_acquire("a")
            admin = await asyncpg.connect(database.url)
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                " AND (classid::bigint << 32 | objid::bigint) = $1",
                first.holder,
            )
            await admin.close()
            await asyncio.wait_for(first.lost.wait(), 10)
            with pytest.raises(LockLost):
                first.check()
            with pytest.raises(LockLost):
                await first.try_acquire("b")
        assert await second.try_acquire("a")


async def test_leases_of_a_holder_that_hangs_are_free_after_a_while(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that stands still sends no heartbeat, and the server ends its session."""
    monkeypatch.setattr(registry, "LEASES", replace(LEASES, idle_session_seconds=1))
    monkeypatch.setattr(registry, "HEARTBEAT_SECONDS", 1_000.0)
    async with open_leases(database.url, "sources") as first:
        assert await first.try_acquire("a")
        monkeypatch.setattr(registry, "HEARTBEAT_SECONDS", 0.2)
        async with open_leases(database.url, "sources") as second:

            async def is_free() -> bool:
                return await second.try_acquire("a")

            await eventually(is_free, seconds=20)
            assert not second.lost.is_set()
        assert first.lost.is_set()


async def test_what_nobody_holds_any_more_is_removed(database: Database) -> None:
    admin = await asyncpg.connect(database.url)
    try:
        await admin.execute(
            "INSERT INTO lease (queue, key, holder) VALUES ('websub', 'old', 7), ('webhooks', 'old', 7)"
        )
        async with open_leases(database.url, "websub") as leases:
            await leases.try_acquire("new")
            found = await admin.fetch("SELECT queue, key FROM lease ORDER BY queue, key")
    finally:
        await admin.close()

    assert [tuple(row) for row in found] == [("webhooks", "old"), ("websub", "new")]


async def test_a_lock_that_is_held_elsewhere_is_waited_for_or_refused(database: Database) -> None:
    order: list[str] = []
    stop = asyncio.Event()

    async def wait_for_it() -> None:
        async with hold_lock(database.url, LockClass.search_index) as held:
            assert held is not None
            order.append("second")

    async with hold_lock(database.url, LockClass.search_index):
        waiting = asyncio.create_task(wait_for_it())
        async with hold_lock(database.url, LockClass.search_index, wait=False) as refused:
            assert refused is None
        stop.set()
        async with hold_lock(database.url, LockClass.search_index, stop=stop) as stopped:
            assert stopped is None
        async with hold_lock(database.url, LockClass.search_rebuild, wait=False) as other:
            assert other is not None
        order.append("first")
    await waiting

    assert order == ["first", "second"]


async def test_a_block_that_loses_its_lock_fails(database: Database) -> None:
    async def work() -> None:
        async with hold_lock(database.url, LockClass.search_index) as held:
            assert held is not None
            held.connection.terminate()
            await held.lost.wait()

    with pytest.raises(LockLost):
        await work()
