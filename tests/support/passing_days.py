"""Days that pass in a test: windows of consultations, and what arrived in them, move into the past.

`python -m tests.support.passing_days URL CONSULTATION DAYS` lets them pass for one consultation of a running hub.
"""

import asyncio
import sys
from collections.abc import Sequence
from uuid import UUID

import asyncpg
from sqlalchemy import text

from hub.db import Database

_MOVED = {
    "consultation": ("opens_at", "closes_at", "announced_closes_at", "announced_at"),
    "published_view": ("opens_at", "closes_at"),
    "comment": ("received_at",),
}


def statements(consultation: UUID, days: int) -> Sequence[str]:
    """The statements that make the present so many days later for a consultation and its comments."""
    found = []
    for name, columns in _MOVED.items():
        moves = ", ".join(f"{column} = {column} - make_interval(days => {int(days)})" for column in columns)
        own = "id" if name == "consultation" else "consultation_id"
        is_open = " AND seq_to IS NULL" if name == "published_view" else ""
        found.append(f"UPDATE {name} SET {moves} WHERE {own} = '{consultation}'{is_open}")
    return found


async def pass_days(database: Database, consultation: UUID, days: int) -> None:
    """Let days pass; the clocks of the hub find by themselves what became due."""
    async with database.write() as session:
        for statement in statements(consultation, days):
            await session.execute(text(statement))


async def _pass_days_at(url: str, consultation: UUID, days: int) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    async with connection.transaction():
        for statement in statements(consultation, days):
            await connection.execute(statement)
    await connection.close()


if __name__ == "__main__":
    asyncio.run(_pass_days_at(sys.argv[1], UUID(sys.argv[2]), int(sys.argv[3])))
