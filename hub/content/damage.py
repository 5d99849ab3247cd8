"""Damaged rows: noted where a process meets them, and soon after in a table, so that one figure covers all processes.

Whoever meets one only notes it in memory: reading writes nothing. A loop of each process stores what is new, and reads
what is stored when it starts and every minute. So damage is forgotten when any process can render the row again, though
another, or one that has ended, met it; when the row is deleted; and after a week without anybody who met it.
"""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Delete, Select, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.content.models import DamagedRow
from hub.db import Database, table
from hub.jobs.periodic import PeriodicJob

DAMAGED = table(DamagedRow)
_KEY = tuple_(DAMAGED.c.name, DAMAGED.c.surface)

MAX_REMEMBERED = 1_000
MAX_NAME, MAX_SURFACE = 200, 64
"""Characters of a name and a surface that are kept."""
SAVE_SECONDS = 5.0
FIRST_READ_SECONDS = 0.0
"""Seconds after the start of a process until it reads what is stored."""
READ_SECONDS = 60.0
"""Seconds after which a process reads again which rows are stored, so that it can end what others have met."""
REFRESH_SECONDS = 3_600.0
"""Seconds after which a row that is still damaged is stored as seen again."""
KEEP = timedelta(days=7)
"""Time after which a row that nobody met again no longer counts."""

Key = tuple[str, str]
"""Name of a row (a document's UUID, or the row's own name) and the surface that could not render it."""


class RowName:
    """Name of the rows of one table: words, with `{}` for each part of the key. Noted and deleted by the same words."""

    def __init__(self, words: str):
        self._words = words

    def of(self, *key: Any) -> str:
        """The name of one row."""
        return self._words.format(*key)

    def column(self, *key: ColumnElement[Any]) -> ColumnElement[str]:
        """The names of rows as they are stored, by the columns of the key."""
        first, *rest = self._words.split("{}")
        parts = [part for column, words in zip(key, rest, strict=True) for part in (column, words)]
        return func.left(func.concat(first, *parts), MAX_NAME)

    def select(self, *key: ColumnElement[Any]) -> Select[tuple[str]]:
        """A query of the names of rows as they are stored, by the columns of the key."""
        return select(self.column(*key))


@dataclass
class DamageMemory:
    """Memory of one process for damaged rows."""

    damaged: dict[Key, float] = field(default_factory=dict)
    """Rows that it could not render the last time, with the monotonic time at which each was last noted to be saved."""
    stored: set[Key] = field(default_factory=set)
    """Rows that the table held when it was last read or written, whichever process had met them."""
    unsaved: dict[Key, bool] = field(default_factory=dict)
    """News that are not committed yet: true for a damaged row, false for one that can be rendered again."""

    def settle(self, keys: Iterable[Key], is_damaged: bool) -> None:
        """Keep as stored what has been committed; news that are of another kind by now stay unsaved."""
        for key in keys:
            if self.unsaved.get(key) is is_damaged:
                del self.unsaved[key]
            if is_damaged:
                self.stored.add(key)
            else:
                self.stored.discard(key)


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
    if not _memory.damaged and not _memory.stored:
        return
    key = _key(name, surface)
    if _memory.damaged.pop(key, None) is not None or key in _memory.stored:
        _memory.stored.discard(key)
        _memory.unsaved[key] = False


def is_noted(name: UUID | str, surface: str) -> bool:
    """True for a row that a surface of this or another process could not render the last time."""
    key = _key(name, surface)
    return key in _memory.damaged or key in _memory.stored


def _key(name: UUID | str, surface: str) -> Key:
    return str(name)[:MAX_NAME], surface[:MAX_SURFACE]


async def save_damage(database: Database) -> None:
    """Store what this process has noted since the last time; without news, no statement.

    Every statement locks rows in the order of their keys, and has a transaction of its own: two processes that store
    the same rows wait for each other and never in a circle. News stay unsaved until they are committed.
    """
    memory = _memory
    if not memory.unsaved:
        return
    damaged = sorted(key for key, is_damaged in memory.unsaved.items() if is_damaged)
    whole = sorted(key for key, is_damaged in memory.unsaved.items() if not is_damaged)
    if damaged:
        found = insert(DAMAGED).values([{"name": name, "surface": surface} for name, surface in damaged])
        async with database.write() as session:
            seen = {"seen_at": func.now()}
            await session.execute(found.on_conflict_do_update(index_elements=["name", "surface"], set_=seen))
        memory.settle(damaged, True)
    ended = _KEY.in_(whole) | ~_counts()
    async with database.write() as session:
        await session.execute(_delete_locked(_select_keys().where(ended).with_for_update()))
    memory.settle(whole, False)


async def delete_damage(session: AsyncSession, names: Collection[str] | Select[Any]) -> None:
    """Delete the damage of rows that this transaction deletes, by their names or a query of names.

    It waits for nobody: damage that another process is storing right now is skipped, and ends after a week at most.
    """
    found = _select_keys().where(DAMAGED.c.name.in_(names))
    await session.execute(_delete_locked(found.with_for_update(skip_locked=True)))


def _select_keys() -> Select[Any]:
    return select(DAMAGED.c.name, DAMAGED.c.surface).order_by(DAMAGED.c.name, DAMAGED.c.surface)


def _delete_locked(keys: Select[Any]) -> Delete:
    return delete(DAMAGED).where(_KEY.in_(keys))


class DamageJob(PeriodicJob):
    """Storing of the damaged rows that this process has met, and reading of those of all; each process has one."""

    name = "damage"
    interval = SAVE_SECONDS
    failure_event = "damage_not_saved"

    def __init__(self, database: Database):
        self.database = database
        self.next_read = time.monotonic() + FIRST_READ_SECONDS

    async def run_once(self) -> None:
        """Store what is new; at the first run, and from time to time, read what is stored."""
        await save_damage(self.database)
        if time.monotonic() >= self.next_read:
            async with self.database.read() as connection:
                await read_damaged_rows(connection)
            self.next_read = time.monotonic() + READ_SECONDS


async def read_damaged_rows(connection: AsyncConnection) -> list[str]:
    """Read the names of the rows that some process could not render: one statement.

    News count whether they are committed before, during or after it.
    """
    memory = _memory
    known, news = list(memory.damaged), dict(memory.unsaved)
    query = select(DAMAGED.c.name, DAMAGED.c.surface).where(_counts()).order_by(DAMAGED.c.seen_at.desc())
    found = {(row.name, row.surface): None for row in await connection.execute(query)}
    news |= memory.unsaved
    # What another process has rendered since is news when this one meets it again.
    for key in [key for key in known if key not in found and not news.get(key)]:
        memory.damaged.pop(key, None)
    memory.stored = {key for key in found if news.get(key, True)}
    counted = [*(key for key in found if key in memory.stored), *(key for key in news if news[key])]
    return list(dict.fromkeys(name for name, _ in counted))


async def read_damage_alarms(connection: AsyncConnection) -> dict[str, int]:
    """Count the documents and other rows that some process could not render the last time."""
    return {"views_broken": len(await read_damaged_rows(connection))}


def _counts() -> ColumnElement[Any]:
    return DAMAGED.c.seen_at > func.now() - KEEP
