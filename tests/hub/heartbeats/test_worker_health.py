"""A worker that lives but does not work is seen from outside the process, whatever it does."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from sqlalchemy import text

from hub.db import Database
from hub.heartbeats import queries
from hub.heartbeats.chore import Chore
from hub.heartbeats.loop import LoopState, keep_running
from hub.heartbeats.queries import LoopHealth, WorkerHealth, read_worker_health
from hub.heartbeats.writer import PROCESS_PATIENCE, HeartbeatWriter, worker_host
from hub.jobs.periodic import PeriodicJob
from tests.support.hub_process import run_hub

DEAD = 2**22 + 1
"""Number that no process has."""


async def health(database: Database) -> WorkerHealth:
    async with database.read() as connection:
        return await read_worker_health(connection)


async def age(database: Database, seconds: float, where: str = "true") -> None:
    async with database.write() as session:
        await session.execute(
            text(f"UPDATE heartbeat SET turned_at = turned_at - interval '{seconds} s' WHERE {where}")
        )


@asynccontextmanager
async def running_loop(loop: PeriodicJob) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(keep_running(loop, stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def test_every_loop_has_an_age_by_the_clock_of_the_database(database: Database) -> None:
    clock, sources = LoopState("clock", 10), LoopState("sources-sender")
    clock.turned -= 7
    await HeartbeatWriter(database, [clock, sources]).write()
    found = await health(database)
    ages = found.ages()
    assert set(ages) == {"worker", "clock", "sources-sender"}
    assert 7 <= ages["clock"] < 10
    assert 0 <= ages["sources-sender"] < 3
    assert (found.silent, found.standing, found.failing, found.problems()) == ([], [], [], [])


async def test_a_frozen_process_is_silent_and_its_loops_stand_still(
    client: httpx.AsyncClient, database: Database
) -> None:
    await HeartbeatWriter(database, [LoopState("clock", 10)]).write()
    assert (await client.get("/health/ready")).json()["alarms"] == {}
    await age(database, PROCESS_PATIENCE + 1)
    answer = (await client.get("/health/ready")).json()
    assert answer["status"] == "degraded"
    assert answer["alarms"] == {"workers_silent": 1, "worker_loops_standing": 2}
    shown = (await client.get("/metrics")).text
    assert 'hub_alarm{alarm="workers_silent"} 1.0' in shown
    assert float(shown.partition('hub_loop_age_seconds{loop="clock"} ')[2].partition("\n")[0]) > PROCESS_PATIENCE


async def test_a_loop_that_stands_still_in_a_living_process_is_named(database: Database) -> None:
    stuck = LoopState("search", 60)
    stuck.turned -= 61
    await HeartbeatWriter(database, [stuck, LoopState("clock")]).write()
    found = await health(database)
    assert [each.loop for each in found.standing] == ["search"]
    assert found.alarms() == {"workers_silent": 0, "worker_loops_standing": 1, "worker_loops_failing": 0}
    assert found.problems()[0].startswith("search: no round for 6")
    assert found.of_host(worker_host()) == found
    assert found.of_host("another").loops == ()


def test_what_another_process_does_does_not_stand_still() -> None:
    frozen, alive = "a:1", "b:2"

    def beat(worker: str, loop: str, seconds: float) -> LoopHealth:
        return LoopHealth(worker, loop, seconds, 30, 0, None, 0)

    loops = (beat(frozen, "worker", 99), beat(frozen, "clock", 99), beat(alive, "worker", 1), beat(alive, "clock", 1))
    found = WorkerHealth(loops)
    assert (found.silent, found.standing) == ([frozen], [])
    assert [each.worker for each in WorkerHealth(loops[:2]).standing] == [frozen, frozen]
    hidden = WorkerHealth(
        (beat(alive, "worker", 1), beat(alive, "search", 99), beat("c:3", "worker", 1), beat("c:3", "search", 1))
    )
    assert [each.worker for each in hidden.standing] == [alive], "a stand-by does not hide a loop that hangs"


async def test_a_process_that_ended_is_forgotten_by_the_next_one_and_a_stopped_one_is_not(database: Database) -> None:
    ended, stopped = HeartbeatWriter(database, []), HeartbeatWriter(database, [])
    ended.worker, stopped.worker = f"{worker_host()}:{DEAD}", f"{worker_host()}:1"
    await ended.write()
    await stopped.write()
    writer = HeartbeatWriter(database, [])
    await writer.write()
    assert {each.worker for each in (await health(database)).loops} == {writer.worker, stopped.worker}
    await age(database, 601, f"worker = '{stopped.worker}'")
    writer._writes = 0
    await writer.write()
    assert {each.worker for each in (await health(database)).loops} == {writer.worker}


async def test_failures_in_a_row_are_told_and_need_a_person_after_some_time(database: Database) -> None:
    state = LoopState("press")
    pauses = [state.fail(ValueError("một dòng\nhai")) for _ in range(6)]
    assert pauses == [1, 2, 4, 8, 15, 15]
    writer = HeartbeatWriter(database, [state])
    await writer.write()
    assert (await health(database)).failing == []
    state.failing = time.monotonic() - queries.FAILING_SECONDS - 1
    await writer.write()
    [failing] = (await health(database)).failing
    assert (failing.loop, failing.failures, failing.problem) == ("press", 6, "ValueError: một dòng")
    state.succeed()
    await writer.write()
    assert (await health(database)).failing == []


async def test_a_worker_that_never_ran_is_missed_after_some_minutes(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "_STARTED", time.monotonic())
    assert (await client.get("/health/ready")).json()["alarms"] == {}
    monkeypatch.setattr(queries, "_STARTED", time.monotonic() - queries.MISSING_SECONDS - 1)
    answer = (await client.get("/health/ready")).json()
    assert (answer["status"], answer["alarms"]) == ("degraded", {"workers_missing": 1})


class Failing(PeriodicJob):
    """Periodic work that always raises."""

    name = "hong"
    failure_event = "hong_paused"

    def __init__(self, problem: BaseException, interval: float = 0.01):
        self.problem = problem
        self.interval = interval
        self.rounds = 0

    async def run_once(self) -> None:
        self.rounds += 1
        raise self.problem


@pytest.mark.parametrize("problem", [KeyError("x"), ConnectionResetError(), AssertionError(), RecursionError()])
async def test_a_periodic_job_survives_any_exception_and_waits_longer_each_time(problem: Exception) -> None:
    job = Failing(problem)
    async with running_loop(job), asyncio.timeout(30):
        while job.state.failures < 4:  # noqa: ASYNC110 - the task works on
            await asyncio.sleep(0.01)
    assert job.rounds == job.state.failures <= 12


async def test_a_loop_that_ends_by_an_exception_is_started_again() -> None:
    job = Failing(KeyError("x"))
    ends = 0

    async def run(stop: asyncio.Event) -> None:
        nonlocal ends
        ends += 1
        if ends == 1:
            raise LookupError("outside of every round")
        await stop.wait()

    job.run = run  # type: ignore[method-assign]
    async with running_loop(job), asyncio.timeout(30):
        while ends < 2:  # noqa: ASYNC110 - the task works on
            await asyncio.sleep(0.01)
    assert job.state.problem == "LookupError: outside of every round"


async def test_a_chore_that_fails_never_reaches_its_loop_and_is_not_repeated_at_once() -> None:
    rounds = 0

    async def work() -> None:
        nonlocal rounds
        rounds += 1
        raise PermissionError("keine")

    chore = Chore("quet", work, 3_600)
    for _ in range(5):
        await chore.run_if_due()
    assert (rounds, chore.state.failures) == (1, 1)
    chore.hasten()
    await chore.run_if_due()
    assert rounds == 2


async def test_a_health_check_ends_by_the_heartbeats(database: Database) -> None:
    none = await run_hub(database.url, "worker", "--check")
    assert (none.code, none.out) == (1, "")
    assert "has a heartbeat" in none.err

    await HeartbeatWriter(database, [LoopState("clock", 10)]).write()
    works = await run_hub(database.url, "worker", "--check")
    assert (works.code, works.out, works.err) == (0, "The worker works: 2 loops.\n", "")

    await age(database, PROCESS_PATIENCE + 600)
    silent = await run_hub(database.url, "worker", "--check")
    assert (silent.code, silent.out) == (1, "")
    assert "no heartbeat for 30 s" in silent.err
