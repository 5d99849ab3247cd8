"""An import lets others go first, and waits for nobody who does not move."""

import asyncio
from pathlib import Path

from import_samples import policy, rows, told, write
from sqlalchemy import text

from hub.db import Database
from ingest.pace import LEAST, LONG, MOST, Pace
from ingest.run import run_import
from ingest.runs import ImportOptions


async def _follower(database: Database, seq: int) -> None:
    statement = "INSERT INTO follower (name, seq) VALUES ('search', :seq) ON CONFLICT (name) DO UPDATE SET seq = :seq"
    async with database.write() as session:
        await session.execute(text(statement), {"seq": seq})


async def test_an_import_stays_near_a_follower_that_moves(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [policy(f"p-{n}") for n in range(60)])
    await _follower(database, 0)
    pace, ahead, done = Pace(database, behind=10, still=60.0), list[int](), asyncio.Event()
    pace.size = 10

    async def follow() -> None:
        while not done.is_set():
            ((head, seq),) = await rows(database, "SELECT h.seq, f.seq FROM log_head h, follower f")
            ahead.append(head - seq)
            await _follower(database, min(head, seq + 5))
            await asyncio.sleep(0.05)

    async with asyncio.TaskGroup() as group:
        group.create_task(follow())
        options = ImportOptions(publish=True, data=tmp_path / "data")
        summary = await run_import(database, [path], options, pace=pace)
        done.set()
    assert told(summary) == (60, 0, 0, 0, 60)
    assert max(ahead) <= 10 + MOST
    assert sum(one > 10 for one in ahead) > 1


async def test_a_follower_that_stands_still_is_not_waited_for(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [policy(f"p-{n}") for n in range(12)])
    await _follower(database, 0)
    options = ImportOptions(publish=True, data=tmp_path / "data")
    async with asyncio.timeout(60):
        summary = await run_import(database, [path], options, pace=Pace(database, behind=1, still=0.0))
    assert told(summary) == (12, 0, 0, 0, 12)


async def test_long_transactions_make_the_next_ones_smaller(database: Database) -> None:
    pace = Pace(database)
    assert [len(part) for part in pace.parts([None] * (MOST + 7))] == [MOST, 7]  # type: ignore[list-item]
    await pace.rest(LONG + 0.01)
    assert pace.size == MOST // 2
    pace.size = LEAST
    await pace.rest(LONG + 0.01)
    assert pace.size == LEAST
    await pace.rest(0.0)
    assert LEAST < pace.size < MOST
