"""Cost of a call: it does not grow with what waits, nor with what was settled."""

import time

import orjson
import pytest
from sqlalchemy import ColumnElement, Select, select, text
from sqlalchemy.dialects import postgresql

from hub.channels.due import asks, first_due, has_work, lock_next, waits
from hub.channels.rows import SWITCH
from hub.times import now
from tests.hub.channels.conftest import Desk
from tests.support.figures import Figure

FILL = """
    INSERT INTO channel_item (channel, action, key, recipient, document_id, lang, event, rank, state, attempts, made_at,
                              settled_at, payload)
    SELECT 'zalo', 'publish', :state || n, 'r' || n, gen_random_uuid(), 'vi', 'published', 2, :state, 0, now(),
           CASE WHEN :state = 'live' THEN now() END, '{"key": "k", "title": "t"}'
    FROM generate_series(1, :rows) n
"""
ONE_DOCUMENT = "UPDATE channel_item SET document_id = '00000000-0000-4000-8000-000000000007'"
MAX_BLOCKS = 60
"""Blocks that finding the next item may read, whatever waits."""


@pytest.mark.counts(small=1_500, full=10_000, soak=10_000)
async def test_finding_the_next_item_reads_no_more_the_more_items_wait(desk: Desk, count: int, figure: Figure) -> None:
    async with desk.database.write() as session:
        await session.execute(text(FILL), {"state": "live", "rows": 2 * count})
        await session.execute(text(FILL), {"state": "queued", "rows": count})
        await session.execute(text(ONE_DOCUMENT))
        await session.execute(text("ANALYZE channel_item"))
    statements: list[str] = []

    async def explain(statement: Select[object]) -> int:
        compiled = statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
        query = text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {compiled}".replace(":", r"\:"))
        async with desk.database.write() as session:
            [plan] = orjson.loads(orjson.dumps((await session.execute(query)).scalar_one()))
        statements.append(str(plan["Plan"]))
        return int(plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"])

    at = now()
    first: list[ColumnElement[bool]] = [waits(at), asks(at, "unknown"), asks(at, "in_review")]
    blocks = [await explain(first_due("zalo", condition)) for condition in first]
    blocks += [await explain(select(SWITCH.c.channel).where(has_work(at)))]
    assert max(blocks) < MAX_BLOCKS, statements[blocks.index(max(blocks))]
    began = time.monotonic()
    async with desk.database.write() as session:
        for _ in range(20):
            assert await lock_next(session, "zalo", now()) is not None
    figure("milliseconds to find the next of many", round((time.monotonic() - began) / 20 * 1_000, 2))
    began = time.monotonic()
    for _ in range(100):
        assert await desk.queue.serve_next(desk.channel)
    figure("milliseconds of a call in all", round((time.monotonic() - began) / 100 * 1_000, 2))
