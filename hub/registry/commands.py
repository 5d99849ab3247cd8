"""The one way to change the registry: in the caller's transaction, with an entry of the log for each change."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, literal, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.locks.registry import LockClass, lock_until_commit
from hub.log.append import NewSubjectEntry, append_entries, lock_head
from hub.log.subjects import LogSubject
from hub.registry.difference import RegistryChange
from hub.registry.entries import SINGULAR, AgencyEntry, PlaceEntry, RegistryEntry, RegistryList, public_entry
from hub.registry.models import UNKNOWN_FIRST_DAY
from hub.registry.snapshot import AGENCY_SUCCESSOR, PLACE_SUCCESSOR, TABLES, RegistrySnapshot, read_snapshot
from hub.text import sort_key


async def lock_registry(session: AsyncSession) -> RegistrySnapshot:
    """Wait for other changes of the registry, and read it. The lock lasts until the transaction ends."""
    await lock_until_commit(session, LockClass.registry)
    return await read_snapshot(session)


async def write_changes(session: AsyncSession, changes: Sequence[RegistryChange], at: datetime) -> None:
    """Write consistent changes in any order, and append an entry of the log for each. The caller holds the lock."""
    if not changes:
        return
    for kind in RegistryList:
        await _write_rows(session, kind, [change for change in changes if change.key[0] is kind])
    for change in changes:
        if change.after is not None:
            await _write_successors(session, change.after)
    # Removed last and from below, when nothing refers to them any more.
    for kind in reversed(RegistryList):
        await _remove_rows(session, kind, [change for change in changes if change.key[0] is kind])
    await append_entries(session, await lock_head(session), [_log_entry(change, at) for change in changes])


def _log_entry(change: RegistryChange, at: datetime) -> NewSubjectEntry:
    kind, code, _ = change.key
    data = {
        "list": kind.value,
        "before": public_entry(change.before),
        "after": public_entry(change.after),
        "note": change.note,
    }
    return NewSubjectEntry(change.event, at, LogSubject.registry, f"{SINGULAR[kind]}:{code}", data)


async def _write_rows(session: AsyncSession, kind: RegistryList, changes: Iterable[RegistryChange]) -> None:
    target = TABLES[kind]
    written = [(change, _row(change.after)) for change in changes if change.after is not None]
    # Parents are set in a second pass, so that the order of new entries does not matter.
    for change, row in written:
        if change.before is None:
            await session.execute(insert(target).values(row | ({"parent": None} if "parent" in row else {})))
    for _, row in written:
        keys = {column.name for column in target.primary_key}
        values = {name: value for name, value in row.items() if name not in keys}
        await session.execute(update(target).where(_same(target, row)).values(values))
    changed = [row for change, row in written if change.before is not None]
    for row in changed:
        await session.execute(update(target).where(_same(target, row)).values(version=target.c.version + 1))


async def _remove_rows(session: AsyncSession, kind: RegistryList, changes: Iterable[RegistryChange]) -> None:
    target = TABLES[kind]
    rows = [_row(change.before) for change in changes if change.after is None and change.before is not None]
    if "parent" in target.c:
        for row in rows:
            await session.execute(update(target).where(_same(target, row)).values(parent=None))
    for row in rows:
        await session.execute(delete(target).where(_same(target, row)))


async def _write_successors(session: AsyncSession, entry: RegistryEntry) -> None:
    if isinstance(entry, AgencyEntry):
        await session.execute(delete(AGENCY_SUCCESSOR).where(AGENCY_SUCCESSOR.c.code == entry.code))
        for code in dict.fromkeys(entry.successors):
            await session.execute(insert(AGENCY_SUCCESSOR).values(code=entry.code, successor=code))
    elif isinstance(entry, PlaceEntry):
        key = {"code": entry.code, "valid_from": entry.valid_from or UNKNOWN_FIRST_DAY}
        same = [PLACE_SUCCESSOR.c[name] == value for name, value in key.items()]
        await session.execute(delete(PLACE_SUCCESSOR).where(*same))
        for successor in entry.successors:
            row = key | {
                "successor": successor.code,
                "successor_from": successor.valid_from or UNKNOWN_FIRST_DAY,
                "whole": successor.whole,
            }
            await session.execute(upsert(PLACE_SUCCESSOR).values(row).on_conflict_do_nothing())


def _row(entry: RegistryEntry | None) -> dict[str, Any]:
    """Return the columns of an entry."""
    assert entry is not None  # noqa: S101 - removed entries have no row to write
    row = entry.model_dump(exclude={"successors", "former_names"})
    if hasattr(entry, "former_names"):
        row["former_names"] = [former.model_dump(mode="json") for former in entry.former_names]
    if isinstance(entry, PlaceEntry):
        row["valid_from"] = entry.valid_from or UNKNOWN_FIRST_DAY
    return row | {"sort_key": sort_key(entry.name)}


def _same(target: Table, row: dict[str, Any]) -> Any:
    keys = list(target.primary_key)
    return tuple_(*keys) == tuple_(*(literal(row[key.name], key.type) for key in keys))
