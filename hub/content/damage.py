"""Damaged rows: noted where a process meets them, and soon after in a table, so that one figure covers all processes.

Whoever meets one only notes it in memory: reading writes nothing. A loop of each process stores what is new. A row
is forgotten when any process can render it again, or after a week without anybody who met it.
"""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.models import DamagedRow
from hub.db import Database, table
from hub.jobs.periodic import PeriodicJob

DAMAGED = table(DamagedRow)

MAX_REMEMBERED = 1_000
SAVE_SECONDS = 5.0
REFRESH_SECONDS = 3_600.0
"""Seconds after which a row that is still damaged is stored as seen again."""
KEEP = timedelta(days=7)
"""Time after which a row that nobody met again no longer counts."""

Key = tuple[str, str]
"""Name of a row (a document's UUID, or the row's own name) and the surface that could not render it."""


@dataclass
class DamageMemory:
    """Memory of one process for damaged rows."""

    damaged: dict[Key, float] = field(default_factory=dict)
    """Rows that it could not render the last time, with the monotonic time at which each was last noted to be saved."""
    elsewhere: set[Key] = field(default_factory=set)
    """Rows that were stored when the alarm was last read."""
    unsaved: dict[Key, bool] = field(default_factory=dict)
    """News that are not stored yet: true for a damaged row, false for one that can be rendered again."""


_memory = DamageMemory()


def note_damaged(name: UUID | str, surface: str) -> bool:
    """Note that a surface could not render a row; true if that is news to this process. Writes nothing."""
    key, moment = _key(name, surface), time.monotonic()
    seen_at = _memory.damaged.get(key)
    if seen_at is None and len(_memory.damaged) >= MAX_REMEMBERED:
        return True
    if seen_at is None or moment - seen_at > REFRESH_SECONDS:
        _memory.damaged[key] = moment
        _memory.unsaved[key] = True
    return seen_at is None


def note_whole(name: UUID | str, surface: str) -> None:
    """Note that a surface could render a row that this or another process could not."""
    if not _memory.damaged and not _memory.elsewhere:
        return
    key = _key(name, surface)
    if _memory.damaged.pop(key, None) is not None or key in _memory.elsewhere:
        _memory.elsewhere.discard(key)
        _memory.unsaved[key] = False


def _key(name: UUID | str, surface: str) -> Key:
    return str(name)[:200], surface


async def save_damage(database: Database) -> None:
    """Store what this process has noted since the last time; without news, no statement."""
    news: dict[Key, bool] = {}
    while _memory.unsaved:
        key, is_damaged = _memory.unsaved.popitem()
        news[key] = is_damaged
    if not news:
        return
    damaged = [{"name": name, "surface": surface} for (name, surface), is_damaged in news.items() if is_damaged]
    whole = [key for key, is_damaged in news.items() if not is_damaged]
    try:
        async with database.write() as session:
            if damaged:
                found = insert(DAMAGED).values(damaged)
                seen = {"seen_at": func.now()}
                await session.execute(found.on_conflict_do_update(index_elements=["name", "surface"], set_=seen))
            ended = tuple_(DAMAGED.c.name, DAMAGED.c.surface).in_(whole)
            await session.execute(delete(DAMAGED).where(ended | ~_counts()))
    except Exception:
        for key, is_damaged in news.items():
            _memory.unsaved.setdefault(key, is_damaged)
        raise


class DamageJob(PeriodicJob):
    """Storing of the damaged rows that this process has met; each process has one."""

    name = "damage"
    interval = SAVE_SECONDS
    failure_event = "damage_not_saved"

    def __init__(self, database: Database):
        self.database = database

    async def run_once(self) -> None:
        """Store what is new."""
        await save_damage(self.database)


async def read_damaged_rows(connection: AsyncConnection) -> list[str]:
    """Read the names of the rows that some process could not render: one statement."""
    query = select(DAMAGED.c.name, DAMAGED.c.surface).where(_counts()).order_by(DAMAGED.c.seen_at.desc())
    stored = {(row.name, row.surface): None for row in await connection.execute(query)}
    unsaved = dict(_memory.unsaved)
    # What another process has rendered since is news when this one meets it again.
    for key in [key for key in _memory.damaged if key not in stored and not unsaved.get(key)]:
        _memory.damaged.pop(key, None)
    _memory.elsewhere = {key for key in stored if unsaved.get(key, True)}
    counted = [*(key for key in stored if unsaved.get(key, True)), *(key for key in unsaved if unsaved[key])]
    return list(dict.fromkeys(name for name, _ in counted))


async def read_damage_alarms(connection: AsyncConnection) -> dict[str, int]:
    """Count the documents and other rows that some process could not render the last time."""
    return {"views_broken": len(await read_damaged_rows(connection))}


def _counts() -> ColumnElement[Any]:
    return DAMAGED.c.seen_at > func.now() - KEEP
