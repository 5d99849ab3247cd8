"""An entry that a follower cannot process is set aside, and the others pass; an outage is no entry's fault."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import text

from hub.db import Database
from hub.log import failures
from hub.log.entries import DocumentEntry
from hub.log.follow import LogFollower
from tests.support import contents
from tests.support.hub_process import run_hub
from tests.support.import_samples import rows
from tests.support.servers import Publish

ENTRIES = 9


class Recorder:
    """Work that fails for some positions, by `problem`."""

    def __init__(self, *bad: int, problem: type[Exception] = AssertionError):
        self.bad = set(bad)
        self.problem = problem
        self.done: list[int] = []

    async def __call__(self, entries: Sequence[DocumentEntry]) -> None:
        if bad := [entry.seq for entry in entries if entry.seq in self.bad]:
            raise self.problem(f"entry {bad[0]}\nwith its text")
        self.done += [entry.seq for entry in entries]


@pytest.fixture
async def log(publish_edition: Publish) -> None:
    for number in range(ENTRIES):
        await publish_edition("bulletin", contents.bulletin(title=f"Tin số {number}"))


async def set_aside(database: Database) -> list[tuple[str, int, int, bool]]:
    async with database.read() as connection:
        found = await failures.list_failures(connection)
    return [(each.follower, each.seq, each.attempts, each.parked_at is not None) for each in found]


async def make_due(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("UPDATE follower_failure SET next_at = now()"))


async def again(follower: LogFollower) -> None:
    follower._retry_at = 0
    await follower.step()


@pytest.mark.usefixtures("log")
async def test_a_failing_entry_is_isolated_told_in_one_line_and_its_neighbours_pass(database: Database) -> None:
    work = Recorder(3, 8)
    follower = LogFollower(database, "kiem-tra", work)
    assert await follower.step() == ENTRIES
    assert work.done == [1, 2, 4, 5, 6, 7, 9]
    assert await follower.position() == ENTRIES
    assert await set_aside(database) == [("kiem-tra", 3, 1, False), ("kiem-tra", 8, 1, False)]
    assert await rows(database, "SELECT DISTINCT problem FROM follower_failure WHERE seq = 3") == [
        ("AssertionError: entry 3",)
    ]
    assert await follower.step() == 0


@pytest.mark.usefixtures("log")
async def test_a_failed_entry_is_retried_later_each_time_and_parked_at_last(database: Database) -> None:
    work = Recorder(5)
    follower = LogFollower(database, "kiem-tra", work)
    await follower.step()
    pauses = []
    for attempts in range(2, failures.MAX_ATTEMPTS + 1):
        await again(follower)
        assert await set_aside(database) == [("kiem-tra", 5, attempts - 1, False)], "it is not due yet"
        await make_due(database)
        await again(follower)
        pauses += await rows(database, "SELECT next_at - now() FROM follower_failure")
    assert pauses == sorted(pauses)
    assert await set_aside(database) == [("kiem-tra", 5, failures.MAX_ATTEMPTS, True)]
    async with database.read() as connection:
        assert await failures.read_follower_alarms(connection) == {"follower_entries_parked": 1}
    await make_due(database)
    await again(follower)
    assert await set_aside(database) == [("kiem-tra", 5, failures.MAX_ATTEMPTS, True)]

    work.bad.clear()
    async with database.write() as session:
        assert await failures.requeue(session, "kiem-tra", 5) == 1
    await again(follower)
    assert await set_aside(database) == []
    assert work.done.count(5) == 1


@pytest.mark.usefixtures("log")
async def test_an_outage_is_counted_against_no_entry_and_moves_no_cursor(database: Database) -> None:
    work = Recorder(1, problem=ConnectionRefusedError)
    follower = LogFollower(database, "kiem-tra", work)
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            await follower.step()
    assert (await set_aside(database), await follower.position()) == ([], 0)
    work.bad.clear()
    assert await follower.step() == ENTRIES


@pytest.mark.usefixtures("log")
async def test_a_cause_that_fails_every_entry_pauses_the_follower_where_it_is(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.log.follow.MAX_FAILED_IN_A_ROW", 3)
    work = Recorder(*range(1, ENTRIES + 1))
    follower = LogFollower(database, "kiem-tra", work)
    with pytest.raises(AssertionError, match="entry 4"):
        await follower.step()
    assert await follower.position() == 3
    work.bad.clear()
    await follower.step()
    await make_due(database)
    await again(follower)
    assert sorted(work.done) == list(range(1, ENTRIES + 1))
    assert await set_aside(database) == []


@pytest.mark.usefixtures("log")
async def test_a_running_follower_tells_its_failures_and_recovers(database: Database) -> None:
    work = Recorder(*range(1, ENTRIES + 1), problem=ConnectionResetError)
    follower = LogFollower(database, "kiem-tra", work)
    stop = asyncio.Event()
    task = asyncio.create_task(follower.run(stop))
    try:
        async with asyncio.timeout(30):
            while follower.state.failures < 2:  # noqa: ASYNC110 - the task works on
                await asyncio.sleep(0.05)
            assert follower.state.problem == "ConnectionResetError: entry 1"
            work.bad.clear()
            while follower.state.failures:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await task
    assert work.done == list(range(1, ENTRIES + 1))


@pytest.mark.usefixtures("log")
async def test_an_operator_lists_failed_entries_and_has_them_tried_again(database: Database) -> None:
    nothing = await run_hub(database.url, "followers", "list")
    assert (nothing.code, nothing.out) == (0, "No entry has failed.\n")
    work = Recorder(3, 8)
    follower = LogFollower(database, "kiem-tra", work)
    await follower.step()

    listed = await run_hub(database.url, "followers", "list")
    assert listed.code == 0
    lines = [line.split(" next ") for line in listed.out.splitlines()]
    assert [line[0] for line in lines] == ["kiem-tra 3 attempts 1", "kiem-tra 8 attempts 1"]
    assert all(line[1].endswith("AssertionError: entry " + n) for line, n in zip(lines, "38", strict=True))

    async with database.write() as session:
        await session.execute(text("UPDATE follower_failure SET next_at = now() + interval '1 hour'"))
    other = await run_hub(database.url, "followers", "retry", "--follower", "khac")
    assert (other.code, other.out) == (0, "0 entries will be retried.\n")
    one = await run_hub(database.url, "followers", "retry", "--follower", "kiem-tra", "--seq", "8")
    assert (one.code, one.out) == (0, "1 entries will be retried.\n")
    work.bad = set()
    await again(follower)
    assert await set_aside(database) == [("kiem-tra", 3, 1, False)]
