"""The difference between the registry and records: what they would add, change and remove. Pure.

Entries and members that the records do not name stay as they are: a load is never a replacement.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from hub.errors import InvalidInput
from hub.log.subjects import RegistryEvent
from hub.problem_texts.templates import as_words
from hub.registry.consistency import RegistryFault, RegistryState, new_faults
from hub.registry.entries import (
    ENTRY_MODELS,
    AgencyEntry,
    EntryKey,
    PlaceEntry,
    RegistryEntry,
    RegistryList,
    TopicEntry,
    entry_key,
    key_text,
)

REMOVE = "remove"
"""Member of a record that removes its entry."""


@dataclass(frozen=True)
class RegistryRecord:
    """Members of an entry as a file gives them, with their place in the file."""

    list: RegistryList
    members: Mapping[str, Any]
    where: str = ""


@dataclass(frozen=True)
class RegistryChange:
    """A change of one entry; `before` is None for a new one, `after` for a removed one."""

    event: RegistryEvent
    key: EntryKey
    before: RegistryEntry | None
    after: RegistryEntry | None
    note: str | None = None

    @property
    def members(self) -> Mapping[str, tuple[Any, Any]]:
        """Members that change, with the values before and after."""
        old = self.before.model_dump(mode="json") if self.before else {}
        new = self.after.model_dump(mode="json") if self.after else {}
        return {name: (old.get(name), new.get(name)) for name in old | new if old.get(name) != new.get(name)}

    def __str__(self) -> str:
        entry = self.after or self.before
        sign = "+" if self.before is None else "-" if self.after is None else "~"
        name = entry.name if entry is not None else ""
        if self.before is None or self.after is None:
            return f"{sign} {key_text(self.key)}  {name}"
        told = "; ".join(
            f"{member}: {_format_value(old)} → {_format_value(new)}" for member, (old, new) in self.members.items()
        )
        return f"{sign} {key_text(self.key)}  {told}"


@dataclass
class RegistryDifference:
    """Changes that records would make, and the faults that forbid them."""

    changes: list[RegistryChange] = field(default_factory=list)
    faults: list[RegistryFault] = field(default_factory=list)


def compare(state: RegistryState, records: Iterable[RegistryRecord], today: date) -> RegistryDifference:
    """Compare records with the registry."""
    found = RegistryDifference()
    seen: set[EntryKey] = set()
    for record in records:
        change = _compare_record(state, record, today, found.faults)
        if change is None:
            continue
        if change.key in seen:
            found.faults.append(
                _fault(record, "code", as_words("This entry is there twice."), as_words("one record for each entry"))
            )
        seen.add(change.key)
        if change.before != change.after:
            found.changes.append(change)
    if not found.faults:
        found.faults = new_faults(state, apply_changes(state, found.changes))
    return found


def apply_changes(state: RegistryState, changes: Iterable[RegistryChange]) -> RegistryState:
    """Return the registry after changes."""
    after = dict(state)
    for change in changes:
        after.pop(change.key, None)
        if change.after is not None:
            after[entry_key(change.after)] = change.after
    return after


def classify(before: RegistryEntry | None, after: RegistryEntry | None) -> RegistryEvent:
    """Name the event of a change by its members."""
    if before is None:
        return RegistryEvent.created
    if after is None:
        return RegistryEvent.removed
    if after.name != before.name:
        return RegistryEvent.renamed
    if after.valid_to is not None and before.valid_to is None:
        return RegistryEvent.closed
    if getattr(after, "successors", None) != getattr(before, "successors", None):
        return RegistryEvent.succeeded
    return RegistryEvent.updated


def keep_former_name(before: RegistryEntry, after: RegistryEntry, day: date) -> RegistryEntry:
    """Add the name that an agency or topic loses to its former names; places keep theirs as units of their own."""
    if not isinstance(after, AgencyEntry | TopicEntry) or after.name == before.name:
        return after
    kept = [former.model_dump() for former in after.former_names if former.name not in (before.name, after.name)]
    members = after.model_dump() | {"former_names": [*kept, {"name": before.name, "valid_to": day}]}
    return type(after).model_validate(members)


def validate_entry(kind: RegistryList, members: Mapping[str, Any]) -> RegistryEntry:
    """Build an entry of a list. Raises `InvalidInput` with all findings."""
    try:
        return ENTRY_MODELS[kind].model_validate(members)
    except ValidationError as problem:
        raise InvalidInput.of(problem.errors(include_url=False, include_input=False)) from None


def _compare_record(
    state: RegistryState, record: RegistryRecord, today: date, faults: list[RegistryFault]
) -> RegistryChange | None:
    given = {name: value for name, value in record.members.items() if name != REMOVE}
    before = _find_entry(state, record.list, given)
    try:
        if record.members.get(REMOVE):
            if before is not None:
                return RegistryChange(RegistryEvent.removed, entry_key(before), before, None)
            faults.append(
                _fault(
                    record, "code", as_words("There is no such entry to remove."), as_words("a code of the registry")
                )
            )
            return None
        known = before.model_dump(mode="json") if before is not None else {}
        after = validate_entry(record.list, known | given)
    except InvalidInput as problem:
        for one in problem.extra.get("errors") or [problem.members()]:
            faults.append(
                _fault(record, one.get("field") or "", one["detail"], one.get("expected") or as_words("a valid value"))
            )
        return None
    if before is not None and "former_names" not in given:
        after = keep_former_name(before, after, today)
    return RegistryChange(classify(before, after), entry_key(before or after), before, after)


def _find_entry(state: RegistryState, kind: RegistryList, members: Mapping[str, Any]) -> RegistryEntry | None:
    code = members.get("code")
    if not isinstance(code, str):
        return None
    if kind is not RegistryList.places:
        return state.get((kind, code.strip(), None))
    same = (entry for entry in state.values() if isinstance(entry, PlaceEntry) and entry.code == code.strip())
    day = members.get("valid_from")
    return next(
        (entry for entry in same if (str(entry.valid_from) if entry.valid_from else None) == (day or None)), None
    )


def _fault(record: RegistryRecord, member: str, detail: str, expected: str) -> RegistryFault:
    code = record.members.get("code")
    name = f"{record.list} {code}" if code else str(record.list)
    where = f"{record.where}: {name}" if record.where else name
    return RegistryFault(where, member, as_words(detail), as_words(expected))


def _format_value(value: Any) -> str:
    return "—" if value in (None, []) else str(value)
