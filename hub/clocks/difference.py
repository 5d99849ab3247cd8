"""The difference between the stored rules and calendar and the records of a file: what they would add, change and
remove. Pure.

Rows and members that the records do not name stay as they are: a load is never a replacement. A row under which clocks
run keeps its term; a rule that changes gets a second row.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, pairwise
from typing import Any

from pydantic import ValidationError

from hub.clocks.entries import (
    TERM_MEMBERS,
    CalendarEntry,
    ClockEntry,
    ClockRuleEntry,
    EntryKey,
    entry_key,
    entry_text,
    key_text,
)
from hub.errors import InvalidInput
from hub.text import one_line
from hub.times import parse_day

REMOVE = "remove"
"""Member of a record that removes its row."""

ClockStore = Mapping[EntryKey, ClockEntry]
"""All stored rows by their keys."""


@dataclass(frozen=True)
class ClockRecord:
    """Members of a row as a file gives them, with their place in the file."""

    model: type[ClockEntry]
    members: Mapping[str, Any]
    where: str


@dataclass(frozen=True)
class ClockChange:
    """A change of one row; `before` is None for a new one, `after` for a removed one."""

    key: EntryKey
    before: ClockEntry | None
    after: ClockEntry | None

    @property
    def members(self) -> Mapping[str, tuple[Any, Any]]:
        """Members that change, with the values before and after."""
        old = self.before.model_dump(mode="json") if self.before else {}
        new = self.after.model_dump(mode="json") if self.after else {}
        return {name: (old.get(name), new.get(name)) for name in old | new if old.get(name) != new.get(name)}

    def __str__(self) -> str:
        entry = self.after or self.before
        if self.before is None or self.after is None:
            facts = f"  {entry_text(entry)}" if entry is not None else ""
            return f"{'+' if self.before is None else '-'} {key_text(self.key)}{facts}"
        changed = (
            f"{member}: {'—' if old is None else old} → {'—' if new is None else new}"
            for member, (old, new) in self.members.items()
        )
        return f"~ {key_text(self.key)}  {'; '.join(changed)}"


@dataclass(frozen=True)
class ClockFault:
    """A record that breaks a rule."""

    entry: str
    field: str
    detail: str

    def __str__(self) -> str:
        return f"{self.entry}: {f'{self.field}: ' if self.field else ''}{self.detail}"


@dataclass
class ClockDifference:
    """Changes that records would make, the faults that forbid them, and the open clocks that would end otherwise."""

    changes: list[ClockChange] = field(default_factory=list)
    faults: list[ClockFault] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    """A line for each open clock whose end changed days would move, for the operator."""


def compare(store: ClockStore, records: Iterable[ClockRecord], kept: Collection[EntryKey] = ()) -> ClockDifference:
    """Compare records with the stored rows; `kept` are the keys of rows that clocks were started under."""
    found, seen = ClockDifference(), set[EntryKey]()
    for record in records:
        change = _compare_record(store, record, found.faults)
        if change is None:
            continue
        if change.key in seen:
            found.faults.append(ClockFault(record.where, "", f"{key_text(change.key)} is there twice."))
        seen.add(change.key)
        if change.before != change.after:
            found.changes.append(change)
    found.faults += _term_faults(found.changes, kept)
    if not found.faults:
        found.faults += _overlap_faults(apply_changes(store, found.changes))
    return found


def apply_changes(store: ClockStore, changes: Iterable[ClockChange]) -> ClockStore:
    """Return the rows after changes."""
    after = dict(store)
    for change in changes:
        after.pop(change.key, None)
        if change.after is not None:
            after[change.key] = change.after
    return after


def missing_records(store: ClockStore, records: Iterable[ClockRecord]) -> list[ClockRecord]:
    """Keep the records of rules of which nothing is stored, and of calendar years of which nothing is stored.

    So people's changes are never undone: neither a row that they ended nor a day that they removed comes back.
    """
    rules = {code for code, _ in store if code}
    years = {str(day.year) for code, day in store if not code}

    def is_missing(record: ClockRecord) -> bool:
        if record.model is ClockRuleEntry:
            return record.members.get("rule") not in rules
        return str(record.members.get("day"))[:4] not in years

    return [record for record in records if is_missing(record)]


def _compare_record(store: ClockStore, record: ClockRecord, faults: list[ClockFault]) -> ClockChange | None:
    given = {name: value for name, value in record.members.items() if name != REMOVE}
    before = store.get(_record_key(record))
    if record.members.get(REMOVE) is True:
        if before is not None:
            return ClockChange(entry_key(before), before, None)
        faults.append(ClockFault(record.where, "", "There is no such row to remove."))
        return None
    try:
        known = before.model_dump(mode="json") if before is not None else {}
        after = record.model.model_validate(known | given)
    except ValidationError as problem:
        found = InvalidInput.of(problem.errors(include_url=False, include_input=False), whole="row")
        for one in found.extra["errors"]:
            faults.append(ClockFault(record.where, one["field"], one["detail"]))
        return None
    return ClockChange(entry_key(after), before, after)


def _record_key(record: ClockRecord) -> EntryKey:
    """The key of a record; one that is not valid is no key of any row."""
    is_day = record.model is CalendarEntry
    code, name = ("", "day") if is_day else (one_line(str(record.members.get("rule"))), "valid_from")
    try:
        return code, parse_day(str(record.members.get(name)).strip())
    except ValueError:
        return code, date.min


def _term_faults(changes: Iterable[ClockChange], kept: Collection[EntryKey]) -> Iterable[ClockFault]:
    for change in changes:
        if change.key not in kept:
            continue
        if change.after is None:
            yield ClockFault(key_text(change.key), "", "Clocks were started under this row, so it cannot be removed.")
        for name in TERM_MEMBERS if change.after is not None else ():
            if name in change.members:
                yield ClockFault(
                    key_text(change.key),
                    name,
                    "Clocks were started under this row, and keep it: end it with `valid_to` and add a second row.",
                )


def _overlap_faults(store: ClockStore) -> Iterable[ClockFault]:
    rows = sorted((entry for entry in store.values() if isinstance(entry, ClockRuleEntry)), key=entry_key)
    for _, of_rule in groupby(rows, key=lambda row: row.rule):
        for first, second in pairwise(of_rule):
            if first.valid_to is None or first.valid_to > second.valid_from:
                yield ClockFault(
                    key_text(entry_key(second)),
                    "valid_from",
                    f"The row from {first.valid_from} is still valid on this day.",
                )
