"""The one way to change rules and calendar: load the records of a file, all of them or none, in one transaction."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.clocks.difference import (
    ClockChange,
    ClockDifference,
    ClockRecord,
    ClockStore,
    apply_changes,
    compare,
    missing_records,
)
from hub.clocks.entries import CalendarEntry, ClockEntry, ClockRuleEntry, EntryKey, entry_key
from hub.clocks.moves import find_moves, move_clocks
from hub.clocks.queries import CLOCK, DAY, RULE, build_calendar
from hub.locks.registry import LockClass, lock_until_commit

_TABLES = {True: RULE, False: DAY}


async def read_store(session: AsyncSession | AsyncConnection) -> ClockStore:
    """Read all rows of rules and all days of the calendar."""
    found: list[ClockEntry] = []
    for source, model in ((RULE, ClockRuleEntry), (DAY, CalendarEntry)):
        rows = await session.execute(select(source).order_by(*source.primary_key))
        found += [model.model_validate(dict(row)) for row in rows.mappings()]
    return {entry_key(entry): entry for entry in found}


async def load_records(
    session: AsyncSession, records: Sequence[ClockRecord], *, apply: bool, missing: bool = False
) -> ClockDifference:
    """Compare records with the stored rows and, with `apply` and without faults, make the changes.

    Days that change move the ends of the clocks that run, in the same transaction.

    With `missing` only rules and calendar years are taken of which nothing is stored yet.
    """
    await lock_until_commit(session, LockClass.clock_rules)
    if apply:  # clocks that are being started lock their row: wait for them, so that they count as started
        await session.execute(select(RULE.c.rule).order_by(*RULE.primary_key).with_for_update())
    store = await read_store(session)
    found = compare(store, missing_records(store, records) if missing else records, await _read_kept(session))
    if found.faults:
        return found
    moves = []
    if any(not code for code, _ in (change.key for change in found.changes)):
        after = apply_changes(store, found.changes).values()
        calendar = build_calendar(entry for entry in after if isinstance(entry, CalendarEntry))
        moves = await find_moves(session, calendar, lock=apply)
        found.moved = [str(move) for move in moves if move.end.at != move.before]
    if apply:
        await _write(session, found.changes)
        await move_clocks(session, moves)
    return found


async def _read_kept(session: AsyncSession) -> frozenset[EntryKey]:
    rows = await session.execute(select(CLOCK.c.rule, CLOCK.c.rule_from).distinct())
    return frozenset((rule, day) for rule, day in rows)


async def _write(session: AsyncSession, changes: Iterable[ClockChange]) -> None:
    # Rows may follow each other in any order: the constraint looks at the end.
    await session.execute(text("SET CONSTRAINTS clock_rule_overlap DEFERRED"))
    for change in changes:
        target = _TABLES[bool(change.key[0])]
        if change.after is None:
            await session.execute(delete(target).where(_is_row(change.key)))
        elif change.before is None:
            await session.execute(insert(target).values(_row(change.after)))
        else:
            await session.execute(update(target).where(_is_row(change.key)).values(_row(change.after)))
    await session.execute(text("SET CONSTRAINTS clock_rule_overlap IMMEDIATE"))


def _is_row(key: EntryKey) -> ColumnElement[bool]:
    code, day = key
    return and_(RULE.c.rule == code, RULE.c.valid_from == day) if code else DAY.c.day == day


def _row(entry: ClockEntry) -> Mapping[str, object]:
    return entry.model_dump()
