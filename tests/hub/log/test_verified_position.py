"""The verified position: `hub verify-log` goes on where the last run ended, and forgets nothing that it must not."""

import pytest
from sqlalchemy import text

from hub.db import Database
from hub.log.epochs import begin_epoch
from hub.ops.verify import VerifiedPosition, read_verified_position, save_verified_position, verify
from tests.support import contents
from tests.support.servers import Publish


async def read_position(database: Database) -> VerifiedPosition | None:
    async with database.read() as connection:
        return await read_verified_position(connection)


async def run(database: Database, *, from_start: bool = False) -> tuple[list[int], list[str]]:
    """The positions that a run reaches and the faults that it finds; without a fault it keeps the last position."""
    after = None if from_start else await read_position(database)
    reached, faults = list[int](), list[str]()
    async with database.read() as connection:
        async for seq, found in verify(connection, after=after):
            reached.append(seq)
            faults += [f"{fault.seq}: {fault.problem}" for fault in found]
    if not faults:
        async with database.write() as session:
            await save_verified_position(session, reached[-1] if reached else after.seq if after else 0)
    return reached, faults


async def damage(database: Database, statement: str) -> None:
    async with database.write() as session:
        await session.execute(text("ALTER TABLE log_entry DISABLE TRIGGER ALL"))
        await session.execute(text("ALTER TABLE log_epoch DISABLE TRIGGER ALL"))
        await session.execute(text(statement))


async def test_a_run_goes_on_from_the_verified_position(database: Database, publish_edition: Publish) -> None:
    assert await run(database) == ([], [])
    for n in range(3):
        await publish_edition("policy", contents.policy(title=f"Kế hoạch {n}"))
    assert await run(database) == ([3], [])
    assert await run(database) == ([], [])
    await publish_edition("bulletin", contents.bulletin())
    async with database.write() as session:
        await begin_epoch(session, "restored")
    await publish_edition("statement", contents.statement())
    assert await run(database) == ([5], [])
    assert await run(database, from_start=True) == ([5], [])


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE log_entry SET edition = 9 WHERE seq = 4", "4: the chain of hashes is broken"),
        ("UPDATE log_entry SET hash = repeat('0', 64) WHERE seq = 4", "4: the chain of hashes is broken"),
        ("DELETE FROM published_view WHERE seq_from = 4", "4: the published view of this entry is missing"),
        # The verified entry itself was changed: everything counts anew.
        ("UPDATE log_entry SET hash = repeat('0', 64) WHERE seq = 2", "2: the chain of hashes is broken"),
        ("UPDATE log_epoch SET previous_hash = repeat('0', 64)", "3: epoch"),
    ],
)
async def test_damage_after_the_verified_position_is_found_and_the_position_stays(
    database: Database, publish_edition: Publish, change: str, found: str
) -> None:
    for n in range(2):
        await publish_edition("policy", contents.policy(title=f"Kế hoạch {n}"))
    assert await run(database) == ([2], [])
    async with database.write() as session:
        await begin_epoch(session, "restored")
    for n in range(2, 4):
        await publish_edition("policy", contents.policy(title=f"Kế hoạch {n}"))
    await damage(database, change)
    for _ in range(2):
        _, faults = await run(database)
        assert any(fault.startswith(found) for fault in faults), faults


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE log_entry SET edition = 9 WHERE seq = 1", "1: the chain of hashes is broken"),
        (
            'UPDATE published_view SET "full" = "full" || \'\\x20\' WHERE seq_from = 1',
            "1: the view's bytes were changed",
        ),
    ],
)
async def test_damage_before_the_verified_position_is_found_from_the_start(
    database: Database, publish_edition: Publish, change: str, found: str
) -> None:
    for n in range(2):
        await publish_edition("policy", contents.policy(title=f"Kế hoạch {n}"))
    await run(database)
    await damage(database, change)
    assert await run(database) == ([], [])
    _, faults = await run(database, from_start=True)
    assert found in faults


async def test_a_position_of_a_part_that_a_restore_lost_counts_for_nothing(
    database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    await publish_edition("bulletin", contents.bulletin())
    await run(database)
    await damage(database, "UPDATE log_head SET seq = 1, hash = (SELECT hash FROM log_entry WHERE seq = 1)")
    await damage(database, "DELETE FROM log_entry WHERE seq = 2")
    assert await read_position(database) is None
    await publish_edition("statement", contents.statement())
    assert await read_position(database) is None
    assert await run(database) == ([2], [])
