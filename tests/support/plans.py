"""Plans of statements: many copies of a few published views, and what Postgres does with what a read sends."""

import re
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.db import Database

COPIES = 4_000
"""Copies of each view: enough that an index is worth its while."""

_COPY = """
    INSERT INTO published_view (document_id, edition_id, kind, lang, state, seq_from, schema_version, card, "full",
        sha256, agency, issuers, topics, places, doc_type, title_key, issued_on, effective_on, opens_on, closes_on,
        high_impact, channels, priority, edition, update_type, published_at, modified_at)
    SELECT gen_random_uuid(), edition_id, kind, lang, state, seq_from, schema_version, card, "full", sha256, agency,
        issuers, topics, places, CASE WHEN n % 500 = 7 AND kind = 'policy' THEN 'sac lenh' ELSE doc_type END,
        title_key || n, issued_on - n % 50, effective_on - n,
        CAST(:day AS date) - n, CAST(:day AS date) - n + 30, n % 500 = 0,
        CASE WHEN n % 500 = 0 THEN ARRAY['radio'] ELSE channels END,
        CASE WHEN kind = 'bulletin' THEN CASE WHEN n % 500 = 0 THEN 'urgent' ELSE priority END END, edition,
        update_type, published_at - n * interval '1 minute', modified_at - n % 50 * interval '1 day'
    FROM published_view, generate_series(1, :copies) AS n WHERE seq_to IS NULL
"""


async def copy_views(database: Database, day: date) -> None:
    """Copy the open views many times. Without editions or entries of the log: only reads may follow."""
    async with database.write() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text(_COPY), {"day": day, "copies": COPIES})
    async with database.write() as session:
        await session.execute(text("ANALYZE published_view"))


async def explain(
    database: Database, read: Callable[[AsyncConnection], Awaitable[object]], *, options: str = ""
) -> str:
    """Return the plan of the last statement of a read, as it is sent; with options such as `(ANALYZE, BUFFERS)`."""
    sent: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
        sent.append((statement, parameters))

    async with database.read() as connection:
        event.listen(connection.sync_connection, "before_cursor_execute", note)
        await read(connection)
        statement, parameters = sent[-1]
        rows = await connection.exec_driver_sql(f"EXPLAIN {options} {statement}", parameters)
        return "\n".join(row[0] for row in rows)


def count_pages(plan: str) -> int:
    """Count the pages that a plan with `ANALYZE, BUFFERS` touched: those of its topmost node hold all others."""
    first = next((line for line in plan.splitlines() if "Buffers: shared" in line), "")
    return sum(int(number) for number in re.findall(r"(?:hit|read)=([0-9]+)", first))
