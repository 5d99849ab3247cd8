"""An import lets others go first, and waits for nobody who does not move."""

import asyncio
from pathlib import Path

from conftest import eventually
from import_samples import policy, rows, told, write
from sqlalchemy import text

from hub.db import Database
from ingest.pace import LEAST, LONG, LOOK, MOST, Pace
from ingest.run import run_import
from ingest.runs import ImportOptions


async def _follower(database: Database, seq: int) -> None:
    statement = "INSERT INTO follower (name, seq) VALUES ('search', :seq) ON CONFLICT (name) DO UPDATE SET seq = :seq"
    async with database.write() as session:
        await session.execute(text(statement), {"seq": seq})


async def test_an_import_waits_for_a_follower_that_moves(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [policy(f"p-{n}") for n in range(40)])
    await _follower(database, 0)
    pace = Pace(database, behind=9, still=600.0)
    pace.size = 10
    options = ImportOptions(publish=True, data=tmp_path / "data")

    async def head() -> int:
        return int((await rows(database, "SELECT seq FROM log_head"))[0][0])

    async def beyond(position: int) -> bool:
        return await head() > position

    importing = asyncio.create_task(run_import(database, [path], options, pace=pace))
    await eventually(lambda: beyond(0))
    await asyncio.sleep(5 * LOOK)
    assert await head() == 10
    await _follower(database, 1)
    await eventually(lambda: beyond(10))
    await _follower(database, 40)
    assert told(await importing) == (40, 0, 0, 0, 40)


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
